"""What is watched of one institution, and by what it is scaled.

Owns the values that the builders of this folder take. Doesn't own where they come from.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from components.catalog.institution import Institution, Readers, Service
from components.catalog.quantities import OpeningHours
from components.gateway.envoy.bootstrap import MILLISECONDS
from components.monitoring.fulfilment import Fulfilment
from components.monitoring.rule import RUNBOOKS

STABILISATION: Final = timedelta(minutes=5)
_MILLISECOND: Final = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Promises:
    """What is promised of an institution's service.

    Attributes:
        p95: 95 of 100 requests are answered within this time.
        availability: percentage of requests that must succeed over 30 days.
        readers: how many, and how many requests each takes.
        opening_hours: when readers are kept ready.
    """

    p95: timedelta
    availability: float
    readers: Readers
    opening_hours: OpeningHours | None = None

    @property
    def bound(self) -> int:
        """Milliseconds of the gateway's largest bound that isn't above the promise.

        What lies between both counts as slow, so the promise is never judged as kept too early.
        Raises ValueError for a promise below the smallest bound.
        """
        allowed = self.p95 / _MILLISECOND
        if allowed < MILLISECONDS[0]:
            raise ValueError(
                f"found a latency of {allowed:g}ms; the gateway's histogram begins at "
                f"{MILLISECONDS[0]}ms: promise that or more"
            )
        return max(bound for bound in MILLISECONDS if bound <= allowed)


@dataclass(frozen=True)
class WatchSpec:
    """One institution, as it is watched and scaled.

    Attributes:
        institution: its name, which is its namespace.
        filesystem: the filesystem of its residency class.
        promises: what is promised.
        time_zone: in which it works, as the IANA names it: ``Europe/Lisbon``.
        gateways: pods of its gateway.
        reader_cpu: thousandths of a processor that a reader requests.
        fulfilments: all of its promises, as figures.
        stabilisation: how long fewer readers must suffice before one goes.
        runbooks: where the pages of its alerts are read, without a slash at its end.
    """

    institution: str
    filesystem: str
    promises: Promises
    time_zone: str
    gateways: int
    reader_cpu: int
    fulfilments: tuple[Fulfilment, ...] = ()
    stabilisation: timedelta = STABILISATION
    runbooks: str = RUNBOOKS


def promises(institution: Institution) -> Promises:
    """Take from an institution's promise what is watched."""
    service: Service = institution.service
    return Promises(
        service.latency.p95, service.availability, service.readers, service.opening_hours
    )
