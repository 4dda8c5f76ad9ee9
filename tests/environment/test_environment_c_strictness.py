"""Nothing that the program sends is unknown to the real definitions, or silently dropped."""

from __future__ import annotations

import json

import pytest

from tests.environment.copies import CRDS, Copy, Result, refused
from tests.environment.strictness import dry_run, lost, manifests
from tests.recording import Recording, record

PLATFORM = {
    "kubeconfig": "kubeconfig",
    "residencyClasses": ["every-x3-8870cf", "home-faro-x2-2aa0e9"],
}


@pytest.fixture(scope="module", params=["local", "local.aveiro", "local.evora"])
def sent(request: pytest.FixtureRequest) -> Recording:
    return record(str(request.param), PLATFORM)


@pytest.mark.skipif(not CRDS.is_dir(), reason=f"needs the real definitions in {CRDS}")
class TestStrictness:
    """Nothing that we send is unknown to the real definitions, or silently dropped."""

    def test_strict_validation_finds_nothing(
        self, checkout: Copy, up: Result, sent: Recording
    ) -> None:
        assert up.status == 0
        sent_manifests = manifests(sent)
        result = dry_run(checkout, sent_manifests)

        assert 0 == result.status, result.text
        assert len(sent_manifests) == len(result.out.splitlines())

    def test_strict_validation_would_find_a_misspelt_field(
        self, checkout: Copy, up: Result
    ) -> None:
        assert up.status == 0
        (manifest, *_) = [
            each for each in manifests(record("local")) if each["kind"] == "CephFilesystem"
        ]
        manifest["spec"]["dataPools"][0]["crushRoots"] = "faro"

        assert "crushRoots" in refused(dry_run(checkout, [manifest]))

    def test_every_field_that_was_sent_is_there(
        self, checkout: Copy, up: Result, sent: Recording
    ) -> None:
        assert up.status == 0
        for manifest in manifests(sent):
            metadata = manifest["metadata"]
            place = [f"--namespace={metadata['namespace']}"] if "namespace" in metadata else []
            group = manifest["apiVersion"].rpartition("/")[0]
            kind = f"{manifest['kind']}.{group}" if group else manifest["kind"]
            result = checkout.kubectl("get", kind, metadata["name"], "--output=json", *place)
            assert result.status == 0, result.text

            assert [] == lost(manifest, json.loads(result.out), metadata["name"])
