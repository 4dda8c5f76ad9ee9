"""The packs as the real engine runs them: what can't start, or asks for less, fails the run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.policy_cases.checkout import copied

pytestmark = pytest.mark.skipif("IMAGING_TOOLS" not in os.environ, reason="needs the tool chain")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Packs, stack files, and a program that makes nothing but its stack."""
    packs = copied(tmp_path)
    project = {"name": "imaging", "runtime": "python", "stackConfigDir": "stacks"}
    (tmp_path / "Pulumi.yaml").write_text(yaml.safe_dump(project), encoding="utf-8")
    (tmp_path / "__main__.py").write_text("import pulumi\n", encoding="utf-8")
    (tmp_path / "state").mkdir()
    return packs


def preview(packs: Path, stack: str, pack: str, configuration: object = None) -> tuple[int, str]:
    """Preview an empty stack with one pack: exit code, and all that was said."""
    folder = packs.parent
    variables = {
        **os.environ,
        "PATH": os.pathsep.join(
            [str(Path(sys.executable).parent), os.environ["IMAGING_TOOLS"], os.environ["PATH"]]
        ),
        "PULUMI_BACKEND_URL": (folder / "state").as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_HOME": str(folder / "home"),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }
    arguments = ["--policy-pack", str(packs / pack / "run")]
    if configuration is not None:
        file = folder / "configuration.json"
        file.write_text(json.dumps(configuration), encoding="utf-8")
        arguments += ["--policy-pack-config", str(file)]

    def pulumi(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(Path(os.environ["IMAGING_TOOLS"]) / "pulumi"), *words, "--non-interactive"],
            env=variables,
            cwd=folder,
            check=False,
            capture_output=True,
            text=True,
            timeout=110,
        )

    pulumi("stack", "select", "--create", stack)
    done = pulumi("preview", "--stack", stack, *arguments)
    return done.returncode, done.stdout + done.stderr


class TestRun:
    """No pack passes silently."""

    def test_a_waiver_in_force_is_shown(self, checkout: Path) -> None:
        code, said = preview(checkout, "poc", "replication")

        assert 0 == code, said
        assert "evora: replication/copies-above-floor is waived until 2027-06-30" in said

    def test_a_broken_promise_fails(self, checkout: Path) -> None:
        (checkout / "waivers" / "poc" / "evora-one-copy.yaml").unlink()

        code, said = preview(checkout, "poc.evora", "replication")

        assert 0 != code
        assert "evora was promised 1 copies that survive the loss of a none" in said

    def test_a_stack_without_what_keeps_its_promise_fails(self, checkout: Path) -> None:
        code, said = preview(checkout, "production.evora", "replication")

        assert 0 != code
        assert "evora has no StorageClass imaging-evora" in said

    def test_a_pack_that_cant_start_fails(self, checkout: Path) -> None:
        (checkout / "operations" / "rules.py").write_text("RULES = (", encoding="utf-8")

        code, said = preview(checkout, "poc.evora", "operations")

        assert 0 != code
        assert "failed to start" in said

    @pytest.mark.parametrize(
        ("configuration", "expected"),
        [
            ({"no-latest": "mandatory"}, "names the rule no-latest, and there is none"),
            ({"all": "advisory"}, "laxer than mandatory"),
            ({"images-are-pinned": "disabled"}, "laxer than mandatory"),
            ({"autoscaling-is-guarded": {"leastReaders": 0}}, "greater than or equal to 1"),
            ({"autoscaling-is-guarded": {"readers": 3}}, "says readers for the rule"),
        ],
    )
    def test_a_configuration_that_asks_for_less_fails(
        self, checkout: Path, configuration: object, expected: str
    ) -> None:
        code, said = preview(checkout, "production.evora", "operations", configuration)

        assert 0 != code, said
        assert expected in said
