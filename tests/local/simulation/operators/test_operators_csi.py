"""Volumes for claims: only from a Ready subvolume group, grown and deleted as the class says."""

from typing import Any

import pytest

from local.simulation.operators import csi
from local.simulation.operators.objects import Action, Observed
from tests.local.simulation.operators.plain_objects import Objects

_NOW = "2026-11-24T10:00:00Z"
_DRIVER = "rook-ceph.cephfs.csi.ceph.com"
_SECRET = {
    "csi.storage.k8s.io/node-stage-secret-name": "rook-ceph-client-${pvc.namespace}",
    "csi.storage.k8s.io/node-stage-secret-namespace": "rook-ceph",
}


def _decide(observed: Observed) -> list[Action]:
    return csi.decide(observed, _NOW)


@pytest.fixture
def storage() -> Objects:
    """A Ready subvolume group, its class, and a claim that waits for its provisioner."""
    objects = Objects()
    objects.add(
        "CephFilesystemSubVolumeGroup",
        {
            "metadata": {"name": "group", "namespace": "rook-ceph"},
            "spec": {"name": "evora", "filesystemName": "archive", "clusterID": "evora-id"},
            "status": {"phase": "Ready"},
        },
    )
    objects.add(
        "StorageClass",
        {
            "metadata": {"name": "evora"},
            "provisioner": _DRIVER,
            "reclaimPolicy": "Retain",
            "mountOptions": ["noatime"],
            "parameters": {"clusterID": "evora-id", "fsName": "archive", **_SECRET},
        },
    )
    objects.add(
        "PersistentVolumeClaim",
        {
            "metadata": {
                "name": "images",
                "namespace": "evora",
                "uid": "123",
                "annotations": {"volume.kubernetes.io/storage-provisioner": _DRIVER},
            },
            "spec": {
                "storageClassName": "evora",
                "accessModes": ["ReadWriteMany"],
                "resources": {"requests": {"storage": "1Ti"}},
            },
            "status": {"phase": "Pending"},
        },
    )
    return objects


def _bind(storage: Objects, reclaim: str = "Retain") -> dict[str, Any]:
    """Bind as the controller manager does, and return the volume."""
    storage.settle(_decide)
    claim = storage.get("PersistentVolumeClaim", "images")
    claim["spec"]["volumeName"] = "pvc-123"
    claim["status"] = {"phase": "Bound", "capacity": {"storage": "1Ti"}}
    volume: dict[str, Any] = storage.get("PersistentVolume", "pvc-123")
    volume["status"] = {"phase": "Bound"}
    volume["spec"]["persistentVolumeReclaimPolicy"] = reclaim
    return volume


class TestProvisioning:
    def test_a_volume_is_made_for_a_claim(self, storage: Objects) -> None:
        storage.settle(_decide)
        spec = storage.get("PersistentVolume", "pvc-123")["spec"]
        assert ("Retain", ["noatime"], {"storage": "1Ti"}) == (
            spec["persistentVolumeReclaimPolicy"],
            spec["mountOptions"],
            spec["capacity"],
        )
        assert "123" == spec["claimRef"]["uid"]

    def test_it_lies_in_the_groups_folder_with_the_clients_secret(self, storage: Objects) -> None:
        storage.settle(_decide)
        source = storage.get("PersistentVolume", "pvc-123")["spec"]["csi"]
        assert "/volumes/evora/csi-vol-123/123" == source["volumeAttributes"]["subvolumePath"]
        expected = {"name": "rook-ceph-client-evora", "namespace": "rook-ceph"}
        assert expected == source["nodeStageSecretRef"]
        assert "0001-0008-evora-id-0000000000000001-123" == source["volumeHandle"]

    def test_a_group_that_is_not_ready_gives_none_and_an_event_says_so(
        self, storage: Objects
    ) -> None:
        storage.get("CephFilesystemSubVolumeGroup", "group")["status"]["phase"] = "Progressing"
        storage.settle(_decide)
        assert [] == storage.names("PersistentVolume")
        assert 'missing configuration for cluster ID "evora-id"' in storage.messages()[0]

    def test_a_class_that_names_another_filesystem_gives_none(self, storage: Objects) -> None:
        storage.get("StorageClass", "evora")["parameters"]["fsName"] = "other"
        storage.settle(_decide)
        assert [] == storage.names("PersistentVolume")
        assert "is in filesystem archive, not in other" in storage.messages()[0]

    @pytest.mark.parametrize(
        "annotations", [{}, {"volume.kubernetes.io/storage-provisioner": "nfs.csi.k8s.io"}]
    )
    def test_before_its_turn_or_for_another_driver_nothing_is_done(
        self, storage: Objects, annotations: dict[str, str]
    ) -> None:
        storage.get("PersistentVolumeClaim", "images")["metadata"]["annotations"] = annotations
        assert [] == storage.settle(_decide)

    def test_a_claim_that_is_being_deleted_gets_none(self, storage: Objects) -> None:
        storage.get("PersistentVolumeClaim", "images")["metadata"]["deletionTimestamp"] = _NOW
        assert [] == storage.settle(_decide)


class TestGrowing:
    def test_a_larger_request_grows_volume_and_claim(self, storage: Objects) -> None:
        volume = _bind(storage)
        claim = storage.get("PersistentVolumeClaim", "images")
        claim["spec"]["resources"]["requests"]["storage"] = "2048Gi"
        storage.settle(_decide)
        assert "2048Gi" == volume["spec"]["capacity"]["storage"]
        assert "2048Gi" == claim["status"]["capacity"]["storage"]

    def test_the_same_amount_in_another_unit_changes_nothing(self, storage: Objects) -> None:
        _bind(storage)
        claim = storage.get("PersistentVolumeClaim", "images")
        claim["spec"]["resources"]["requests"]["storage"] = "1024Gi"
        assert [] == storage.settle(_decide)


class TestDeleting:
    @pytest.mark.parametrize(
        ("reclaim", "phase", "left"),
        [
            ("Delete", "Released", []),
            ("Delete", "Bound", ["pvc-123"]),
            ("Retain", "Released", ["pvc-123"]),
        ],
    )
    def test_only_a_released_volume_of_a_deleting_class_goes(
        self, storage: Objects, reclaim: str, phase: str, left: list[str]
    ) -> None:
        _bind(storage, reclaim)["status"]["phase"] = phase
        storage.by_kind["PersistentVolumeClaim"].clear()
        storage.settle(_decide)
        assert left == storage.names("PersistentVolume")

    def test_a_volume_made_by_hand_stays(self, storage: Objects) -> None:
        _bind(storage, "Delete")["metadata"]["annotations"] = {}
        storage.get("PersistentVolume", "pvc-123")["status"]["phase"] = "Released"
        storage.by_kind["PersistentVolumeClaim"].clear()
        assert [] == storage.settle(_decide)
