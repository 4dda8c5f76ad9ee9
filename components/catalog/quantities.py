"""Quantities as people write them in stack files: ``20Ti``, ``800ms``, ``Mon-Fri 07:00-20:00``.

Owns their grammar and the value each becomes (bytes as int, ``timedelta``, :class:`OpeningHours`).
Doesn't own their limits: those stand beside the keys that use them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time, timedelta
from enum import IntEnum, unique
from typing import Annotated, Final

from pydantic import BeforeValidator, WithJsonSchema

from components.catalog.refusal import shown

_BINARY: Final = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40, "Pi": 2**50}
_BYTES: Final = r"^[1-9][0-9]{0,11}(Ki|Mi|Gi|Ti|Pi)$"
_UNITS: Final = {
    "ms": timedelta(milliseconds=1),
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}
_DURATION: Final = r"^[1-9][0-9]{0,8}(ms|s|m|h|d)$"
"""Nine digits of days are all that a ``timedelta`` holds."""
_HOURS: Final = (
    r"^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)(-(Mon|Tue|Wed|Thu|Fri|Sat|Sun))?"
    r" ([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$"
)


@unique
class Weekday(IntEnum):
    """Days as ISO 8601 numbers them."""

    Mon = 1
    Tue = 2
    Wed = 3
    Thu = 4
    Fri = 5
    Sat = 6
    Sun = 7


@dataclass(frozen=True)
class OpeningHours:
    """When an institution works: the same hours on a run of days, in the institution's time zone.

    Attributes:
        first, last: the first and the last day, both included.
        opens, closes: minutes of the day; ``closes`` is later than ``opens``.
    """

    first: Weekday
    last: Weekday
    opens: time
    closes: time


def _refuse(found: object, what: str, example: str) -> ValueError:
    return ValueError(f"found {shown(found)}; allowed is {what}, for example {example}")


def parse_bytes(text: object) -> int:
    """``"20Ti"`` to bytes. Raises ValueError for anything without a binary unit."""
    if isinstance(text, str) and re.fullmatch(_BYTES, text):
        return int(text[:-2]) * _BINARY[text[-2:]]
    raise _refuse(
        text, "a whole number of at most 12 digits and a unit (Ki, Mi, Gi, Ti, Pi)", "20Ti"
    )


def format_bytes(size: int) -> str:
    """Bytes as a Kubernetes quantity, in the largest binary unit that keeps it whole."""
    for unit, factor in reversed(_BINARY.items()):
        if size % factor == 0 and size >= factor:
            return f"{size // factor}{unit}"
    return str(size)


def parse_duration(text: object) -> timedelta:
    """``"800ms"`` to a timedelta. Raises ValueError for anything without a unit."""
    if isinstance(text, str) and re.fullmatch(_DURATION, text):
        number, unit = re.split(r"(?<=\d)(?=\D)", text)
        return int(number) * _UNITS[unit]
    raise _refuse(text, "a whole number of at most 9 digits and a unit (ms, s, m, h, d)", "800ms")


def parse_opening_hours(text: object) -> OpeningHours:
    """``"Mon-Fri 07:00-20:00"`` to its value. Raises ValueError where it closes before it opens."""
    if not isinstance(text, str) or not re.fullmatch(_HOURS, text):
        raise _refuse(text, "days and hours", "Mon-Fri 07:00-20:00")
    days, hours = text.split(" ")
    first, _, last = days.partition("-")
    opens, closes = (time.fromisoformat(hour) for hour in hours.split("-"))
    if closes <= opens:
        raise _refuse(text, "an end later than the start, on the same day", "Mon-Fri 07:00-20:00")
    return OpeningHours(Weekday[first], Weekday[last or first], opens, closes)


Bytes = Annotated[
    int,
    BeforeValidator(parse_bytes),
    WithJsonSchema({"type": "string", "pattern": _BYTES, "examples": ["20Ti"]}),
]
Duration = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    WithJsonSchema({"type": "string", "pattern": _DURATION, "examples": ["800ms", "1h"]}),
]
Hours = Annotated[
    OpeningHours,
    BeforeValidator(parse_opening_hours),
    WithJsonSchema({"type": "string", "pattern": _HOURS, "examples": ["Mon-Fri 07:00-20:00"]}),
]
