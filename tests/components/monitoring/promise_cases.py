"""Alerts on latency and availability: for each a world in which it fires, and a quiet one.

Owns these cases; a test says when an alert has none. Doesn't own any assertion.
"""

from __future__ import annotations

from typing import Final

from tests.components.monitoring.exported import HOURS, Case, answered, timed

PROMISES: Final = (
    # 5 % of requests fail: 50 times the allowance.
    Case(
        "AvailabilityAtRisk",
        "critical",
        answered("0+95x100", "0+5x100"),
        answered("0+1000x100", "0x100"),
        70,
    ),
    Case(
        "AvailabilityAtRisk",
        "critical",
        # 0.8 %: too slow for the hour's alert, fast enough for that of six hours.
        answered("0+992x500", "0+8x500"),
        # Over since half an hour: the long windows are still bad, the short ones aren't.
        answered("0+99x500", "0+5x380 1900x120"),
        HOURS,
        quiet_why="the cause is gone",
    ),
    # 0.4 %: 4 times.
    Case(
        "AvailabilityAtRisk",
        "warning",
        answered("0+996x200", "0+4x200"),
        answered("0+2000x200", "0+1x200"),
        150,
    ),
    Case(
        "AvailabilityAtRisk",
        "warning",
        # 0.2 %: twice.
        answered("0+998x500", "0+2x500"),
        # A single failure in a quiet night is a large share, and no broken promise.
        answered("0+0.01x500", "0x390 1x110"),
        HOURS,
        quiet_why="one request failed",
    ),
    Case(
        "LatencyAtRisk",
        "critical",
        timed("0+2x100", "0+10x100"),
        timed("0+8x100", "0+10x100"),
        70,
    ),
    Case(
        "LatencyAtRisk",
        "critical",
        timed("0+6x500", "0+10x500", "800.0"),
        timed("0+19x500", "0+20x500", "800.0"),
        HOURS,
        quiet_why="exactly as promised",
    ),
    Case(
        "LatencyAtRisk",
        "warning",
        timed("0+8x200", "0+10x200"),
        timed("0+96x200", "0+100x200"),
        150,
    ),
    Case(
        "LatencyAtRisk",
        "warning",
        timed("0+9x500", "0+10x500"),
        timed("0x500", "0x500"),
        HOURS,
        quiet_why="nobody asks",
    ),
    Case(
        "LatencyUnmeasured",
        "warning",
        timed("0+1x100", "0+1x100", "750"),
        timed("0x100", "0+1x100"),
        60,
    ),
)
