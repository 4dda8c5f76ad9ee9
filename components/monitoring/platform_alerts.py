"""Alerts on what all institutions rest on: Ceph, the check of pools, what watches and scales.

Owns conditions and sentences. Doesn't own the alerts on nodes, Kubernetes, Prometheus and
Alertmanager themselves: kube-prometheus-stack brings those.
"""

from __future__ import annotations

from typing import Final

from components.catalog.vocabulary import Severity
from components.manifests import Manifest
from components.monitoring import monitors
from components.monitoring.names import platform_metadata
from components.monitoring.rule import RUNBOOKS, Alert, Group, prometheus_rule

_CHECK_STALE: Final = 1800
"""Seconds; the check of pools is made every ten minutes."""
PARTS: Final = (*(part.job for part in monitors.PARTS), "kube-state-metrics")
"""Whose silence would silence alerts."""


def rules(runbooks: str = RUNBOOKS) -> Manifest:
    """Build the object with all of them, whose pages are read at ``runbooks``."""
    alerts = (*_ceph(), *_pools(), *(_down(part) for part in PARTS))
    return prometheus_rule(
        platform_metadata("platform"), [Group("platform", alerts, runbooks=runbooks)]
    )


def _ceph() -> tuple[Alert, ...]:
    levels = ((2, Severity.CRITICAL, "5m", "an error"), (1, Severity.WARNING, "30m", "a warning"))
    health = tuple(
        Alert(
            "CephHealth",
            severity,
            f"max(ceph_health_status) == {level}",
            lasting,
            f"Ceph, which stores all institutions' examinations, reports {word}.",
        )
        for level, severity, lasting, word in levels
    )
    used, all_of_it = (f"max(ceph_cluster_total_{each}bytes)" for each in ("used_", ""))
    return (
        *health,
        Alert(
            "CephUnwatched",
            Severity.CRITICAL,
            "absent(ceph_health_status)",
            "10m",
            "Ceph tells no figures; whatever happens to its disks, nobody hears of it.",
        ),
        Alert(
            "CephNearlyFull",
            Severity.WARNING,
            f"{used} / {all_of_it} > 0.75",
            "15m",
            "{{ $value | humanizePercentage }} of all disks are used; at 95 % Ceph takes no write "
            "of any institution.",
        ),
    )


def _pools() -> tuple[Alert, ...]:
    checked = "imaging_pool_check_timestamp_seconds"
    return (
        Alert(
            "PoolCheckStale",
            Severity.CRITICAL,
            f"time() - max({checked}) > {_CHECK_STALE} or absent({checked}) or "
            "max(imaging_pool_check_answered) == 0",
            "10m",
            "Nobody knows whether pools are as promised: the check fails or isn't made.",
        ),
    )


def _down(part: str) -> Alert:
    return Alert(
        "PartDown",
        Severity.CRITICAL,
        f'absent(up{{job="{part}"}} == 1)',
        "10m",
        f"{part} tells nothing; alerts and scaling that need it are blind.",
        {"part": part},
    )
