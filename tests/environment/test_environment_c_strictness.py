"""Nothing that the program sends is unknown to the real definitions, or silently dropped."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.environment.copies import CRDS, Copy, Result, refused
from tests.environment.strictness import aside, dry_run, lost, manifests
from tests.recording import Recording, record

PLATFORM = {
    "kubeconfig": "kubeconfig",
    "residencyClasses": ["every-x3-8870cf", "home-faro-x2-2aa0e9"],
}
UP = ("local", "local.aveiro", "local.evora")
PREVIEWED = (
    *("comparison", "comparison.evora"),
    *("poc", "poc.aveiro", "poc.evora"),
    *("production", "production.aveiro", "production.braga", "production.evora"),
)


@pytest.fixture(scope="module")
def namespaces(checkout: Copy, up: Result) -> Iterator[None]:
    """Namespaces to try objects in; a dry run makes none."""
    assert up.status == 0
    names = {
        each["metadata"]["namespace"]
        for stack in (*UP, *PREVIEWED)
        for each in aside(manifests(record(stack, PLATFORM)))
        if "namespace" in each["metadata"]
    }
    for name in names:
        assert checkout.kubectl("create", "namespace", name).status == 0
    yield
    checkout.kubectl("delete", "namespace", *names)


@pytest.mark.skipif(not CRDS.is_dir(), reason=f"needs the real definitions in {CRDS}")
@pytest.mark.usefixtures("namespaces")
class TestStrictness:
    """Nothing that we send is unknown to the real definitions, or silently dropped."""

    @pytest.mark.parametrize("stack", [*UP, *PREVIEWED])
    def test_strict_validation_finds_nothing(self, checkout: Copy, stack: str) -> None:
        sent = aside(manifests(record(stack, PLATFORM)))
        result = dry_run(checkout, sent)

        assert 0 == result.status, result.text
        assert len(sent) == len(result.out.splitlines())

    def test_strict_validation_would_find_a_misspelt_field(self, checkout: Copy) -> None:
        (manifest, *_) = [
            each for each in manifests(record("local")) if each["kind"] == "CephFilesystem"
        ]
        manifest["spec"]["dataPools"][0]["crushRoots"] = "faro"

        assert "crushRoots" in refused(dry_run(checkout, aside([manifest])))

    @pytest.mark.parametrize("stack", UP)
    def test_every_field_that_was_sent_is_there(self, checkout: Copy, stack: str) -> None:
        sent: Recording = record(stack, PLATFORM)
        for manifest in manifests(sent):
            metadata = manifest["metadata"]
            place = [f"--namespace={metadata['namespace']}"] if "namespace" in metadata else []
            group = manifest["apiVersion"].rpartition("/")[0]
            kind = f"{manifest['kind']}.{group}" if group else manifest["kind"]
            result = checkout.kubectl("get", kind, metadata["name"], "--output=json", *place)
            assert result.status == 0, result.text

            assert [] == lost(manifest, json.loads(result.out), metadata["name"])
