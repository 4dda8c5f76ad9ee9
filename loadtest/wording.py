"""How the reports write numbers.

Owns units, digits and the mark for what isn't known. Doesn't own any figure.
"""

from __future__ import annotations

from typing import Final

from loadtest.result import Result

UNKNOWN: Final = "-"
_BUSY: Final = 0.8


def number(value: float) -> str:
    """A rate with three digits that count, or all of a larger one's whole part."""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2  # noqa: PLR2004 - digits that count
    return f"{value:.{digits}f}"


def figure(value: float | None) -> str:
    """A count or a time as it is, a rate with the digits that count, or that nothing is known."""
    if value is None:
        return UNKNOWN
    return str(value) if isinstance(value, int) else number(value)


def times(value: float | None) -> str:
    """A ratio."""
    return UNKNOWN if value is None else f"{value:.2f}"


def percent(value: float | None, *, signed: bool = False) -> str:
    """A share of one as a percentage; ``signed`` for a gain."""
    if value is None:
        return UNKNOWN
    return f"{value * 100:+.0f} %" if signed else f"{value * 100:.0f} %"


def mix(result: Result) -> str:
    """The object mix: each query, its share of the searches, and what it found."""
    whole = sum(part.weight for part in result.mix)
    return ", ".join(
        f"{part.query} {percent(part.weight / whole)} (of {part.objects})" for part in result.mix
    )


def effort(result: Result) -> str:
    """What k6 itself took, and a warning where that may have been the limit."""
    took = result.generator
    used = took.cpu_seconds / result.seconds
    warning = " It may have been the limit itself." if used > _BUSY * took.cores else ""
    return (
        f"k6 used {used:.2f} of {took.cores} cores and {took.peak_megabytes:.0f} MB at its peak."
        f"{warning}"
    )
