"""Edits with `kubectl` for the tests of admission, and who tries them.

Owns the callers, the shapes of objects that are tried, and how. Doesn't own any assertion on a
refusal.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from tests.environment.copies import Copy, Result

ADMINISTRATOR: Final[Sequence[str]] = ()
TENANT: Final = ("--as=tenant", "--as-group=system:authenticated")
CEPH: Final = "--namespace=rook-ceph"
EVORA: Final = "--namespace=evora"
STORED: Final = "evora (2 copies in faro, no examination lost with a disk) was promised: "
CLASS: Final = "home-faro-x2-2aa0e9"


@contextmanager
def tenant(checkout: Copy) -> Iterator[None]:
    """Make somebody with Kubernetes' own role for the administrator of evora's namespace."""
    binding = ("rolebinding", "tenant", EVORA)
    made = checkout.kubectl("create", *binding, "--clusterrole=admin", "--user=tenant")
    assert made.status == 0, made.text
    yield
    checkout.kubectl("delete", *binding)


def replace(path: str, value: object) -> str:
    """A patch that sets one value, in JSON."""
    return _patch({"op": "add", "path": path, "value": value})


def remove(path: str) -> str:
    """A patch that removes one value, in JSON."""
    return _patch({"op": "remove", "path": path})


def _patch(change: Mapping[str, Any]) -> str:
    return "--patch=" + json.dumps([change])


def edit(checkout: Copy, kind: str, name: str, change: str, *where: str) -> Result:
    """Change a part of an object."""
    return checkout.kubectl("patch", kind, name, "--type=json", change, *where)


def create(checkout: Copy, manifest: Mapping[str, Any], *how: str) -> Result:
    """Make an object."""
    return checkout.kubectl("create", "--filename=-", *how, given=json.dumps(manifest))


def found(checkout: Copy, kind: str, name: str, *where: str) -> dict[str, Any]:
    """An object as it is, without what the API server alone may write."""
    result = checkout.kubectl("get", kind, name, "--output=json", *where)
    assert result.status == 0, result.text
    manifest: dict[str, Any] = json.loads(result.out)
    for key in ("uid", "resourceVersion", "creationTimestamp", "managedFields", "generation"):
        manifest["metadata"].pop(key, None)
    return manifest


def ceph_client(name: str, caps: Mapping[str, str]) -> dict[str, Any]:
    """A key with some powers."""
    return {
        "apiVersion": "ceph.rook.io/v1",
        "kind": "CephClient",
        "metadata": {"name": name, "namespace": "rook-ceph"},
        "spec": {"caps": dict(caps)},
    }


def storage_class(name: str, reclaim: str) -> dict[str, Any]:
    """A class that makes volumes of evora's group."""
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": name},
        "provisioner": "rook-ceph.cephfs.csi.ceph.com",
        "parameters": {"clusterID": "evora"},
        "reclaimPolicy": reclaim,
    }


def volume(namespace: str, group: str, path: str) -> dict[str, Any]:
    """A volume over a directory of an institution's group, for a claim somewhere."""
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": "tried"},
        "spec": {
            "capacity": {"storage": "1Gi"},
            "accessModes": ["ReadOnlyMany"],
            "persistentVolumeReclaimPolicy": "Retain",
            "storageClassName": "",
            "claimRef": {"namespace": namespace, "name": "tried"},
            "csi": {
                "driver": "rook-ceph.cephfs.csi.ceph.com",
                "volumeHandle": "tried",
                "nodeStageSecretRef": {
                    "name": f"rook-ceph-client-{group}-reader",
                    "namespace": "rook-ceph",
                },
                "volumeAttributes": {
                    "clusterID": group,
                    "staticVolume": "true",
                    "rootPath": path,
                },
            },
        },
    }


def claim(storage: str) -> dict[str, Any]:
    """One more claim in evora's namespace."""
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "tried", "namespace": "evora"},
        "spec": {
            "accessModes": ["ReadWriteMany"],
            "storageClassName": storage,
            "resources": {"requests": {"storage": "1Gi"}},
        },
    }


def network_policy(**spec: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """One more network policy in evora's namespace."""
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "tried", "namespace": "evora"},
        "spec": {"podSelector": {}, **spec},
    }


def pod_spec(pod: Mapping[str, Any], container: Mapping[str, Any]) -> dict[str, Any]:
    """A pod that passes Pod Security ``restricted``, but for what is changed in it."""
    safe = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
    return {
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 1000,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [
            {
                "name": "tried",
                "image": "registry.example.org/tool:1.0.2",
                "securityContext": safe,
                **container,
            }
        ],
        **pod,
    }


def maker(kind: str, spec: Mapping[str, Any]) -> dict[str, Any]:
    """An object of a kind that makes such pods, or the pod, in evora's namespace."""
    labels = {"app.kubernetes.io/name": "tried"}
    template = {"metadata": {"labels": labels}, "spec": {**spec, "restartPolicy": "Always"}}
    job = {"template": {"spec": {**spec, "restartPolicy": "Never"}}}
    bodies = {
        "Pod": ("v1", dict(spec)),
        "Deployment": ("apps/v1", {"selector": {"matchLabels": labels}, "template": template}),
        "DaemonSet": ("apps/v1", {"selector": {"matchLabels": labels}, "template": template}),
        "Job": ("batch/v1", job),
        "CronJob": ("batch/v1", {"schedule": "0 0 1 1 *", "jobTemplate": {"spec": job}}),
    }
    version, body = bodies[kind]
    place = {"name": "tried", "namespace": "evora"}
    return {"apiVersion": version, "kind": kind, "metadata": place, "spec": body}
