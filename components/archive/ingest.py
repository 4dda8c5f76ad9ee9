"""The one Dicoogle that receives, stores and indexes an institution's examinations.

Owns its manifests. Doesn't own its files' content, nor who may reach it. It is one, never two: a
second writer destroys the Lucene index (research/dicoogle.md §4, M1).
"""

from __future__ import annotations

from typing import Any, Final

from components import naming
from components.archive import pod, settings
from components.archive.spec import ArchiveSpec
from components.archive.workload import Workload, common, stateful_set
from components.manifests import Manifest

_SIZE: Final = pod.Size(cpu="500m", heap=1280)
_DRAIN: Final = 15
_GRACE: Final = 120
_PORTS: Final = {"web": settings.WEB_PORT, "storage": settings.STORAGE_PORT}


def manifests(spec: ArchiveSpec) -> tuple[Manifest, ...]:
    """Build the ingest's objects; the pods' set is the last."""
    workload = Workload(spec.institution, "ingest", settings.ingest_files(spec), _PORTS)
    return (*common(workload), stateful_set(workload, 1, _pod(spec, workload.name)))


def _pod(spec: ArchiveSpec, configuration: str) -> dict[str, Any]:
    return {
        "securityContext": pod.security(),
        "affinity": {"nodeAffinity": _at_home(spec)},
        "terminationGracePeriodSeconds": _GRACE,
        "initContainers": [pod.prepare(spec.image)],
        "containers": [pod.dicoogle(spec.image, _SIZE, _PORTS, read_only=False, drain=_DRAIN)],
        "volumes": pod.volumes(configuration, read_only=False),
    }


def _at_home(spec: ArchiveSpec) -> dict[str, Any]:
    """Keep ingest at home; elsewhere only if the examinations lie elsewhere too."""
    here = {
        "matchExpressions": [
            {"key": naming.DATA_CENTRE_LABEL, "operator": "In", "values": [spec.home]}
        ]
    }
    if spec.leaves_home:
        return {
            "preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 100, "preference": here}]
        }
    return {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [here]}}
