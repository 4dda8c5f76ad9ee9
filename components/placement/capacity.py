"""Whether the disks hold what the institutions may store, also when a host or a disk is lost.

Owns both limits and their refusals, with the numbers. Doesn't own how pieces share unequal disks
(:mod:`components.placement.shares`).

Ceph rebuilds what a lost host held on the rest of its data centre. Where too few hosts are left to
hold a piece each, it rebuilds what has a place, and the other pieces wait for the host.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from components.catalog import Refusal
from components.catalog.quantities import format_bytes
from components.catalog.stack_files import PLATFORM_KEY
from components.placement.shares import fillable
from components.placement.topology import Host

if TYPE_CHECKING:
    from components.catalog import Catalog
    from components.placement.residency import ResidencyClass, Spread
    from components.placement.topology import Site, Topology

_GIB: Final = 2**30
FULLEST: Final = 0.85
"""Ceph warns that a cluster is nearly full here (``mon_osd_nearfull_ratio``)."""
FULLEST_REBUILT: Final = 0.9
"""Ceph rebuilds nothing on a disk that is fuller (``mon_osd_backfillfull_ratio``)."""


@dataclass(frozen=True)
class Load:
    """What one class stores in a data centre: bytes before copies, ``pieces`` of each object."""

    spread: Spread
    pieces: int
    stored: int

    def raw(self, site: Site) -> Fraction:
        """Bytes on the disks of a site, as far as each piece has a place of its own."""
        places = len(self.spread.domains(site))
        return Fraction(self.stored, self.spread.restoring) * min(self.pieces, places)

    def filled(self, site: Site) -> Fraction:
        """The part of what a site can hold of such pieces."""
        sizes = [sum(devices) for devices in self.spread.domains(site)]
        pieces = min(self.pieces, len(sizes))
        return Fraction(self.stored, self.spread.restoring) / fillable(sizes, pieces)


@dataclass(frozen=True)
class Loss:
    """The loss after which a data centre is fullest: what is lost, and the rest of the site."""

    words: str
    rest: Site
    filled: Fraction


def check(
    catalog: Catalog, topology: Topology, classes: Mapping[str, ResidencyClass]
) -> Iterator[Refusal]:
    """All refusals of data centres that are too small; ``classes`` by institution."""
    for centre, site in sorted(topology.sites.items()):
        inside = {name: found for name, found in classes.items() if centre in found.pieces_in}
        loads = _loads(catalog, inside, centre)
        filled = sum((load.filled(site) for load in loads), Fraction(0))
        loss = _worst(loads, site)
        if float(filled) > FULLEST:
            sentence = _too_full(sorted(inside), loads, site, filled)
        elif loss is not None and float(loss.filled) > FULLEST_REBUILT:
            sentence = _not_rebuilt(sorted(inside), loads, site, loss)
        else:
            continue
        yield Refusal(catalog.file(), f"{PLATFORM_KEY}.dataCentres.{centre}", sentence)


def _loads(catalog: Catalog, inside: Mapping[str, ResidencyClass], centre: str) -> list[Load]:
    """What each class stores, all of its institutions together."""
    found: dict[str, Load] = {}
    for name, residency in inside.items():
        load = found.setdefault(
            residency.name, Load(residency.spread, residency.pieces_in[centre], 0)
        )
        stored = load.stored + catalog.institutions[name].capacity
        found[residency.name] = replace(load, stored=stored)
    return list(found.values())


def _worst(loads: Sequence[Load], site: Site) -> Loss | None:
    """The loss that leaves least room; None where none leaves anything on which to rebuild."""
    losses = (
        Loss(words, rest, sum((load.filled(rest) for load in loads), Fraction(0)))
        for words, rest in _rests(site).items()
    )
    return max(losses, key=lambda loss: loss.filled, default=None)


def _rests(site: Site) -> dict[str, Site]:
    """What may be lost to what is left: each host, or each disk of the only one."""
    if len(site.hosts) == 1:
        (host,) = site.hosts
        alike = {size: number for number, size in enumerate(host.devices)}
        return {
            f"a disk of {format_bytes(size)} in {host.name}": replace(
                site,
                hosts=(Host(host.name, (*host.devices[:number], *host.devices[number + 1 :])),),
            )
            for size, number in alike.items()
            if len(host.devices) > 1
        }
    each = {tuple(sorted(host.devices)): host for host in reversed(site.hosts)}
    return {
        f"the host {lost.name}": replace(
            site, hosts=tuple(host for host in site.hosts if host is not lost)
        )
        for lost in each.values()
    }


def _too_full(owners: list[str], loads: Sequence[Load], site: Site, filled: Fraction) -> str:
    return (
        f"the {_pieces(loads)} of {', '.join(owners)} need {_raw(loads, site)} in {site.name}; its "
        f"devices have {format_bytes(site.raw)}, and {_pieces(loads)} that lie apart would fill "
        f"{float(filled):.1%} of what these can hold; allowed are {FULLEST:.0%}. Add devices, or "
        "lower a capacity"
    )


def _not_rebuilt(owners: list[str], loads: Sequence[Load], site: Site, loss: Loss) -> str:
    return (
        f"after the loss of {loss.words}, the {_pieces(loads)} of {', '.join(owners)} need "
        f"{_raw(loads, loss.rest)} on the rest of {site.name}, whose devices have "
        f"{format_bytes(loss.rest.raw)}; that would fill {float(loss.filled):.1%} of what these "
        f"can hold, and Ceph rebuilds up to {FULLEST_REBUILT:.0%}. Add hosts or devices, or lower "
        "a capacity"
    )


def _raw(loads: Sequence[Load], site: Site) -> str:
    """What they need together, in whole GiB: a third of a capacity is no whole number."""
    return format_bytes(math.ceil(sum(load.raw(site) for load in loads) / _GIB) * _GIB)


def _pieces(loads: Sequence[Load]) -> str:
    coded = {load.spread.coding is not None for load in loads}
    return " and ".join(
        name for kind, name in ((False, "copies"), (True, "chunks")) if kind in coded
    )
