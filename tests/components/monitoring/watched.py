"""The institution that most tests of the monitoring watch.

Owns these values, and how a promise is changed. Doesn't own any assertion.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from components.catalog.institution import Readers
from components.catalog.quantities import parse_opening_hours
from components.monitoring.watch_spec import Promises, WatchSpec

SPEC: Final = WatchSpec(
    institution="aveiro",
    filesystem="every-x3",
    promises=Promises(
        p95=timedelta(milliseconds=800),
        availability=99.9,
        readers=Readers(min=1, max=3, in_flight=20),
        opening_hours=parse_opening_hours("Mon-Fri 07:00-20:00"),
    ),
    time_zone="Europe/Lisbon",
    gateways=2,
    reader_cpu=500,
)


def promising(**promises: Any) -> WatchSpec:  # noqa: ANN401 - values of several types
    """The institution with other promises."""
    return replace(SPEC, promises=replace(SPEC.promises, **promises))
