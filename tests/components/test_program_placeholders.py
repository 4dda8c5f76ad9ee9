"""No example address slips through an update; a preview is a rehearsal, which says what is left."""

from __future__ import annotations

import contextvars
from pathlib import Path

import pulumi
import pytest

from components import platform, program
from tests.components.builders import Stacks
from tests.components.catalog.made_cluster import made_platform
from tests.recording import ROOT, record

STACKS = ROOT / "stacks"
IMAGE = "imaging:platform.images.dicoogle: found registry.example.org/dicoogle:3.5.1"
PEER = "imaging:institution.dicom.moveDestinations[0].address: found 192.0.2.10"


def update(stack: str, folder: Path) -> None:
    """Run the program as an update does, as far as it gets without an engine."""

    def run() -> None:
        settings = pulumi.runtime.Settings(project="imaging", stack=stack, dry_run=False)
        pulumi.runtime.configure(settings)
        program.run(stack, folder)

    contextvars.copy_context().run(run)


class TestUpdate:
    """An update of a real environment stops before anything is registered."""

    @pytest.mark.parametrize("stack", ["local", "local.aveiro"])
    def test_every_placeholder_of_all_files_is_refused_at_once(self, stack: str) -> None:
        with Stacks(made_platform()).folder() as folder, pytest.raises(pulumi.RunError) as refused:
            update(stack, folder)
        sentence, *listed = str(refused.value).splitlines()
        expected = "the stack files are refused: 2 values are for somebody to fill before an update"
        assert f"{expected}:" == sentence
        assert [
            f"stacks/Pulumi.local.aveiro.yaml: {PEER}",
            f"stacks/Pulumi.local.yaml: {IMAGE}",
        ] == [line.partition(", ")[0] for line in listed]

    def test_a_simulated_environment_uses_examples_freely(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        reached: list[str] = []
        monkeypatch.setattr(
            platform, "deploy", lambda catalog, _: reached.append(catalog.environment)
        )
        update("local", STACKS)
        assert ["local"] == reached


class TestPreview:
    """A preview goes through."""

    def test_it_warns_once_with_the_count_and_the_list(
        self, capfd: pytest.CaptureFixture[str]
    ) -> None:
        recording = record("comparison")
        assert [] != list(recording.of_type("kubernetes:core/v1:Namespace"))
        found = capfd.readouterr().err
        assert 1 == found.count("for somebody to fill before an update:")
        assert f"stacks/Pulumi.comparison.yaml: {IMAGE}" in found

    def test_of_a_simulated_environment_it_says_nothing(
        self, capfd: pytest.CaptureFixture[str]
    ) -> None:
        record("local")
        assert "for somebody to fill" not in capfd.readouterr().err
