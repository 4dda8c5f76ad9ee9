"""Residency classes: the placements that CRUSH can give, and what each is worth.

Owns the value, its name and what follows from it (minimum size, placement groups). Doesn't own the
choice of one for a promise (:mod:`components.placement.decision`), nor Rook's resources.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Final

from components.catalog import DeviceClass, Survive
from components.placement.shares import busiest

if TYPE_CHECKING:
    from components.placement.topology import Site, Topology

DEFAULT_ROOT: Final = "default"
_PGS_PER_OSD: Final = 32
"""Placement groups of data that one class may put on the busiest OSD.

With the metadata's quarter these are 40, so five classes always fit under the 200 that we allow of
Ceph's 250 (``mon_max_pg_per_osd``); a coded class has a quarter more, so four of these do.
"""


@unique
class FailureDomain(StrEnum):
    """CRUSH bucket types over which copies are spread, as Ceph spells them."""

    OSD = "osd"
    HOST = "host"
    DATA_CENTRE = "datacenter"


LOSS_OF: Final = {
    FailureDomain.OSD: Survive.DISK,
    FailureDomain.HOST: Survive.HOST,
    FailureDomain.DATA_CENTRE: Survive.DATA_CENTRE,
}
"""The loss that two copies in different domains survive."""


@dataclass(frozen=True)
class Coding:
    """An erasure code: an object becomes data chunks, and coding chunks computed from these.

    Any ``data_chunks`` of them all restore the object, so as many may be lost as there are coding
    chunks.
    """

    data_chunks: int
    coding_chunks: int

    @property
    def chunks(self) -> int:
        """All chunks of an object."""
        return self.data_chunks + self.coding_chunks

    @property
    def min_size(self) -> int:
        """The chunks below which Ceph stops serving: no write rests on as few as restore it."""
        return self.data_chunks + 1


@dataclass(frozen=True)
class Spread:
    """How the copies of an object lie: what a CRUSH rule says.

    Attributes:
        boundary: the one data centre that may hold copies, or None for every data centre.
        failure_domain: no two of its instances hold more than ``per_domain`` copies.
        per_domain: copies in each failure domain; 2 is the only number above 1 that Rook's rule
            template writes (research/rook.md §2.1).
        sub_domain: over which the copies of one domain are spread, if there are two.
        size: copies of every object.
        coding: what examinations become instead of copies, or None. Names and inodes always lie in
            copies: Ceph can't keep them in a coded pool.
    """

    boundary: str | None
    failure_domain: FailureDomain
    size: int
    per_domain: int = 1
    sub_domain: FailureDomain | None = None
    coding: Coding | None = None

    @property
    def pieces(self) -> int:
        """The copies, or else the chunks, of every examination's objects."""
        return self.coding.chunks if self.coding else self.size

    @property
    def restoring(self) -> int:
        """How many of the pieces restore an object, and into how many parts it is cut."""
        return self.coding.data_chunks if self.coding else 1

    @property
    def crush_root(self) -> str:
        """The CRUSH bucket below which every copy lies; a data centre's bucket bears its name."""
        return self.boundary or DEFAULT_ROOT

    def domains(self, site: Site) -> list[tuple[int, ...]]:
        """The sizes of a site's devices, grouped so that no two copies lie in one group."""
        if FailureDomain.HOST in {self.failure_domain, self.sub_domain}:
            return [host.devices for host in site.hosts]
        return [(size,) for host in site.hosts for size in host.devices]

    def words(self, number: int) -> str:
        """Some of an object's pieces, as people call them: "1 copy", "6 chunks"."""
        if self.coding:
            return f"{number} chunk{'' if number == 1 else 's'}"
        return f"{number} {'copy' if number == 1 else 'copies'}"

    @property
    def survives(self) -> Survive:
        """The largest single loss that leaves a copy of everything."""
        return LOSS_OF[self.failure_domain] if self.size > self.per_domain else Survive.NONE


@dataclass(frozen=True)
class ResidencyClass:
    """A placement in use: one CephFilesystem, its pools and its metadata servers.

    Attributes:
        name: of the filesystem; a change of root, domain or device class is another name, since
            Rook ignores an edited root silently (research/rook.md §7, trap 7).
        spread: where the copies lie.
        min_size: with fewer copies than this, Ceph stops to serve rather than to risk.
        data_pgs, metadata_pgs: placement groups, fixed: overlapping roots stop the autoscaler. A
            coded class has two pools of copies, with ``metadata_pgs`` each.
        pieces_in: data centre to the copies, or else chunks, of every object that it holds.
        device_class: the devices that hold them.
    """

    name: str
    spread: Spread
    min_size: int
    data_pgs: int
    metadata_pgs: int
    pieces_in: Mapping[str, int]
    device_class: DeviceClass

    @property
    def data_centres(self) -> tuple[str, ...]:
        """The data centres that hold copies, sorted."""
        return tuple(sorted(self.pieces_in))

    @property
    def rules(self) -> int:
        """The CRUSH rules that it needs: Rook makes one for each pool."""
        return 3 if self.spread.coding else 2

    @property
    def serving(self) -> int:
        """With fewer pieces than this of an examination's objects, Ceph doesn't serve these."""
        return self.spread.coding.min_size if self.spread.coding else self.min_size

    def pools_in(self, centre: str) -> tuple[tuple[int, int], ...]:
        """Of every pool: the pieces of an object in a data centre, and its placement groups."""
        pieces = self.pieces_in[centre]
        if self.spread.coding is None:
            return (pieces, self.data_pgs), (pieces, self.metadata_pgs)
        names = self.spread.size, self.metadata_pgs
        return (pieces, self.data_pgs), names, names


def minimum_size(size: int, *, one_copy_may_serve: bool) -> int:
    """The copies below which Ceph stops serving.

    Ceph's own default is ``size - size // 2``, which lets the last of two copies take writes; a
    write that rests on one copy is lost with that disk, so we allow it only where the promise
    survives nothing anyway.
    """
    majority = size - size // 2
    return majority if one_copy_may_serve else max(2, majority)


def residency_class(
    spread: Spread, min_size: int, topology: Topology, alone: str | None = None
) -> ResidencyClass:
    """The class for a spread that fits the topology (the caller has checked that it does).

    ``alone`` is the institution that shares the class with nobody, if there is one.
    """
    pieces_in = _in_each(spread, topology, spread.pieces)
    copies_in = _in_each(spread, topology, spread.size)
    return ResidencyClass(
        name=_name(spread, topology.device_class, alone),
        spread=spread,
        min_size=min_size,
        data_pgs=_placement_groups(spread, topology, pieces_in),
        metadata_pgs=_placement_groups(spread, topology, copies_in) // 4,
        pieces_in=pieces_in,
        device_class=topology.device_class,
    )


def _in_each(spread: Spread, topology: Topology, pieces: int) -> dict[str, int]:
    """Data centre to how many of an object's pieces lie there."""
    if spread.boundary is not None:
        return {spread.boundary: pieces}
    return dict.fromkeys(sorted(topology.sites), spread.per_domain)


def _placement_groups(spread: Spread, topology: Topology, pieces_in: Mapping[str, int]) -> int:
    """The greatest power of two that puts no more on the busiest OSD than is allowed."""
    share = max(
        busiest(spread.domains(topology.sites[name]), pieces) for name, pieces in pieces_in.items()
    )
    return _power_of_two_below(int(_PGS_PER_OSD / share))


def _power_of_two_below(number: int) -> int:
    """The greatest power of two that isn't above a number of at least 1."""
    return 1 << (number.bit_length() - 1)


def _name(spread: Spread, device_class: DeviceClass, alone: str | None) -> str:
    rule = [spread.crush_root, spread.failure_domain, spread.sub_domain or "", device_class]
    if alone is not None:
        rule.append(alone)
    digest = hashlib.sha256("\n".join(rule).encode()).hexdigest()[:6]
    # Not "all": Ceph takes that for a word of its own in a key, and refuses data=all-x3-... whole.
    place = "every" if spread.boundary is None else f"home-{spread.boundary}"
    coding = spread.coding
    pieces = f"ec{coding.data_chunks}m{coding.coding_chunks}" if coding else f"x{spread.size}"
    return f"{place}-{pieces}-{digest}"
