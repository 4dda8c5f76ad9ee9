"""An institution's dashboard: its load, its promises, its archive, its alerts.

Owns what it shows; what it reads is recorded by rules of the same institution
(:mod:`components.monitoring.signals`). Doesn't own conditions of alerts, whose limits it borrows.
"""

from __future__ import annotations

from typing import Final

from components.monitoring import burn_rates, signals
from components.monitoring.dashboards.archive_panels import archive_panels
from components.monitoring.dashboards.board import (
    Board,
    Colour,
    Kind,
    Limit,
    Panel,
    Query,
    Row,
    Unit,
    figure,
)
from components.monitoring.names import SCALED
from components.monitoring.watch_spec import WatchSpec

_WINDOWS: Final = ("5m", "1h", "6h", "3d")


def institution_board(spec: WatchSpec) -> Board:
    """Build the dashboard of an institution."""
    return Board(
        uid=f"archive-{spec.institution}",
        title=f"Institution {spec.institution}",
        description=f"Load, promises, archive and alerts of {spec.institution}.",
        rows=(
            Row("Now", _now(spec)),
            Row("Load and readers", _load(spec)),
            Row("Promises", (_latency(spec), *_burn_rates(spec))),
            Row("Traffic", _traffic(spec)),
            Row("Archive", archive_panels(spec)),
            Row("Alerts", (_alerts(spec),)),
        ),
    )


def _own(metric: str, spec: WatchSpec) -> str:
    return f'{metric}{{institution="{spec.institution}"}}'


def _now(spec: WatchSpec) -> tuple[Panel, ...]:
    readers, bound = spec.promises.readers, spec.promises.bound / 1000
    allowed = float(burn_rates.failures_allowed(spec))
    return (
        figure(
            "Alerts",
            "Alerts that fire now; the table below names them.",
            Unit.NUMBER,
            f"count({_firing(spec)}) or vector(0)",
            Limit(1, Colour.RED),
        ),
        figure(
            "Readers ready",
            f"Readers that answer; {readers.min} to {readers.max} are promised.",
            Unit.NUMBER,
            f"sum({signals.ready(spec.institution, SCALED)})",
            Limit(readers.min, Colour.GREEN),
            below=Colour.RED,
        ),
        figure(
            "In flight per reader",
            f"Requests in flight and waiting; above {readers.in_flight} another reader starts.",
            Unit.NUMBER,
            _own(signals.LOAD_PER_READER, spec),
            Limit(readers.in_flight, Colour.YELLOW),
        ),
        figure(
            "95 of 100 within",
            f"The time in which 95 of 100 requests are answered; {bound:g} s are promised.",
            Unit.SECONDS,
            _own(f"{signals.SECONDS}95", spec),
            Limit(bound, Colour.RED),
        ),
        figure(
            "Failed",
            f"The share of requests that failed in five minutes; {allowed:.3%} may over 30 days.",
            Unit.SHARE,
            _own(f"{signals.ERRORS}5m", spec),
            Limit(allowed, Colour.YELLOW),
        ),
        figure(
            "Not in the index",
            "Stored files that nobody finds, since the index lacks them.",
            Unit.NUMBER,
            _own(signals.INDEX_MISSING, spec),
            Limit(1, Colour.YELLOW),
        ),
    )


def _firing(spec: WatchSpec) -> str:
    return f'ALERTS{{institution="{spec.institution}",alertstate="firing"}}'


def _load(spec: WatchSpec) -> tuple[Panel, ...]:
    name, readers = spec.institution, spec.promises.readers
    return (
        Panel(
            "Requests in flight per reader",
            "By this readers are scaled; the dashed line starts another.",
            Unit.NUMBER,
            (Query(_own(signals.LOAD_PER_READER, spec), "per reader"),),
            limits=(Limit(readers.in_flight, Colour.YELLOW),),
        ),
        Panel(
            "Readers",
            "What the autoscaler wants, within its limits, and what is ready.",
            Unit.NUMBER,
            (
                Query(f"sum({signals.ready(name, SCALED)})", "ready"),
                Query(f"max({signals.autoscaler(name, 'status_desired_replicas')})", "wanted"),
                Query(f"max({signals.autoscaler(name, 'spec_min_replicas')})", "min"),
                Query(f"max({signals.autoscaler(name, 'spec_max_replicas')})", "max"),
            ),
        ),
        Panel(
            "Queue",
            "Requests that wait in the gateways for a reader; they are part of what is in flight.",
            Unit.NUMBER,
            (Query(_own(signals.QUEUE, spec), "waiting"),),
        ),
    )


def _latency(spec: WatchSpec) -> Panel:
    bound = spec.promises.bound / 1000
    return Panel(
        "Time to answer",
        f"With the wait in the queue; 95 of 100 are promised within {bound:g} s, the dashed line.",
        Unit.SECONDS,
        tuple(
            Query(_own(f"{signals.SECONDS}{each}", spec), f"p{each}")
            for each in signals.PERCENTAGES
        ),
        limits=(Limit(bound, Colour.RED),),
    )


def _burn_rates(spec: WatchSpec) -> tuple[Panel, ...]:
    most = tuple(
        Limit(float(burn.factor), colour)
        for burn, colour in (
            (burn_rates.STEADY[-1], Colour.YELLOW),
            (burn_rates.FAST[-1], Colour.RED),
        )
    )
    promises = (
        (
            "Availability's allowance",
            f"{spec.promises.availability:g} % of requests are promised to succeed",
            signals.ERRORS,
            burn_rates.failures_allowed(spec),
        ),
        (
            "Latency's allowance",
            f"95 of 100 requests are promised within {spec.promises.bound} ms",
            signals.SLOW,
            burn_rates.SLOW_ALLOWED,
        ),
    )
    return tuple(
        Panel(
            title,
            f"{promise}. At 1 exactly the allowance of 30 days is used; above, it is used so many "
            "times too fast.",
            Unit.NUMBER,
            tuple(
                Query(f"{_own(f'{ratio}{window}', spec)} / {allowed.normalize():f}", window)
                for window in _WINDOWS
            ),
            limits=most,
        )
        for title, promise, ratio, allowed in promises
    )


def _traffic(spec: WatchSpec) -> tuple[Panel, ...]:
    return (
        Panel(
            "Requests",
            "Answers a second over five minutes, without those that were refused (4xx).",
            Unit.REQUESTS_PER_SECOND,
            (Query(_own(signals.REQUESTS, spec), "requests"),),
        ),
        Panel(
            "Failed requests",
            "The share of answers that are 5xx, over five minutes and an hour.",
            Unit.SHARE,
            tuple(
                Query(_own(f"{signals.ERRORS}{window}", spec), window) for window in ("5m", "1h")
            ),
        ),
        Panel(
            "Bytes",
            "What readers sent to callers, and modalities to ingest, a second.",
            Unit.BYTES_PER_SECOND,
            (
                Query(_own(signals.BYTES_SERVED, spec), "served"),
                Query(_own(signals.BYTES_RECEIVED, spec), "received"),
            ),
        ),
    )


def _alerts(spec: WatchSpec) -> Panel:
    return Panel(
        "Alerts that fire",
        "Each has a page of its name in docs/runbooks, which says what to look at and what to do.",
        Unit.NUMBER,
        (Query(f"count by (alertname, severity) ({_firing(spec)})", "alerts"),),
        Kind.TABLE,
        24,
    )
