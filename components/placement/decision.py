"""From one institution's promise to a spread of copies, or to the reason why there is none.

Owns the choice and the words of its refusals. Doesn't own what many institutions need together
(:mod:`components.placement.budgets`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from components.catalog import Survive, Where
from components.catalog.vocabulary import StorageEfficiency
from components.placement.residency import LOSS_OF, Coding, FailureDomain, Spread

if TYPE_CHECKING:
    from components.catalog.institution import Institution, Replication
    from components.placement.topology import Site, Topology

_MOST_DATA_CENTRES: Final = 3
"""One copy in each of more data centres makes plain CRUSH, with its 50 tries, miss mappings: of
600,000 none with three, 1 with four, 11 with five, thousands with eight (tests/crush)."""
_TWO: Final = 2
_DATA_CHUNKS: Final = (4, 3, 2)
"""More save little more (4 with 2 coding chunks: 1.5 times the data; 8: 1.25), and cost more: each
read of a small object asks as many hosts."""


class Impossible(Exception):  # noqa: N818 - read as "the promise is impossible"
    """The promise can't be kept on these machines; the message says why and what would cure it."""


def decide(institution: Institution, topology: Topology) -> Spread:
    """The spread that keeps a promise with the fewest copies. Raises Impossible."""
    if institution.replication.where is Where.ALL_DATA_CENTRES:
        return _everywhere(institution.replication, topology)
    return _at_home(institution.replication, topology.sites[institution.home])


def _everywhere(promise: Replication, topology: Topology) -> Spread:
    sites = topology.sites
    _refuse_where_not_everywhere(topology)
    per_domain = 1 if promise.copies <= len(sites) > _TWO else _TWO
    most = _TWO * len(sites)
    if promise.copies > most:
        raise Impossible(
            f"asks for {promise.copies} copies in {len(sites)} data centres, but at most two "
            f"copies lie in each; ask for {most} or fewer"
        )
    return Spread(
        boundary=None,
        failure_domain=FailureDomain.DATA_CENTRE,
        size=per_domain * len(sites),
        per_domain=per_domain,
        sub_domain=_sub_domain(list(sites.values())) if per_domain > 1 else None,
    )


def _refuse_where_not_everywhere(topology: Topology) -> None:
    count = len(topology.sites)
    if count == 1:
        raise Impossible(
            "asks for a copy in all data centres, but the environment has one, so that would be "
            "the same as home; say where: home-data-centre"
        )
    if count > _MOST_DATA_CENTRES:
        raise Impossible(
            f"asks for a copy in each of {count} data centres; CRUSH finds a place for every copy "
            f"in up to {_MOST_DATA_CENTRES}, and beyond that misses some; ask for where: "
            "home-data-centre, or split the environment"
        )
    empty = sorted(name for name, site in topology.sites.items() if not site.hosts)
    if empty:
        raise Impossible(
            f"asks for a copy in all data centres, but {', '.join(empty)} has no "
            f"{topology.device_class} storage; add a worker with devices there, or remove the "
            "data centre"
        )


def _sub_domain(sites: list[Site]) -> FailureDomain:
    """Two copies in one data centre: on two hosts where each has them, else on two disks."""
    if all(len(site.hosts) >= _TWO for site in sites):
        return FailureDomain.HOST
    poor = sorted(site.name for site in sites if site.osds < _TWO)
    if poor:
        otherwise = (
            f"ask for {len(sites)} copies" if len(sites) > _TWO else "say where: home-data-centre"
        )
        raise Impossible(
            f"needs two copies in each data centre, but {', '.join(poor)} has one storage "
            f"device; add a device there, or {otherwise}"
        )
    return FailureDomain.OSD


def _at_home(promise: Replication, home: Site) -> Spread:
    if promise.survive is Survive.DATA_CENTRE:
        raise Impossible(
            f"asks to survive the loss of a data centre with copies in {home.name} only; say "
            "where: all-data-centres, or survive: host"
        )
    if not home.hosts:
        raise Impossible(
            f"asks for {promise.copies} copies in {home.name}, which has no storage; add a worker "
            "with devices there, or choose another home"
        )
    if promise.storage_efficiency is StorageEfficiency.ERASURE_CODED:
        return _coded(promise, home)
    if len(home.hosts) >= promise.copies:
        return Spread(home.name, FailureDomain.HOST, promise.copies)
    if promise.survive is Survive.HOST:
        raise Impossible(_too_few_hosts(promise, home))
    if home.osds < promise.copies:
        raise Impossible(
            f"asks for {promise.copies} copies, but data centre {home.name} has "
            f"{_count(home.osds, 'storage device')} on {_count(len(home.hosts), 'host')}, and no "
            "two copies lie on one device; add devices, or ask for fewer copies"
        )
    return Spread(home.name, FailureDomain.OSD, promise.copies)


def _coded(promise: Replication, home: Site) -> Spread:
    """As many coding chunks as copies could be lost; one host more than chunks, where it can be.

    Without the one more, nothing can be rebuilt while a host is away.
    """
    coding, hosts = promise.copies - 1, len(home.hosts)
    fitting = [data for data in _DATA_CHUNKS if data + coding <= hosts]
    if not fitting:
        least = _DATA_CHUNKS[-1]
        raise Impossible(
            f"asks for storageEfficiency: erasure-coded with copies: {promise.copies}, which needs "
            f"{least + coding} storage hosts or more ({least} data chunks, {coding} coding chunks, "
            f"each on a host of its own), but data centre {home.name} has "
            f"{_count(hosts, 'storage host')}; add hosts, or leave storageEfficiency out"
        )
    data = next((data for data in fitting if data + coding < hosts), fitting[-1])
    return Spread(home.name, FailureDomain.HOST, promise.copies, coding=Coding(data, coding))


def _too_few_hosts(promise: Replication, home: Site) -> str:
    found = f"data centre {home.name} has {_count(len(home.hosts), 'storage host')}"
    if len(home.hosts) == 1:
        enough = home.osds >= promise.copies
        otherwise = f", or ask to survive a {LOSS_OF[FailureDomain.OSD]}" if enough else ""
        return f"asks to survive the loss of a host, but {found}; add a host{otherwise}"
    return (
        f"asks for {promise.copies} copies that survive the loss of a host, but {found}, and each "
        f"copy needs a host of its own; add hosts, or ask for {len(home.hosts)} copies"
    )


def _count(number: int, thing: str) -> str:
    words = {0: "no", 1: "one", 2: "two", 3: "three"}
    return f"{words.get(number, number)} {thing}{'' if number == 1 else 's'}"
