"""The operators' stand-ins against a real API server, scheduler and controller manager."""

import json
from typing import Any

import pytest

from local.simulation import definitions
from local.simulation.api import ApiServer
from local.simulation.control_plane import api_port
from tests.local.simulation.running_cluster import RunningCluster, eventually

pytestmark = pytest.mark.environment

_ROOK = "ceph.rook.io/v1"
_DATA_CENTRE = "topology.rook.io/datacenter"


def _ceph(kind: str, name: str, spec: dict[str, Any]) -> dict[str, Any]:
    metadata = {"name": name, "namespace": "rook-ceph"}
    return {"apiVersion": _ROOK, "kind": kind, "metadata": metadata, "spec": spec}


def _filesystem(name: str, root: str) -> dict[str, Any]:
    pool = {"crushRoot": root, "failureDomain": "osd", "replicated": {"size": 2}}
    data = [{"name": "data", **pool}]
    spec = {"metadataPool": pool, "dataPools": data, "metadataServer": {"activeCount": 1}}
    return _ceph("CephFilesystem", name, spec)


@pytest.fixture
def ceph(cluster: RunningCluster) -> RunningCluster:
    """A cluster with a CephCluster and, on one worker, the data centre `faro`."""
    cluster.kubectl("label", "--overwrite", "node/worker-1", f"{_DATA_CENTRE}=faro")
    storage = {"storage": {"useAllNodes": True}, "dataDirHostPath": "/var/lib/rook"}
    cluster.apply(
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "rook-ceph"}},
        _ceph("CephCluster", "rook-ceph", storage),
    )
    return cluster


def _phase(cluster: RunningCluster, kind: str, name: str) -> str:
    return cluster.field(".status.phase", "-n", "rook-ceph", f"{kind}/{name}")


class TestFilesystems:
    def test_one_on_a_missing_crush_root_stays_progressing_with_rooks_event(
        self, ceph: RunningCluster
    ) -> None:
        ceph.apply(_filesystem("missing", "nowhere"))

        def event() -> str:
            selector = "involvedObject.name=missing,reason=ReconcileFailed"
            events = ("-n", "rook-ceph", "events", "--field-selector", selector)
            return ceph.field(".items[*].message", *events)

        assert eventually(lambda: "unrecognized crush root nowhere" in event())
        assert "Progressing" == _phase(ceph, "cephfilesystem", "missing")

    def test_one_in_an_existing_data_centre_gets_ready_with_its_group(
        self, ceph: RunningCluster
    ) -> None:
        group = {"filesystemName": "present", "clusterID": "present"}
        ceph.apply(
            _filesystem("present", "faro"), _ceph("CephFilesystemSubVolumeGroup", "g", group)
        )
        groups = "cephfilesystemsubvolumegroup"
        assert eventually(lambda: _phase(ceph, groups, "g") == "Ready")
        assert "Ready" == _phase(ceph, "cephfilesystem", "present")


class TestVolumes:
    def test_a_stateful_sets_claims_are_bound_and_its_pods_ready(
        self, ceph: RunningCluster
    ) -> None:
        group = {"filesystemName": "archive", "clusterID": "archive"}
        ceph.apply(
            _filesystem("archive", "faro"),
            _ceph("CephFilesystemSubVolumeGroup", "archive", group),
            _ceph("CephClient", "archive-rw", {"caps": {"mon": "allow r"}}),
            _storage_class(),
            _stateful_set(),
        )
        replicas = ("statefulset/archive",)
        assert eventually(lambda: ceph.field(".status.readyReplicas", *replicas) == "2")
        assert "Bound" == ceph.field(".status.phase", "pvc/data-archive-0")
        source = json.loads(ceph.field(".items[0].spec.csi", "pv"))
        assert "rook-ceph-client-archive-rw" == source["nodeStageSecretRef"]["name"]
        assert source["volumeAttributes"]["subvolumePath"].startswith("/volumes/archive/csi-vol-")

    def test_a_job_completes(self, cluster: RunningCluster) -> None:
        pod = {"restartPolicy": "Never", "containers": [{"name": "once", "image": "none"}]}
        cluster.apply(
            {
                "apiVersion": "batch/v1",
                "kind": "Job",
                "metadata": {"name": "once"},
                "spec": {"template": {"spec": pod}},
            }
        )
        assert eventually(lambda: cluster.field(".status.succeeded", "job/once") == "1")


class TestStandIns:
    def test_the_api_server_serves_them_and_keeps_any_field(self, cluster: RunningCluster) -> None:
        made_up = definitions.stand_ins({"stand-in.example/v1": {"Thing": "things"}})
        with ApiServer(cluster.folder, api_port(cluster.folder)) as api:
            definitions.apply(api, made_up)
        cluster.apply(
            {
                "apiVersion": "stand-in.example/v1",
                "kind": "Thing",
                "metadata": {"name": "thing"},
                "spec": {"any": {"field": [1]}},
            }
        )
        assert "[1]" == cluster.field(".spec.any.field", "things/thing")


def _storage_class() -> dict[str, Any]:
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": "archive"},
        "provisioner": "rook-ceph.cephfs.csi.ceph.com",
        "parameters": {
            "clusterID": "archive",
            "fsName": "archive",
            "csi.storage.k8s.io/node-stage-secret-name": "rook-ceph-client-archive-rw",
            "csi.storage.k8s.io/node-stage-secret-namespace": "rook-ceph",
        },
    }


def _stateful_set() -> dict[str, Any]:
    probe = {"tcpSocket": {"port": 8080}}
    labels = {"app": "archive"}
    container = {"name": "archive", "image": "none", "readinessProbe": probe}
    claim = {
        "metadata": {"name": "data"},
        "spec": {
            "storageClassName": "archive",
            "accessModes": ["ReadWriteMany"],
            "resources": {"requests": {"storage": "1Gi"}},
        },
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": {"name": "archive"},
        "spec": {
            "replicas": 2,
            "serviceName": "archive",
            "selector": {"matchLabels": labels},
            "volumeClaimTemplates": [claim],
            "template": {
                "metadata": {"labels": labels},
                "spec": {
                    "initContainers": [
                        {"name": "waits", "image": "none"},
                        {"name": "stays", "image": "none", "restartPolicy": "Always"},
                    ],
                    "containers": [container],
                },
            },
        },
    }
