"""The Dicoogles that answer queries and downloads, on read-only mounts.

Owns their manifests. Doesn't own how many there are at a given moment (an autoscaler decides, from
the promise's maximum on), nor who may reach them.

``readOnly`` on the mounts is what protects the index; Dicoogle's own switch doesn't
(research/dicoogle-topology.md §1).
"""

from __future__ import annotations

from typing import Any, Final

from components import naming
from components.archive import accounts, dicoogle, pod, priorities, scripts, settings
from components.archive.spec import ArchiveSpec
from components.archive.workload import Workload, common, disruptions, stateful_set
from components.manifests import Manifest

SIZE: Final = dicoogle.Size(cpu=500, memory=1536)
"""Of one reader."""
_DRAIN: Final = 30
_GRACE: Final = 630
"""Seconds: the drain and ten minutes, for a study of gigabytes on a slow line."""
_PORTS: Final = {"web": settings.WEB_PORT, "query-retrieve": settings.QUERY_RETRIEVE_PORT}
_SCRIPTS: Final = (scripts.PREPARE, scripts.WAIT_FOR_INDEX)
_LIFE: Final = dicoogle.Life(
    command=(),
    # The plugin's own answer would outlive a web server that hangs.
    alive=dicoogle.WEB_ANSWERS,
    # The way through the web server is what the gateway's health checks take, at every reader.
    ready=dicoogle.HEALTHY,
    drain=_DRAIN,
)


def manifests(spec: ArchiveSpec) -> tuple[Manifest, ...]:
    """Build the readers' objects; the pods' set is the last."""
    workload = Workload(
        spec.institution,
        "readers",
        {**settings.reader_files(spec), **scripts.contents(*_SCRIPTS)},
        _PORTS,
        accounts.revision(spec),
    )
    replicas = spec.promise.service.readers.max
    return (
        *common(workload),
        disruptions(workload),
        # Ordered starts would dominate the time to scale out.
        stateful_set(workload, replicas, _pod(spec, workload), podManagementPolicy="Parallel"),
    )


def _pod(spec: ArchiveSpec, workload: Workload) -> dict[str, Any]:
    return {
        "securityContext": pod.security(),
        "priorityClassName": priorities.READERS,
        "topologySpreadConstraints": _spread(workload),
        "terminationGracePeriodSeconds": _GRACE,
        "initContainers": [pod.prepare(spec.image), pod.wait_for_index(spec.image)],
        "containers": [
            dicoogle.container(spec.image, SIZE, _PORTS, _LIFE, read_only=True),
        ],
        "volumes": pod.volumes(workload.name, _SCRIPTS, read_only=True),
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
