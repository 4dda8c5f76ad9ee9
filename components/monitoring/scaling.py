"""By what an institution's readers are scaled: KEDA's ScaledObject, from the promise alone.

Owns triggers, limits, pace, and what happens when a trigger can't be read. Doesn't own the load's
expression (:mod:`components.monitoring.signals`), nor how many readers fit the machines
(:mod:`components.monitoring.fit`). KEDA's autoscaler takes the largest of what the triggers ask
for. Its failures and their guards: research/anchors.md §6, research/autoscaling-loop.md.
"""

from __future__ import annotations

import math
from datetime import time, timedelta
from typing import Any, Final

from components.catalog.institution import Readers
from components.catalog.quantities import OpeningHours
from components.manifests import Manifest
from components.monitoring import signals
from components.monitoring.names import PROMETHEUS, SCALED, institution_metadata
from components.monitoring.watch_spec import WatchSpec

LOOK: Final = 15
"""Seconds between KEDA's own looks; the autoscaler asks as often by itself."""
_FAILED_LOOKS: Final = 3
"""Both count, so about half a minute of failures is borne (research/autoscaling-loop.md)."""
_BUSY: Final = 80
"""Percent of the processors that a reader's Java is told it has."""
_WARM_UP: Final = 15
"""Minutes before opening: a fresh JVM is slow."""
_ONE_SECOND: Final = timedelta(seconds=1)
_LONGEST_WINDOW: Final = timedelta(hours=1)
"""Kubernetes allows no longer window."""
_DAYS: Final = 7


def scaled_object(spec: WatchSpec) -> Manifest:
    """Build the ScaledObject of an institution's readers.

    Raises ValueError for a stabilisation that Kubernetes' autoscaler doesn't take.
    """
    readers = spec.promises.readers
    return {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": "ScaledObject",
        "metadata": institution_metadata(spec.institution, SCALED),
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": SCALED},
            "pollingInterval": LOOK,
            "minReplicaCount": readers.min,
            "maxReplicaCount": readers.max,
            "advanced": {
                "restoreToOriginalReplicaCount": False,
                "horizontalPodAutoscalerConfig": {
                    "name": SCALED,
                    "behavior": _behavior(spec.stabilisation),
                },
            },
            "fallback": {
                # Who can't see the load must take the highest for possible. That many fit.
                "replicas": readers.max,
                "behavior": "currentReplicasIfHigher",
                "failureThreshold": _FAILED_LOOKS,
            },
            "triggers": [_load(spec), _processors(spec.reader_cpu), *_hours(spec)],
        },
    }


def _behavior(stabilisation: timedelta) -> dict[str, Any]:
    """Build the pace: up at once, down by one pod a minute after fewer have sufficed long enough.

    The window also bears a metric that comes back as 0 after an outage (keda#965).
    """
    if not timedelta() < stabilisation <= _LONGEST_WINDOW:
        raise ValueError(
            f"found a stabilisation of {stabilisation / _ONE_SECOND:g}s; allowed is more than 0 "
            "and at most 3600s, for example 300s"
        )
    return {
        "scaleUp": {
            "stabilizationWindowSeconds": 0,
            "selectPolicy": "Max",
            "policies": [
                {"type": "Percent", "value": 100, "periodSeconds": 15},
                {"type": "Pods", "value": 4, "periodSeconds": 15},
            ],
        },
        "scaleDown": {
            "stabilizationWindowSeconds": math.ceil(stabilisation / _ONE_SECOND),
            "selectPolicy": "Min",
            "policies": [{"type": "Pods", "value": 1, "periodSeconds": 60}],
        },
    }


def _load(spec: WatchSpec) -> dict[str, Any]:
    """Build the trigger by requests in flight; without a figure it fails, and doesn't read 0."""
    return {
        "type": "prometheus",
        "name": "requests-in-flight",
        "metricType": "AverageValue",
        "metadata": {
            "serverAddress": PROMETHEUS,
            "query": signals.in_flight(spec.institution, spec.gateways),
            "threshold": str(spec.promises.readers.in_flight),
            "ignoreNullValues": "false",
        },
    }


def _processors(requested: int) -> dict[str, Any]:
    """Build the trigger by processors; it needs no Prometheus, so it works while that is down.

    The autoscaler measures against the request, which is less than what Java is told it has.
    """
    told = math.ceil(requested / 1000) * 1000
    return {
        "type": "cpu",
        "name": "processors",
        "metricType": "Utilization",
        "metadata": {"value": str(round(_BUSY * told / requested)), "containerName": "dicoogle"},
    }


def _hours(spec: WatchSpec) -> list[dict[str, Any]]:
    """Build the trigger by opening hours, where they would ask for more than the minimum."""
    hours, ready = spec.promises.opening_hours, readers_when_open(spec.promises.readers)
    if hours is None or ready == spec.promises.readers.min:
        return []
    days = _days(hours)
    return [
        {
            "type": "cron",
            "name": "opening-hours",
            "metricType": "AverageValue",
            "metadata": {
                "timezone": spec.time_zone,
                "start": _cron(_minutes(hours.opens) - _WARM_UP, days),
                "end": _cron(_minutes(hours.closes), days),
                "desiredReplicas": str(ready),
            },
        }
    ]


def readers_when_open(readers: Readers) -> int:
    """How many readers are kept ready while an institution works: half-way to the maximum."""
    return (readers.min + readers.max + 1) // 2


def _minutes(of_day: time) -> int:
    return of_day.hour * 60 + of_day.minute


def _cron(minute_of_day: int, days: str) -> str:
    hour, minute = divmod(max(0, minute_of_day), 60)
    return f"{minute} {hour} * * {days}"


def _days(hours: OpeningHours) -> str:
    """List the days as cron numbers them, from Sunday as 0; a run may pass the week's end."""
    length = (hours.last - hours.first) % _DAYS + 1
    return ",".join(str((hours.first + day) % _DAYS) for day in range(length))
