"""What is rendered for a file server: the same claims as on Ceph, and readers that can't write."""

from __future__ import annotations

from pathlib import Path

from components.catalog import load
from components.catalog.platform import NfsStorage
from components.storage import nfs, reader_volumes
from components.storage.nfs_manifests import reader_volumes as volumes
from components.storage.nfs_manifests import storage_class
from components.storage.repository_manifests import RepositorySpec

STACKS = Path(__file__).resolve().parents[3] / "stacks"
SPEC = RepositorySpec("evora", "home-faro-x1-e21c7c", 2**40)
_STORAGE = load(STACKS, "comparison").platform.storage
assert isinstance(_STORAGE, NfsStorage)
CLASS = storage_class(SPEC, _STORAGE)
IMAGES, INDEX = volumes(SPEC, _STORAGE)


class TestStorageClass:
    """Directories by institution and claim, which outlive their volumes."""

    def test_it_is_the_institutions_own(self) -> None:
        assert "imaging-evora" == CLASS["metadata"]["name"]
        assert "annotations" not in CLASS["metadata"], "no default class"

    def test_each_claim_gets_a_directory_of_its_own(self) -> None:
        assert {
            "server": "192.0.2.50",
            "share": "/exports/imaging",
            "subDir": "evora/${pvc.metadata.name}",
            "onDelete": "retain",
        } == CLASS["parameters"]

    def test_a_server_that_is_away_makes_writes_wait(self) -> None:
        assert {"nfsvers=4.1", "hard"} <= set(CLASS["mountOptions"])

    def test_nothing_goes_with_a_claim(self) -> None:
        assert "Retain" == CLASS["reclaimPolicy"]
        assert "retain" == nfs.driver_values()["controller"]["defaultOnDeletePolicy"]


class TestReaders:
    """The directories of ingest's claims, mounted read-only."""

    def test_they_lie_where_the_driver_makes_them(self) -> None:
        assert [
            {"server": "192.0.2.50", "share": "/exports/imaging/evora/images"},
            {"server": "192.0.2.50", "share": "/exports/imaging/evora/index"},
        ] == [each["spec"]["csi"]["volumeAttributes"] for each in (IMAGES, INDEX)]

    def test_they_are_read_only(self) -> None:
        for each in (IMAGES, INDEX):
            assert each["spec"]["csi"]["readOnly"] is True
            assert ["ReadOnlyMany"] == each["spec"]["accessModes"]
            assert "Retain" == each["spec"]["persistentVolumeReclaimPolicy"]

    def test_the_claims_of_ceph_bind_them(self) -> None:
        claim = reader_volumes.reader_claim(SPEC, "images", SPEC.images)

        assert IMAGES["metadata"]["name"] == claim["spec"]["volumeName"]
        assert {"namespace": "evora", "name": claim["metadata"]["name"]} == (
            IMAGES["spec"]["claimRef"]
        )

    def test_their_handles_are_no_other_volumes(self) -> None:
        handles = [each["spec"]["csi"]["volumeHandle"] for each in (IMAGES, INDEX)]

        assert [
            "192.0.2.50#/exports/imaging#evora/images#readers",
            "192.0.2.50#/exports/imaging#evora/index#readers",
        ] == handles
