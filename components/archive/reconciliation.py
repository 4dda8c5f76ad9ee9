"""Reconciliation: files and index are held against each other, and what is missing is indexed.

Owns when that happens: after every start of ingest, and every hour. Doesn't own how
(``scripts/reconcile.sh``), nor who watches the figures that it pushes.

The storage plugin's journal sees to what came in through it. This is the net below: files that
came by other means, and an index that was lost or falls short for whatever reason. The pass after a
start is a sidecar's: a hook after the start would keep the pod from being probed, and so from
serving, as long as the pass takes. An object that a running Dicoogle failed to index is skipped by
every later pass of the same process; the hourly Job then fails, and a restart of ingest, whose pass
tries all again, is for a person to decide.
"""

from __future__ import annotations

import zlib
from typing import Any, Final

from components import naming
from components.archive import dicoogle, pod, priorities, scripts, sentinel, settings
from components.archive.spec import ArchiveSpec
from components.archive.workload import labels
from components.manifests import Manifest
from components.storage import pushgateway
from components.storage.repository_manifests import IMAGES

NAME: Final = "reconciliation"
"""Of the hourly Job's objects, and the component by which its pods are known."""
_SETTLED: Final = 10
"""Minutes after which a file is no longer in Dicoogle's queue; at a start there is no queue."""
_LONGEST: Final = 6 * 3600
_USED: Final = (scripts.RECONCILE,)


def after_each_start(spec: ArchiveSpec) -> dict[str, Any]:
    """Build the sidecar of ingest; as an init container that stays it starts first, ends last."""
    reconcile = f"{scripts.FOLDER}/{scripts.RECONCILE}"
    object_ = f"{settings.IMAGES_PATH}/{sentinel.relative_path(spec.institution)}"
    command = scripts.command(scripts.WATCH_STARTS, pod.STARTED, reconcile, object_)
    return {
        **pod.step("reconcile", spec.image, command),
        "restartPolicy": "Always",
        "env": _environment(spec, dicoogle.itself(), settled=0),
        "volumeMounts": [
            pod.images_mount(read_only=True),
            pod.work_mount(read_only=True),
            scripts.mount(),
        ],
    }


def manifests(spec: ArchiveSpec) -> tuple[Manifest, ...]:
    """Build the hourly Job's objects."""
    known = labels(spec.institution, NAME)
    place = {"name": NAME, "namespace": naming.namespace(spec.institution), "labels": known}
    return (
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": place,
            "data": scripts.contents(*_USED),
        },
        {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": place,
            "automountServiceAccountToken": False,
        },
        {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": place, "spec": _schedule(spec)},
    )


def _schedule(spec: ArchiveSpec) -> dict[str, Any]:
    known = labels(spec.institution, NAME)
    return {
        # A minute of its own, since every institution's pass walks the same Ceph.
        "schedule": f"{zlib.crc32(spec.institution.encode()) % 60} * * * *",
        "concurrencyPolicy": "Forbid",
        "startingDeadlineSeconds": 600,
        "successfulJobsHistoryLimit": 1,
        "failedJobsHistoryLimit": 3,
        "jobTemplate": {
            "metadata": {"labels": known},
            "spec": {
                "backoffLimit": 0,
                "activeDeadlineSeconds": _LONGEST,
                "template": {"metadata": {"labels": known}, "spec": _pod(spec)},
            },
        },
    }


def _pod(spec: ArchiveSpec) -> dict[str, Any]:
    ingest = f"http://ingest.{naming.namespace(spec.institution)}.svc:{settings.WEB_PORT}"
    container = {
        **pod.step(NAME, spec.image, scripts.command(scripts.RECONCILE)),
        "env": _environment(spec, ingest, settled=_SETTLED),
        "volumeMounts": [pod.images_mount(read_only=True), scripts.mount()],
    }
    return {
        "serviceAccountName": NAME,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "securityContext": pod.security(),
        "priorityClassName": priorities.READERS,
        "restartPolicy": "Never",
        "containers": [container],
        "volumes": [pod.claim(IMAGES, read_only=True), scripts.volume(NAME, _USED)],
    }


def _environment(spec: ArchiveSpec, archive: str, *, settled: int) -> list[dict[str, str]]:
    values = {
        "ARCHIVE": archive,
        "IMAGES": settings.IMAGES_PATH,
        "INSTITUTION": spec.institution,
        "PUSHGATEWAY": f"http://{pushgateway.ADDRESS}",
        "SETTLED": str(settled),
    }
    return [{"name": name, "value": value} for name, value in values.items()]
