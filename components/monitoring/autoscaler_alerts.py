"""Alerts on what scales an institution's readers, most of which looks healthy while it isn't.

Owns conditions and sentences. Doesn't own the scaling (:mod:`components.monitoring.scaling`).
Sources: research/anchors.md §6, research/autoscaling-loop.md, the table of outages.
"""

from __future__ import annotations

from components import naming
from components.catalog.vocabulary import Severity
from components.monitoring import signals
from components.monitoring.names import SCALED
from components.monitoring.rule import Alert
from components.monitoring.watch_spec import WatchSpec


def alerts(spec: WatchSpec) -> tuple[Alert, ...]:
    """Build all of them for an institution."""
    return (*_signal(spec), *_autoscaler(spec))


def _signal(spec: WatchSpec) -> tuple[Alert, ...]:
    name, bound = spec.institution, spec.promises.bound
    load = f'{signals.LOAD}{{institution="{name}"}}'
    counted = f'{{namespace="{naming.namespace(name)}",scaledObject="{SCALED}"}}[10m]'
    broken = " or ".join(
        f"sum(increase(keda_scaler_{each}_total{counted})) > 0"
        for each in ("detail_errors", "empty_upstream_responses")
    )
    timed, within = signals.times(name), signals.times_within(name, bound)
    return (
        Alert(
            "ScalingSignalAbsent",
            Severity.CRITICAL,
            f"absent({load})",
            "5m",
            f"{name}: no gateway tells its requests in flight; readers can't follow the load, and "
            "neither promise is watched.",
        ),
        Alert(
            "ScalingSignalBroken",
            Severity.WARNING,
            broken,
            "10m",
            f"{name}: KEDA can't read the load, so all readers that are allowed run.",
        ),
        Alert(
            "LatencyUnmeasured",
            Severity.WARNING,
            f"sum(rate({timed}[30m])) > 0 unless sum(rate({within}[30m]))",
            "15m",
            f"{name}: the gateways don't count at {bound} ms, so the promise of latency isn't "
            "watched.",
        ),
    )


def _autoscaler(spec: WatchSpec) -> tuple[Alert, ...]:
    name, readers = spec.institution, spec.promises.readers
    inactive = ',condition="ScalingActive",status=~"false|unknown"'
    highest = signals.autoscaler(name, "spec_max_replicas")
    wanted = signals.autoscaler(name, "status_desired_replicas")
    only = f'{{institution="{name}"}}'
    demand = f"clamp_max(ceil({signals.LOAD}{only} / {readers.in_flight}), {readers.max})"
    busy = f"{signals.LOAD_PER_READER}{only} > {readers.in_flight}"
    return (
        Alert(
            "AutoscalerFrozen",
            Severity.WARNING,
            f"max({signals.autoscaler(name, 'status_condition', inactive)}) == 1 or "
            f"absent({highest})",
            "5m",
            f"{name}: the readers' autoscaler doesn't scale; their number stays as it is.",
        ),
        Alert(
            "AutoscalerBehind",
            Severity.CRITICAL,
            f"{demand} > on () sum({signals.ready(name, SCALED)})",
            "10m",
            f"{name}: the load needs {{{{ $value }}}} readers, and fewer are ready.",
        ),
        Alert(
            "AutoscalerAtMaximum",
            Severity.WARNING,
            f"{busy} and on () (max({wanted}) >= max({highest}))",
            "15m",
            f"{name}: all {readers.max} readers run, each with {{{{ $value }}}} requests in flight "
            f"and not {readers.in_flight}.",
        ),
    )
