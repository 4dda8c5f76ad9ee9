"""What Rook's resources come to, and that deciding comes to rest."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.simulation.operators import rook
from local.simulation.operators.objects import Action, Observed, Patch
from tests.local.simulation.operators.plain_objects import Objects

_NOW = "2026-11-24T10:00:00Z"
_GROUP = "CephFilesystemSubVolumeGroup"


def _decide(observed: Observed) -> list[Action]:
    return rook.decide(observed, _NOW, lambda: "simulated-key")


def _named(name: str, spec: dict[str, Any], namespace: str = "rook-ceph") -> dict[str, Any]:
    return {"metadata": {"name": name, "namespace": namespace}, "spec": spec}


def _node(name: str, data_centre: str) -> dict[str, Any]:
    labels = {"kubernetes.io/hostname": name, "topology.rook.io/datacenter": data_centre}
    return {"metadata": {"name": name, "labels": labels}}


def _filesystem(root: str = "porto", domain: str = "osd") -> dict[str, Any]:
    pool = {"crushRoot": root, "failureDomain": domain, "replicated": {"size": 2}}
    return {"metadataPool": {"crushRoot": "porto"}, "dataPools": [pool]}


def _phases(actions: list[Action], name: str) -> list[str]:
    return [
        action.body["status"]["phase"]
        for action in actions
        if isinstance(action, Patch) and action.name == name
    ]


@pytest.fixture
def cluster() -> Objects:
    """A CephCluster on one worker in porto."""
    objects = Objects()
    objects.add("Node", _node("worker-1", "porto"))
    objects.add("CephCluster", _named("rook-ceph", {"storage": {"useAllNodes": True}}))
    return objects


class TestCephCluster:
    def test_it_is_progressing_first_and_then_ready_and_healthy(self, cluster: Objects) -> None:
        assert ["Progressing", "Ready"] == _phases(cluster.settle(_decide), "rook-ceph")
        status = cluster.get("CephCluster", "rook-ceph")["status"]
        assert "HEALTH_OK" == status["ceph"]["health"]
        assert [("Ready", "True")] == [(c["type"], c["status"]) for c in status["conditions"]]

    def test_a_changed_spec_is_observed(self, cluster: Objects) -> None:
        cluster.settle(_decide)
        cluster.get("CephCluster", "rook-ceph")["metadata"]["generation"] = 2
        cluster.settle(_decide)
        assert 2 == cluster.get("CephCluster", "rook-ceph")["status"]["observedGeneration"]


class TestCephFilesystem:
    def test_a_sound_one_is_ready(self, cluster: Objects) -> None:
        cluster.add("CephFilesystem", _named("archive", _filesystem()))
        assert ["Progressing", "Ready"] == _phases(cluster.settle(_decide), "archive")

    def test_a_missing_crush_root_keeps_it_progressing_and_an_event_says_so(
        self, cluster: Objects
    ) -> None:
        cluster.add("CephFilesystem", _named("archive", _filesystem(root="nowhere")))
        assert ["Progressing"] == _phases(cluster.settle(_decide), "archive")
        expected = (
            'invalid object filesystem "archive" arguments: Invalid data pool: '
            "unrecognized crush root nowhere"
        )
        assert [expected] == cluster.messages()

    def test_it_gets_ready_once_the_bucket_exists(self, cluster: Objects) -> None:
        cluster.add("CephFilesystem", _named("archive", _filesystem(root="faro")))
        cluster.settle(_decide)
        cluster.add("Node", _node("worker-2", "faro"))
        assert ["Ready"] == _phases(cluster.settle(_decide), "archive")

    def test_a_later_fault_leaves_it_ready_with_the_old_generation(self, cluster: Objects) -> None:
        archive = cluster.add("CephFilesystem", _named("archive", _filesystem()))
        cluster.settle(_decide)
        archive["spec"] = _filesystem(domain="continent")
        archive["metadata"]["generation"] = 2
        assert [] == _phases(cluster.settle(_decide), "archive")
        assert ("Ready", 1) == (archive["status"]["phase"], archive["status"]["observedGeneration"])

    def test_without_a_cluster_in_its_namespace_it_waits(self, cluster: Objects) -> None:
        cluster.add("CephFilesystem", _named("archive", _filesystem(), "elsewhere"))
        assert ["Progressing"] == _phases(cluster.settle(_decide), "archive")

    def test_one_that_is_being_deleted_is_left_alone(self, cluster: Objects) -> None:
        archive = cluster.add("CephFilesystem", _named("archive", _filesystem("nowhere")))
        archive["metadata"]["deletionTimestamp"] = _NOW
        assert [] == _phases(cluster.settle(_decide), "archive")
        assert [] == cluster.messages()


class TestSubVolumeGroup:
    @pytest.mark.parametrize(("root", "phase"), [("porto", "Ready"), ("nowhere", "Progressing")])
    def test_it_is_ready_only_when_its_filesystem_is(
        self, cluster: Objects, root: str, phase: str
    ) -> None:
        cluster.add("CephFilesystem", _named("archive", _filesystem(root)))
        group = cluster.add(_GROUP, _named("evora", {"filesystemName": "archive"}))
        cluster.settle(_decide)
        assert phase == group["status"]["phase"]

    @pytest.mark.parametrize(
        ("configured", "published"),
        [({"clusterID": "evora"}, "evora"), ({}, "7088f251b06d246433cb71649b51f800")],
    )
    def test_its_cluster_id_is_published(
        self, cluster: Objects, configured: dict[str, str], published: str
    ) -> None:
        cluster.add("CephFilesystem", _named("archive", _filesystem()))
        group = cluster.add(_GROUP, _named("g", {"filesystemName": "archive", **configured}))
        cluster.settle(_decide)
        assert published == group["status"]["info"]["clusterID"]


class TestCephClient:
    def test_it_is_ready_after_its_secret_is_there(self, cluster: Objects) -> None:
        cluster.add("CephClient", _named("evora-ro", {"caps": {}}))
        assert ["Progressing", "Ready"] == _phases(cluster.settle(_decide), "evora-ro")
        secret = cluster.get("Secret", "rook-ceph-client-evora-ro")["stringData"]
        assert ("evora-ro", "simulated-key") == (secret["userID"], secret["userKey"])

    def test_an_existing_secret_keeps_its_key(self, cluster: Objects) -> None:
        cluster.add("CephClient", _named("evora-ro", {"caps": {}}))
        cluster.settle(_decide)
        observed = Observed(cluster.by_kind)
        assert [] == rook.decide(observed, _NOW, lambda: pytest.fail("a second key was made"))


class TestRest:
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["CephFilesystem", "CephBlockPool", "CephNFS", _GROUP]),
                st.sampled_from(["rook-ceph", "elsewhere"]),
                st.sampled_from(["", "default", "porto", "nowhere"]),
            ),
            unique_by=lambda drawn: drawn[0],
        ),
        st.sampled_from([[], ["rook-ceph"], ["rook-ceph", "elsewhere"]]),
    )
    def test_deciding_comes_to_rest_whatever_there_is(
        self, drawn: list[tuple[str, str, str]], clusters: list[str]
    ) -> None:
        objects = Objects()
        objects.add("Node", _node("worker-1", "porto"))
        for namespace in clusters:
            objects.add("CephCluster", _named(f"ceph-{namespace}", {}, namespace))
        for kind, namespace, root in drawn:
            spec = {"crushRoot": root, "filesystemName": "archive", **_filesystem(root)}
            objects.add(kind, _named("archive", spec, namespace))
        objects.settle(_decide)
