"""The one Dicoogle that receives, stores and indexes an institution's examinations.

Owns its manifests. Doesn't own its files' content, nor who may reach it. It is one, never two: a
second writer destroys the Lucene index (research/dicoogle.md §4, M1). Three things see to that. A
StatefulSet ends a pod before it makes the next. Its claims are ReadWriteOncePod, so no second pod
is given them. And Java holds a lock on the index volume for as long as it lives, which still holds
where a pod was deleted by force while its machine, out of reach, goes on: CephFS gives the lock
away only when it has shut the old holder out.
"""

from __future__ import annotations

from typing import Any, Final

from components import naming
from components.archive import (
    accounts,
    dicoogle,
    pod,
    priorities,
    reconciliation,
    scripts,
    sentinel,
    settings,
)
from components.archive.spec import ArchiveSpec
from components.archive.workload import Workload, common, disruptions, stateful_set
from components.manifests import Manifest

_NAME: Final = "ingest"
_SIZE: Final = dicoogle.Size(cpu=500, memory=2560)
_DRAIN: Final = 15
_GRACE: Final = 120
_PORTS: Final = {"web": settings.WEB_PORT, "storage": settings.STORAGE_PORT}
_FULL: Final = 95
"""Percent of a volume from which no object is taken in. The storage plugin refuses what a full one
can't keep; this stops senders earlier, and for the index too. They keep what they can't deliver."""
_LOCK_WAIT: Final = 240
_LOCK_HELD: Final = 75
"""What the container exits with where another ingest holds the lock all that time."""
_SCRIPTS: Final = (
    scripts.PREPARE,
    scripts.PLACE_SENTINEL,
    scripts.INGEST_READY,
    scripts.INGEST_ALIVE,
    scripts.RECONCILE,
    scripts.WATCH_STARTS,
)


def manifests(spec: ArchiveSpec) -> tuple[Manifest, ...]:
    """Build the ingest's objects; the pods' set is the last."""
    workload = Workload(
        spec.institution,
        _NAME,
        {**settings.ingest_files(spec), **scripts.contents(*_SCRIPTS)},
        _PORTS,
        accounts.revision(spec),
        {sentinel.FILE: sentinel.content(spec.institution)},
    )
    return (
        *common(workload),
        disruptions(workload),
        stateful_set(workload, 1, _pod(spec, workload), podManagementPolicy="OrderedReady"),
    )


def _pod(spec: ArchiveSpec, workload: Workload) -> dict[str, Any]:
    return {
        "securityContext": pod.security(),
        "priorityClassName": priorities.INGEST,
        "affinity": {"nodeAffinity": _at_home(spec)},
        "terminationGracePeriodSeconds": _GRACE,
        "initContainers": [
            pod.prepare(spec.image),
            pod.place_sentinel(spec.image, sentinel.FILE, sentinel.relative_path(spec.institution)),
            reconciliation.after_each_start(spec),
        ],
        "containers": [
            dicoogle.container(spec.image, _SIZE, _PORTS, _life(), read_only=False),
        ],
        "volumes": pod.volumes(workload.name, _SCRIPTS, read_only=False),
    }


def _life() -> dicoogle.Life:
    index = settings.INDEX_PATH.rstrip("/")
    # Without a fork the lock and its process are Java's own.
    lock = ("flock", "--no-fork", "--timeout", str(_LOCK_WAIT))
    held = ("--conflict-exit-code", str(_LOCK_HELD), f"{index}/ingest.lock")
    volumes = (str(_FULL), settings.IMAGES_PATH, index)
    health = dicoogle.itself(dicoogle.HEALTH, settings.METRICS_PORT)
    return dicoogle.Life(
        command=(*lock, *held),
        # The plugin doesn't see whether the storage service runs.
        alive=dicoogle.ask(scripts.INGEST_ALIVE, dicoogle.itself()),
        # Nor how full the index volume is.
        ready=dicoogle.ask(scripts.INGEST_READY, health, *volumes),
        drain=_DRAIN,
    )


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
