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
Ceph's 250 (``mon_max_pg_per_osd``).
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
class Spread:
    """How the copies of an object lie: what a CRUSH rule says.

    Attributes:
        boundary: the one data centre that may hold copies, or None for every data centre.
        failure_domain: no two of its instances hold more than ``per_domain`` copies.
        per_domain: copies in each failure domain; 2 is the only number above 1 that Rook's rule
            template writes (research/rook.md §2.1).
        sub_domain: over which the copies of one domain are spread, if there are two.
        size: copies of every object.
    """

    boundary: str | None
    failure_domain: FailureDomain
    size: int
    per_domain: int = 1
    sub_domain: FailureDomain | None = None

    @property
    def crush_root(self) -> str:
        """The CRUSH bucket below which every copy lies; a data centre's bucket bears its name."""
        return self.boundary or DEFAULT_ROOT

    def domains(self, site: Site) -> list[tuple[int, ...]]:
        """The sizes of a site's devices, grouped so that no two copies lie in one group."""
        if FailureDomain.HOST in {self.failure_domain, self.sub_domain}:
            return [host.devices for host in site.hosts]
        return [(size,) for host in site.hosts for size in host.devices]

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
        data_pgs, metadata_pgs: placement groups, fixed: overlapping roots stop the autoscaler.
        copies_in: data centre to the copies of every object that it holds.
        device_class: the devices that hold them.
    """

    name: str
    spread: Spread
    min_size: int
    data_pgs: int
    metadata_pgs: int
    copies_in: Mapping[str, int]
    device_class: DeviceClass

    @property
    def data_centres(self) -> tuple[str, ...]:
        """The data centres that hold copies, sorted."""
        return tuple(sorted(self.copies_in))


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
    copies_in = _copies_in(spread, topology)
    share = max(
        busiest(spread.domains(topology.sites[name]), copies) for name, copies in copies_in.items()
    )
    data_pgs = _power_of_two_below(int(_PGS_PER_OSD / share))
    return ResidencyClass(
        name=_name(spread, topology.device_class, alone),
        spread=spread,
        min_size=min_size,
        data_pgs=data_pgs,
        metadata_pgs=data_pgs // 4,
        copies_in=copies_in,
        device_class=topology.device_class,
    )


def _copies_in(spread: Spread, topology: Topology) -> dict[str, int]:
    if spread.boundary is not None:
        return {spread.boundary: spread.size}
    return dict.fromkeys(sorted(topology.sites), spread.per_domain)


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
    return f"{place}-x{spread.size}-{digest}"
