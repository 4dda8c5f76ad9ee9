"""What an institution's stack file says: its promise, in the institution's own terms.

Owns the keys below ``imaging:institution`` and the limits of each alone. Doesn't own whether the
platform can keep the promise (:mod:`components.placement`), nor what spans institutions
(:mod:`components.catalog.crosschecks`).
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Annotated, Final, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    IPvAnyAddress,
    StrictFloat,
    StrictInt,
    model_validator,
)

from components.catalog.closed import Closed
from components.catalog.names import AETitle, DataCentreName, InstitutionName
from components.catalog.quantities import Bytes, Duration, Hours, format_bytes
from components.catalog.refusal import shown
from components.catalog.vocabulary import Deed, Isolation, Survive, Where

_LEAST_CAPACITY: Final = 2**30


def _not_empty(deeds: tuple[Deed, ...]) -> tuple[Deed, ...]:
    if len(set(deeds)) != len(deeds) or not deeds:
        found = ", ".join(deeds) or "an empty list"
        raise ValueError(
            f"found {found}; name each of query, retrieve, store at most once, and at least one"
        )
    return deeds


def _written_address(found: object) -> IPv4Address | IPv6Address:
    """An address from its text alone: pydantic would take 1 or true for 0.0.0.1."""
    try:
        return ip_address(str(found) if isinstance(found, str) else "")
    except ValueError:
        raise ValueError(
            f"found {shown(found)}; allowed is an IPv4 or IPv6 address, for example 192.0.2.10"
        ) from None


def _worth_a_repository(size: int) -> int:
    if size < _LEAST_CAPACITY:
        raise ValueError(f"found {format_bytes(size)}; allowed is at least 1Gi")
    return size


class Replication(Closed):
    """Where the examinations are stored, how often, and what loss they must survive."""

    where: Where
    """``all-data-centres``: a copy in each; ``home-data-centre``: never outside the home."""
    copies: Annotated[StrictInt, Field(ge=1, le=10)]
    """Copies of every object, at least."""
    survive: Survive
    """The largest loss that may lose nothing: none, disk, host or data-centre."""

    @model_validator(mode="after")
    def _one_copy_survives_nothing(self) -> Self:
        if self.copies == 1 and self.survive is not Survive.NONE:
            raise ValueError(
                f"asks to survive the loss of a {self.survive} with one copy; one copy survives "
                "nothing: ask for copies: 2 or more, or say survive: none"
            )
        return self


class Grant(Closed):
    """What another institution may do here; whatever isn't granted is refused."""

    institution: InstitutionName
    """The institution that receives the grant, by the name of its stack."""
    may: Annotated[tuple[Deed, ...], AfterValidator(_not_empty)]
    """What it may do: query, retrieve, store."""


class Latency(Closed):
    """How fast readers must answer."""

    p95: Duration
    """95 of 100 requests answer within this time."""


class Readers(Closed):
    """How many readers serve the institution."""

    min: Annotated[StrictInt, Field(ge=1, le=50)]
    """Never fewer readers than this."""
    max: Annotated[StrictInt, Field(ge=1, le=50)]
    """Never more readers than this."""
    in_flight: Annotated[StrictInt, Field(ge=1, le=1000)] = 20
    """Requests in flight per reader at which another reader is started."""

    @model_validator(mode="after")
    def _min_is_not_above_max(self) -> Self:
        if self.min > self.max:
            raise ValueError(f"found min: {self.min} above max: {self.max}; raise max or lower min")
        return self


class Service(Closed):
    """How the repository serves: latency, availability, readers, hours of work."""

    latency: Latency
    """The promise of latency."""
    availability: Annotated[StrictFloat, Field(ge=90, lt=100)] = 99.9
    """Percentage of requests that must succeed over 30 days."""
    readers: Readers
    """The readers, between which the platform scales."""
    opening_hours: Hours | None = None
    """When the institution works; readers are kept ready for it."""


class MoveDestination(Closed):
    """A DICOM peer to which C-MOVE may send this institution's objects."""

    ae_title: AETitle
    """The peer's AE title."""
    address: Annotated[IPvAnyAddress, BeforeValidator(_written_address)]
    """The peer's address."""
    port: Annotated[StrictInt, Field(ge=1, le=65535)]
    """The peer's port."""


class Dicom(Closed):
    """How DICOM peers know the repository."""

    ae_title: AETitle
    """The repository's AE title, unique in the environment."""
    move_destinations: tuple[MoveDestination, ...] = ()
    """The peers to which C-MOVE may send; to no other."""


class Institution(Closed):
    """One institution's promise, as its stack file states it."""

    title: Annotated[str, Field(min_length=1, max_length=80)]
    """The institution's name for people."""
    home: DataCentreName
    """Its regional data centre."""
    replication: Replication
    """Where its examinations are stored, how often, and what loss they survive."""
    isolation: Isolation = Isolation.SHARED
    """shared: one filesystem with institutions of like promises, kept apart by keys and paths;
    hard: a filesystem of its own, since a stolen key can read a shared filesystem's objects."""
    capacity: Annotated[Bytes, AfterValidator(_worth_a_repository)]
    """What it may store, before copies; at least 1Gi."""
    recovery_point: Duration | None = None
    """At most this much work is lost when somebody deletes or damages data by mistake."""
    access: tuple[Grant, ...] = ()
    """What other institutions may do in this repository."""
    service: Service
    """How fast and how available it is."""
    dicom: Dicom
    """How DICOM peers know it."""
