"""How much an institution's namespace may claim of the cluster, and how much one pod of it.

Owns its ResourceQuota and LimitRange. Doesn't own how much its pods need
(:mod:`components.isolation.demand`).

Nothing here limits processors: a cold JVM is slow enough without that, and a request is all that
the scheduler needs to keep institutions apart.
"""

from __future__ import annotations

from typing import Any, Final

from components import naming
from components.isolation.spec import IsolationSpec
from components.manifests import Manifest

_CLAIMS: Final = 8
"""Images and index, for ingest and for readers, and as many again while data moves."""
_ADDRESSES: Final = 4
"""DICOM storage and query, with TLS and without."""
_UNSTATED: Final = {"memory": "256Mi", "ephemeral-storage": "64Mi"}


def resource_quota(spec: IsolationSpec) -> Manifest:
    """Build the quota: the promise's pods fit into it, and no more than one beside them."""
    every = spec.demand.all
    hard = {
        "pods": str(spec.demand.pods),
        "requests.cpu": f"{every.cpu}m",
        "requests.memory": f"{every.memory}Mi",
        "limits.memory": f"{every.memory_limit}Mi",
        "requests.ephemeral-storage": f"{every.disk}Mi",
        "limits.ephemeral-storage": f"{every.disk_limit}Mi",
        "persistentvolumeclaims": str(_CLAIMS),
        "services.loadbalancers": str(_ADDRESSES),
        # A node port is an entrance on every node that no source range guards.
        "services.nodeports": "0",
    }
    return {**_head(spec, "ResourceQuota"), "spec": {"hard": hard}}


def limit_range(spec: IsolationSpec) -> Manifest:
    """Build the sizes of containers that state none, without which the quota refuses their pods."""
    largest = spec.demand.largest
    container: dict[str, Any] = {
        "type": "Container",
        "defaultRequest": {"cpu": "100m", **_UNSTATED},
        "default": _UNSTATED,
    }
    pod = {"type": "Pod", "max": {"memory": f"{largest.memory_limit}Mi"}}
    return {**_head(spec, "LimitRange"), "spec": {"limits": [container, pod]}}


def _head(spec: IsolationSpec, kind: str) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": kind,
        "metadata": {
            "name": "institution",
            "namespace": naming.namespace(spec.institution),
            "labels": {naming.INSTITUTION_LABEL: spec.institution},
        },
    }
