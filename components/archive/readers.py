"""The Dicoogles that answer queries and downloads, on read-only mounts.

Owns their manifests. Doesn't own how many there are at a given moment (the promise's maximum, until
an autoscaler decides), nor who may reach them.

``readOnly`` on the mounts is what protects the index; Dicoogle's own switch doesn't
(research/dicoogle-topology.md §1).
"""

from __future__ import annotations

from typing import Any, Final

from components import naming
from components.archive import pod, settings
from components.archive.spec import ArchiveSpec
from components.archive.workload import Workload, common, stateful_set
from components.manifests import Manifest

_SIZE: Final = pod.Size(cpu="500m", heap=640)
_DRAIN: Final = 30
_GRACE: Final = 630
"""Seconds: the drain and ten minutes, for a study of gigabytes on a slow line."""
_PORTS: Final = {"web": settings.WEB_PORT, "query-retrieve": settings.QUERY_RETRIEVE_PORT}
_DOOR: Final = "archive"
_DOOR_PORT: Final = 80


def manifests(spec: ArchiveSpec) -> tuple[Manifest, ...]:
    """Build the readers' objects; the pods' set is the last."""
    workload = Workload(spec.institution, "readers", settings.reader_files(spec), _PORTS)
    replicas = spec.promise.service.readers.max
    return (
        *common(workload),
        _balanced(workload),
        _disruptions(workload),
        # Ordered starts would dominate the time to scale out.
        stateful_set(workload, replicas, _pod(spec, workload), podManagementPolicy="Parallel"),
    )


def endpoint(institution: str) -> str:
    """Where the readers answer inside the cluster."""
    return f"http://{_DOOR}.{naming.namespace(institution)}.svc:{_DOOR_PORT}"


def _balanced(workload: Workload) -> Manifest:
    return {
        **workload.object("v1", "Service", _DOOR),
        "spec": {
            "selector": workload.labels,
            "ports": [{"name": "web", "port": _DOOR_PORT, "targetPort": "web"}],
        },
    }


def _disruptions(workload: Workload) -> Manifest:
    return {
        **workload.object("policy/v1", "PodDisruptionBudget"),
        "spec": {"maxUnavailable": 1, "selector": {"matchLabels": workload.labels}},
    }


def _pod(spec: ArchiveSpec, workload: Workload) -> dict[str, Any]:
    return {
        "securityContext": pod.security(),
        "topologySpreadConstraints": _spread(workload),
        "terminationGracePeriodSeconds": _GRACE,
        "initContainers": [pod.prepare(spec.image), pod.wait_for_index(spec.image)],
        "containers": [pod.dicoogle(spec.image, _SIZE, _PORTS, read_only=True, drain=_DRAIN)],
        "volumes": pod.volumes(workload.name, read_only=True),
    }


def _spread(workload: Workload) -> list[dict[str, Any]]:
    """Spread over data centres, then hosts; one that is down doesn't count as empty."""
    keys = {naming.DATA_CENTRE_LABEL: "DoNotSchedule", "kubernetes.io/hostname": "ScheduleAnyway"}
    return [
        {
            "maxSkew": 1,
            "topologyKey": key,
            "whenUnsatisfiable": otherwise,
            "nodeTaintsPolicy": "Honor",
            "labelSelector": {"matchLabels": workload.labels},
        }
        for key, otherwise in keys.items()
    ]
