"""Random environments and promises for the laws of placement.

Owns the hypothesis strategies, and which of their promises can be kept. Doesn't own any law.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hypothesis import assume
from hypothesis import strategies as st

from components.catalog import Catalog, Refused
from components.placement import Placement, ResidencyClass, Topology, place
from tests.components.builders import Numbers, Promise, catalog, topology

SITES = ("aveiro", "braga", "chaves", "evora", "faro", "guarda")
_HOSTS = [[1], [1, 1], [1, 1, 1], [1, 1, 1, 1], [2, 2], [10], [10, 10], [1, 10], [1, 1, 10]]
"""A host's devices in units of 100 GiB."""


def numbers() -> st.SearchStrategy[dict[str, list[list[int]]]]:
    """Up to six data centres with up to four hosts; some have no storage, but one has."""
    hosts = st.sampled_from([[100 * size for size in host] for host in _HOSTS])
    sites = st.lists(st.lists(hosts, max_size=4), min_size=1, max_size=len(SITES))
    return sites.filter(any).map(lambda found: dict(zip(SITES, found, strict=False)))


def promises(sites: tuple[str, ...]) -> st.SearchStrategy[Promise]:
    """A promise that is no contradiction in itself."""
    return st.sampled_from(
        [
            Promise(home, where, copies, survive)
            for home in sites
            for where in ("all-data-centres", "home-data-centre")
            for copies in (1, 2, 3, 4, 5, 6, 10)
            for survive in ("none", "disk", "host", "data-centre")
            if copies > 1 or survive == "none"
        ]
    )


@dataclass(frozen=True)
class World:
    """An environment in numbers, and what its institutions ask for."""

    numbers: Numbers
    promises: dict[str, Promise]

    @property
    def catalog(self) -> Catalog:
        """The catalogue that says so."""
        return catalog(self.numbers, self.promises)

    @property
    def topology(self) -> Topology:
        """The storage that CRUSH would see."""
        return topology(self.numbers)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """An environment with five institutions."""
    found = draw(numbers())
    asked = draw(st.lists(promises(tuple(found)), min_size=5, max_size=5))
    return World(found, {f"hospital-{number}": each for number, each in enumerate(asked)})


def kept(world: World) -> Placement:
    """The placement of those promises of a world that can be kept, of which there must be some."""
    try:
        return place(world.catalog)
    except Refused as refused:
        wrong = {refusal.file for refusal in refused.refusals}
    left = {name: promise for name, promise in world.promises.items() if _file(name) not in wrong}
    assume(left)
    return place(World(world.numbers, left).catalog)


def each(world: World) -> Iterator[tuple[Promise, ResidencyClass]]:
    """Every promise that can be kept, with the class that shall keep it."""
    for name, residency in kept(world).of.items():
        yield world.promises[name], residency


def _file(institution: str) -> str:
    return f"stacks/Pulumi.local.{institution}.yaml"
