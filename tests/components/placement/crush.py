"""Places copies on a topology as a CRUSH rule does, and takes disks, hosts and data centres away.

Owns an own, small simulation that shares no code with :mod:`components.placement`: it reads a
:class:`Spread` as ``ceph osd crush rule create-replicated`` and Rook's rule template do
(research/rook.md §2.1). Doesn't own weights: every placement that a rule allows must keep a
promise, not only the likely ones.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Final, TypeVar

from components.catalog import Survive
from components.placement import FailureDomain, Spread, Topology

T = TypeVar("T")
_TURNS: Final = 12
"""Each of up to four devices, hosts or data centres comes first together with each other."""
Choose = Callable[[Sequence[T], int], Sequence[T]]


@dataclass(frozen=True, order=True)
class Osd:
    """A device in its buckets."""

    site: str
    host: str
    device: int


def osds(topology: Topology) -> list[Osd]:
    """Every device of a topology, those of a bucket beside each other."""
    return sorted(
        Osd(site.name, host.name, number)
        for site in topology.sites.values()
        for host in site.hosts
        for number in range(len(host.devices))
    )


def buckets(devices: Sequence[Osd], domain: FailureDomain) -> list[list[Osd]]:
    """Devices by bucket of a CRUSH type."""
    steps = {
        FailureDomain.DATA_CENTRE: lambda osd: (osd.site,),
        FailureDomain.HOST: lambda osd: (osd.site, osd.host),
        FailureDomain.OSD: lambda osd: (osd.site, osd.host, osd.device),
    }
    return [list(inside) for _, inside in groupby(sorted(devices), steps[domain])]


def placement(spread: Spread, topology: Topology, choose: Choose[list[Osd]]) -> list[Osd]:
    """Where the pieces of one object lie; fewer than there are where buckets are missing."""
    root = [osd for osd in osds(topology) if spread.crush_root in {"default", osd.site}]
    chosen: list[list[Osd]] = []
    wanted = spread.pieces // spread.per_domain
    for domain in choose(buckets(root, spread.failure_domain), wanted):
        if spread.sub_domain is None:
            chosen.append(domain)
        else:
            chosen.extend(choose(buckets(domain, spread.sub_domain), spread.per_domain))
    return [choose(buckets(leaf, FailureDomain.OSD), 1)[0][0] for leaf in chosen]


def placements(spread: Spread, topology: Topology, seed: int) -> Iterator[list[Osd]]:
    """Placements that a rule allows: random ones, and those that crowd copies into a corner."""
    dice = random.Random(seed)  # noqa: S311 - not for secrets: a test that can be repeated
    for turn in range(_TURNS):
        yield placement(spread, topology, partial(_first, turn))
    for _ in range(8):
        yield placement(spread, topology, partial(_any, dice))


def losses(topology: Topology, largest: Survive) -> Iterator[frozenset[Osd]]:
    """Every single loss up to the largest: each disk, each host, each data centre."""
    kinds = {
        Survive.NONE: [],
        Survive.DISK: [FailureDomain.OSD],
        Survive.HOST: [FailureDomain.OSD, FailureDomain.HOST],
        Survive.DATA_CENTRE: list(FailureDomain),
    }
    for domain in kinds[largest]:
        yield from map(frozenset, buckets(osds(topology), domain))


def fewest_left(spread: Spread, topology: Topology, loss: Survive, seed: int) -> int:
    """The copies that the worst single loss leaves of the worst placed object."""
    objects = list(placements(spread, topology, seed))
    taken = list(losses(topology, loss)) or [frozenset[Osd]()]
    return min(len(set(copies) - lost) for copies in objects for lost in taken)


def _any(dice: random.Random, items: Sequence[T], number: int) -> Sequence[T]:
    return dice.sample(items, min(number, len(items)))


def _first(turn: int, items: Sequence[T], number: int) -> Sequence[T]:
    start = turn % max(1, len(items))
    return [*items[start:], *items[:start]][:number]
