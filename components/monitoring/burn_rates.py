"""Alerts on promises of latency and availability, by how fast their allowance is used up.

Owns windows and factors, which are those of Google's SRE workbook, chapter 5, "Multiwindow,
Multi-Burn-Rate Alerts": an allowance of 30 days that is used 14.4 times too fast for an hour, or 6
times for six hours, wakes somebody; 3 times for a day, or once for three days, waits until morning.
The short window ends the alert soon after the cause has ended. Doesn't own what is measured
(:mod:`components.monitoring.signals`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from components.catalog.vocabulary import Severity
from components.monitoring import signals
from components.monitoring.rule import Alert
from components.monitoring.watch_spec import WatchSpec

SLOW_ALLOWED: Final = Decimal("0.05")
"""A promise of p95 lets 5 of 100 be slower."""
_MOST: Final = Decimal("0.9")
"""A share above 1 can't be: where the allowance is generous, this is enough to alert."""
_LEAST: Final = 5
"""Bad requests; one that fails in a quiet night breaks no promise."""


@dataclass(frozen=True)
class Burn:
    """How fast an allowance is used: ``factor`` times too fast over both windows."""

    factor: Decimal
    long: str
    short: str


FAST: Final = (Burn(Decimal("14.4"), "1h", "5m"), Burn(Decimal(6), "6h", "30m"))
STEADY: Final = (Burn(Decimal(3), "1d", "2h"), Burn(Decimal(1), "3d", "6h"))
_URGENCY: Final = ((FAST, Severity.CRITICAL, "2m"), (STEADY, Severity.WARNING, "15m"))


@dataclass(frozen=True)
class _Promise:
    """A promise about requests.

    Attributes:
        name: of its alerts.
        ratio: the recorded share of bad requests, without its window.
        allowed: the share that may be bad.
        bad: the number of bad requests in a window, in PromQL.
        summary: a sentence.
    """

    name: str
    ratio: str
    allowed: Decimal
    bad: Callable[[str], str]
    summary: str


def alerts(spec: WatchSpec) -> tuple[Alert, ...]:
    """Build the alerts on both promises of an institution, each in both severities."""
    return tuple(
        _alert(spec.institution, promise, burns, severity, lasting)
        for promise in (_availability(spec), _latency(spec))
        for burns, severity, lasting in _URGENCY
    )


def failures_allowed(spec: WatchSpec) -> Decimal:
    """The share of requests that may fail."""
    return 1 - Decimal(str(spec.promises.availability)) / 100


def _availability(spec: WatchSpec) -> _Promise:
    name, promised = spec.institution, spec.promises.availability
    failed = signals.answers(name, failed=True)
    return _Promise(
        "AvailabilityAtRisk",
        signals.ERRORS,
        failures_allowed(spec),
        lambda window: f"sum(increase({failed}[{window}]))",
        f"{name}: {promised:g} % of requests are promised to succeed, and too many fail.",
    )


def _latency(spec: WatchSpec) -> _Promise:
    name, bound = spec.institution, spec.promises.bound
    in_time, timed = signals.times_within(name, bound), signals.times(name)
    return _Promise(
        "LatencyAtRisk",
        signals.SLOW,
        SLOW_ALLOWED,
        lambda window: f"sum(increase({timed}[{window}])) - sum(increase({in_time}[{window}]))",
        f"{name}: 95 of 100 requests are promised within {bound} ms, and too many take longer.",
    )


def _alert(
    institution: str, promise: _Promise, burns: Iterable[Burn], severity: Severity, lasting: str
) -> Alert:
    def over(burn: Burn, window: str) -> str:
        share = min(burn.factor * promise.allowed, _MOST).normalize()
        return f'{promise.ratio}{window}{{institution="{institution}"}} > {share:f}'

    def condition(burn: Burn) -> str:
        enough = f"({promise.bad(burn.long)} >= {_LEAST})"
        return f"({over(burn, burn.long)} and {over(burn, burn.short)} and on () {enough})"

    anything = " or ".join(map(condition, burns))
    return Alert(promise.name, severity, anything, lasting, promise.summary)
