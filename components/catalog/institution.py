"""What an institution's stack file says: its promise, in the institution's own terms.

Owns the keys below ``imaging:institution`` and the limits of each alone. Doesn't own whether the
platform can keep the promise (:mod:`components.placement`), nor what spans institutions
(:mod:`components.catalog.crosschecks`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final, Self

from pydantic import (
    AfterValidator,
    Field,
    StrictFloat,
    StrictInt,
    model_validator,
)

from components.catalog.closed import Closed
from components.catalog.names import AETitle, DataCentreName, InstitutionName
from components.catalog.networks import Address, Network, PlaintextNetworks
from components.catalog.quantities import Bytes, Duration, Hours, format_bytes
from components.catalog.vocabulary import Deed, Isolation, StorageEfficiency, Survive, Where

_LEAST_CAPACITY: Final = 2**30
_CODED_COPIES: Final = (3, 4)
_CODED_LOSSES: Final = (Survive.DISK, Survive.HOST)
_MOST_SNAPSHOTS: Final = 90
"""Ceph allows 100 (``mds_max_snaps_per_dir``); people make some by hand."""
LEAST_LATENCY: Final = timedelta(milliseconds=25)
"""The gateway's histogram begins there; a test compares both."""
_LEAST_RECOVERY_POINT: Final = timedelta(hours=1)


def _not_empty(deeds: tuple[Deed, ...]) -> tuple[Deed, ...]:
    if len(set(deeds)) != len(deeds) or not deeds:
        found = ", ".join(deeds) or "an empty list"
        raise ValueError(
            f"found {found}; name each of query, retrieve, store at most once, and at least one"
        )
    return deeds


def _hourly_at_most(point: timedelta) -> timedelta:
    if point < _LEAST_RECOVERY_POINT:
        raise ValueError(
            "found less than an hour; Ceph takes snapshots hourly at most: say 1h or more"
        )
    return point


def _measurable(latency: timedelta) -> timedelta:
    if latency < LEAST_LATENCY:
        raise ValueError(
            "found less than 25ms; the gateway counts from 25ms on, so nobody could tell: say 25ms "
            "or more"
        )
    return latency


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
    storage_efficiency: StorageEfficiency = StorageEfficiency.REPLICATED
    """replicated: whole copies; erasure-coded: chunks on hosts of their own, in less space, of
    which as many may be lost as of 3 or 4 copies; with where: home-data-centre only."""

    @model_validator(mode="after")
    def _one_copy_survives_nothing(self) -> Self:
        if self.copies == 1 and self.survive is not Survive.NONE:
            raise ValueError(
                f"asks to survive the loss of a {self.survive} with one copy; one copy survives "
                "nothing: ask for copies: 2 or more, or say survive: none"
            )
        return self

    @model_validator(mode="after")
    def _coding_suits_the_promise(self) -> Self:
        if self.storage_efficiency is StorageEfficiency.REPLICATED:
            return self
        if self.where is not Where.HOME_DATA_CENTRE:
            raise ValueError(
                f"asks for storageEfficiency: erasure-coded with where: {self.where}, so that "
                "every read would fetch chunks from several data centres; say where: "
                "home-data-centre, or leave storageEfficiency out"
            )
        if self.copies not in _CODED_COPIES:
            raise ValueError(
                f"asks for storageEfficiency: erasure-coded with copies: {self.copies}; allowed "
                "are 3 or 4, which are 2 or 3 coding chunks: with one, a write after a loss would "
                "rest on no redundancy; ask for copies: 3, or leave storageEfficiency out"
            )
        if self.survive not in _CODED_LOSSES:
            raise ValueError(
                f"asks for storageEfficiency: erasure-coded with survive: {self.survive}; chunks "
                "on hosts of one data centre survive a disk or a host: say survive: host, or leave "
                "storageEfficiency out"
            )
        return self


class Snapshots(Closed):
    """How many snapshots are kept, by hour, day and week."""

    hourly: Annotated[StrictInt, Field(ge=1, le=48)] = 24
    """The last one of each of so many hours that have one."""
    daily: Annotated[StrictInt, Field(ge=1, le=60)] = 14
    """The last one of each of so many days."""
    weekly: Annotated[StrictInt, Field(ge=1, le=52)] = 8
    """The last one of each of so many weeks."""

    @model_validator(mode="after")
    def _a_directory_holds_them(self) -> Self:
        asked = self.hourly + self.daily + self.weekly
        if asked > _MOST_SNAPSHOTS:
            raise ValueError(
                f"asks to keep {asked} snapshots; CephFS keeps {_MOST_SNAPSHOTS} of a directory "
                "and fails to make more: keep fewer by hour, day or week"
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

    p95: Annotated[Duration, AfterValidator(_measurable)]
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
    address: Address
    """The peer's address."""
    port: Annotated[StrictInt, Field(ge=1, le=65535)]
    """The peer's port."""


class Dicom(Closed):
    """How DICOM peers know the repository."""

    ae_title: AETitle
    """The repository's AE title, unique in the environment."""
    move_destinations: tuple[MoveDestination, ...] = ()
    """The peers to which C-MOVE may send; to no other."""
    networks: tuple[Network, ...] = ()
    """The networks whose DICOM peers may connect with TLS; without any, none outside the cluster
    may."""
    plaintext_networks: PlaintextNetworks = ()
    """The networks whose DICOM peers may connect without TLS, where whoever listens reads along."""


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
    recovery_point: Annotated[Duration, AfterValidator(_hourly_at_most)] | None = None
    """At most this much work is lost when somebody deletes or damages data by mistake: snapshots
    are taken at least as often; 1h or more."""
    snapshots: Snapshots = Snapshots()
    """How many of these snapshots are kept."""
    access: tuple[Grant, ...] = ()
    """What other institutions may do in this repository."""
    service: Service
    """How fast and how available it is."""
    dicom: Dicom
    """How DICOM peers know it."""

    @model_validator(mode="after")
    def _snapshots_are_taken(self) -> Self:
        if self.recovery_point is None and "snapshots" in self.model_fields_set:
            raise ValueError(
                "keeps snapshots, and none are taken without a recoveryPoint; add one, for "
                "example recoveryPoint: 1h, or remove snapshots"
            )
        return self
