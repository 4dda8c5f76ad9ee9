"""What readers mount can't be written to, whatever the pod does."""

from __future__ import annotations

from components.storage.reader_volumes import reader_claim, reader_volume
from components.storage.repository_manifests import RepositorySpec, ceph_clients, claims

SPEC = RepositorySpec("evora", "home-faro-x2-2aa0e9", 10 * 2**40)
PATH = "/volumes/evora/csi-vol-1/1"
VOLUME = reader_volume(SPEC, "images", SPEC.images, PATH)["spec"]
CLAIM = reader_claim(SPEC, "images", SPEC.images)


class TestReaders:
    """The same directory as ingest's, through a key that may only read."""

    def test_the_volume_is_mounted_with_the_readers_key(self) -> None:
        _, reader = ceph_clients(SPEC)
        secret = VOLUME["csi"]["nodeStageSecretRef"]

        assert f"rook-ceph-client-{reader['metadata']['name']}" == secret["name"]
        assert "rook-ceph" == secret["namespace"]
        assert "allow r " in reader["spec"]["caps"]["mds"]

    def test_it_is_read_only_for_kubernetes_too(self) -> None:
        assert VOLUME["csi"]["readOnly"] is True
        assert ["ReadOnlyMany"] == VOLUME["accessModes"] == CLAIM["spec"]["accessModes"]

    def test_it_lies_where_csi_made_the_directory(self) -> None:
        assert {
            "clusterID": "evora",
            "fsName": "home-faro-x2-2aa0e9",
            "staticVolume": "true",
            "rootPath": PATH,
        } == VOLUME["csi"]["volumeAttributes"]

    def test_the_directory_outlives_the_volume(self) -> None:
        assert "Retain" == VOLUME["persistentVolumeReclaimPolicy"]

    def test_volume_and_claim_are_for_each_other_alone(self) -> None:
        volume = reader_volume(SPEC, "images", SPEC.images, PATH)

        assert volume["metadata"]["name"] == CLAIM["spec"]["volumeName"]
        assert VOLUME["claimRef"] == {"namespace": "evora", "name": CLAIM["metadata"]["name"]}
        assert "" == VOLUME["storageClassName"] == CLAIM["spec"]["storageClassName"]

    def test_images_and_index_are_two_volumes(self) -> None:
        index = reader_volume(SPEC, "index", SPEC.index, PATH)

        assert index["spec"]["csi"]["volumeHandle"] != VOLUME["csi"]["volumeHandle"]


class TestIngest:
    """One pod at a time writes: the scheduler and the kubelet refuse a second."""

    def test_its_claims_are_for_one_pod(self) -> None:
        modes = [claim["spec"]["accessModes"] for claim in claims(SPEC)]

        assert [["ReadWriteOncePod"], ["ReadWriteOncePod"]] == modes
