"""The Pushgateway: keeps what Jobs that end found, until Prometheus fetches it.

Owns its manifests and address. Doesn't own who pushes: the check of drift, and the institutions'
reconciliations.
"""

from __future__ import annotations

from typing import Any, Final

from components import naming, pins
from components.manifests import Manifest
from components.storage.ceph_job import confined, confined_pod

NAME: Final = "pushgateway"
PORT: Final = 9091
ADDRESS: Final = f"{NAME}.{naming.CEPH_NAMESPACE}.svc:{PORT}"
_NOBODY: Final = 65534
_LABELS: Final = {
    "app.kubernetes.io/name": NAME,
    "app.kubernetes.io/part-of": "imaging-repository",
}


def manifests() -> tuple[Manifest, Manifest]:
    """Build the Deployment and the Service of the Pushgateway.

    One, never two: each would hold half of the results. It keeps them in memory; after a restart
    they are back with the next check.
    """
    return (
        {
            **_head("apps/v1", "Deployment"),
            "spec": {
                "replicas": 1,
                "strategy": {"type": "Recreate"},
                "selector": {"matchLabels": _LABELS},
                "template": {
                    "metadata": {"labels": _LABELS},
                    "spec": {**confined_pod(_NOBODY), "containers": [_container()]},
                },
            },
        },
        {
            **_head("v1", "Service"),
            "spec": {
                "selector": _LABELS,
                "ports": [{"name": "http", "port": PORT, "targetPort": "http"}],
            },
        },
    )


def _container() -> dict[str, Any]:
    return {
        "name": NAME,
        "image": pins.PUSHGATEWAY_IMAGE,
        "args": [f"--web.listen-address=:{PORT}"],
        "ports": [{"name": "http", "containerPort": PORT}],
        "securityContext": confined(),
        "resources": {
            "requests": {"cpu": "20m", "memory": "64Mi"},
            "limits": {"memory": "128Mi"},
        },
        "readinessProbe": {"httpGet": {"path": "/-/ready", "port": "http"}},
        "livenessProbe": {"httpGet": {"path": "/-/healthy", "port": "http"}, "periodSeconds": 30},
    }


def _head(api_version: str, kind: str) -> Manifest:
    return {
        "apiVersion": api_version,
        "kind": kind,
        "metadata": {"name": NAME, "namespace": naming.CEPH_NAMESPACE, "labels": dict(_LABELS)},
    }
