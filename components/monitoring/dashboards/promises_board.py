"""The dashboard of promises: required, observed, kept, of every institution.

Owns what it shows. Doesn't own the promises (:mod:`components.monitoring.promised`).
"""

from __future__ import annotations

from typing import Final

from components.monitoring import signals
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
from components.monitoring.fulfilment import KEPT, OBSERVED, REQUIRED

_EACH: Final = "institution, promise"
_LONG: Final = signals.WINDOWS[-1]


def promises_board() -> Board:
    """Build the dashboard."""
    return Board(
        uid="imaging-promises",
        title="Promises",
        description="What each institution was promised, and what is kept.",
        rows=(
            Row("Now", _now()),
            Row("Every promise", (_table(),)),
            Row("Over time", _history()),
            Row("What is behind", _behind()),
        ),
        since="now-7d",
    )


def _now() -> tuple[Panel, ...]:
    return (
        figure(
            "Broken",
            "Promises that aren't kept now.",
            Unit.NUMBER,
            f"count({KEPT} == 0) or vector(0)",
            Limit(1, Colour.RED),
        ),
        figure("Kept", "Promises that are kept now.", Unit.NUMBER, f"count({KEPT} == 1)"),
        figure(
            "Unknown",
            "Promises of which nothing tells whether they are kept; silence is no promise kept.",
            Unit.NUMBER,
            f"count({REQUIRED} unless on ({_EACH}) {KEPT}) or vector(0)",
            Limit(1, Colour.YELLOW),
        ),
    )


def _table() -> Panel:
    return Panel(
        "Required, observed, kept",
        "Copies, bytes, percent, hours or readers, by the promise; where it is a yes or no, 1 is "
        "yes. make promises prints the same with units.",
        Unit.NUMBER,
        (
            Query(f"max by ({_EACH}) ({REQUIRED})", "required"),
            Query(f"min by ({_EACH}) ({OBSERVED})", "observed"),
            Query(f"min by ({_EACH}) ({KEPT})", "kept", Unit.KEPT),
        ),
        Kind.TABLE,
        24,
    )


def _history() -> tuple[Panel, ...]:
    return (
        Panel(
            "Kept, of all that is known",
            "Each institution's share of promises that are kept.",
            Unit.SHARE,
            (Query(f"avg by (institution) ({KEPT})", "{{institution}}"),),
            width=12,
        ),
        Panel(
            "Broken promises",
            "Each line is a promise, at 1 while it isn't kept.",
            Unit.NUMBER,
            (Query(f"1 - min by ({_EACH}) ({KEPT}) == 1", "{{institution}} {{promise}}"),),
            width=12,
        ),
    )


def _behind() -> tuple[Panel, ...]:
    return (
        Panel(
            f"Failed requests over {_LONG}",
            "The share of requests that failed; an allowance is what availability leaves.",
            Unit.SHARE,
            (Query(f"sum by (institution) ({signals.ERRORS}{_LONG})", "{{institution}}"),),
        ),
        Panel(
            f"Requests over the promised time, over {_LONG}",
            "The share that took longer than promised; 5 % may.",
            Unit.SHARE,
            (Query(f"sum by (institution) ({signals.SLOW}{_LONG})", "{{institution}}"),),
            limits=(Limit(0.05, Colour.RED),),
        ),
        Panel(
            "Pools as promised",
            "The pools of each filesystem, of which institutions of the same promise share one.",
            Unit.KEPT,
            (Query("min by (filesystem) (imaging_pool_promise_kept)", "{{filesystem}}"),),
            Kind.FIGURE,
        ),
    )
