"""Snapshots of an institution's images, as often as its recovery point asks.

Owns the Job that gives Ceph the schedule, and the key it uses. Doesn't own the schedule's running:
Ceph's own ``snap_schedule`` module takes and prunes the snapshots, which lie in the same pools as
the images, so inside their boundary, and appear below ``.snap`` in every mount of them.

Why not VolumeSnapshots: Kubernetes has no schedule for them, and what adds one would be one more
operator to keep alive, for copies that nobody could read without a claim for each.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import pulumi

from components import naming
from components.manifests import PHASE_READY, Manifest, wait_for
from components.storage import ceph_job

if TYPE_CHECKING:
    from components.catalog.institution import Snapshots
    from components.storage.repository_manifests import RepositorySpec

MODULE: Final = "snap_schedule"
_CLIENT: Final = "snapshots"
_HOURS: Final = (24, 12, 8, 6, 4, 3, 2, 1)
"""Intervals that fall on the same hours every day."""
_SCRIPT: Final = """
schedule() { ceph_command fs snap-schedule "$@" --fs "$FILESYSTEM"; }
# What stood there before goes first: a path has one retention, and adding to it is refused.
schedule remove "$DIRECTORY" || true
schedule add "$DIRECTORY" "$EVERY"
schedule retention add "$DIRECTORY" "$KEPT"
schedule status "$DIRECTORY"
"""


def client() -> Manifest:
    """Build the Ceph user that may schedule snapshots, and read the cluster's maps and settings."""
    return {
        "apiVersion": "ceph.rook.io/v1",
        "kind": "CephClient",
        "metadata": {
            "name": _CLIENT,
            "namespace": naming.CEPH_NAMESPACE,
            "annotations": wait_for(PHASE_READY),
        },
        "spec": {
            "caps": {"mon": "allow r", "mgr": f"allow module {MODULE} rw"},
            "security": {"cephx": {"keyType": "aes"}},
        },
    }


def schedule(
    spec: RepositorySpec,
    recovery_point: timedelta,
    kept: Snapshots,
    directory: pulumi.Input[str],
) -> Manifest:
    """Build the Job that schedules the snapshots of a directory of the filesystem."""
    environment: dict[str, pulumi.Input[str]] = {
        "FILESYSTEM": spec.filesystem,
        "DIRECTORY": directory,
        "EVERY": f"{interval(recovery_point)}h",
        "KEPT": f"{kept.hourly}h{kept.daily}d{kept.weekly}w",
    }
    return ceph_job.job(f"snapshots-{spec.institution}", _CLIENT, _SCRIPT, environment)


def interval(recovery_point: timedelta) -> int:
    """The hours between snapshots: the most that keep the recovery point, of at least an hour."""
    return next(hours for hours in _HOURS if timedelta(hours=hours) <= recovery_point)
