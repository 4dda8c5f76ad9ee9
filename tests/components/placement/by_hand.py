"""Fills and deals disks by hand, a unit at a time, to hold the arithmetic of placement against it.

Owns an own way to the same numbers. Doesn't own any law.
"""

from __future__ import annotations

from collections.abc import Sequence

from components.placement import FailureDomain, Site, Spread


def stored(sizes: Sequence[int], copies: int) -> int:
    """How many objects of size one fit: each on those domains that have most room."""
    room = sorted(sizes)
    objects = 0
    while room[-copies] > 0:
        room = sorted([*room[:-copies], *(left - 1 for left in room[-copies:])])
        objects += 1
    return objects


def dealt(domains: Sequence[Sequence[int]], copies: int, groups: int) -> list[float]:
    """The groups on each device: each tenth goes to those domains that hold least for their size.

    Tenths, since whole groups are dealt unevenly where a small device waits long for its turn.
    """
    held = [0] * len(domains)
    for _ in range(10 * groups):
        order = sorted(range(len(domains)), key=lambda at: (held[at] + 1) / sum(domains[at]))
        for at in order[:copies]:
            held[at] += 1
    return [
        count / 10 * size / sum(domain)
        for count, domain in zip(held, domains, strict=True)
        for size in domain
    ]


def grouped(spread: Spread, site: Site) -> list[tuple[int, ...]]:
    """A site's devices, by host where no two copies share one."""
    if FailureDomain.HOST in {spread.failure_domain, spread.sub_domain}:
        return [host.devices for host in site.hosts]
    return [(size,) for host in site.hosts for size in host.devices]
