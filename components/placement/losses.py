"""What the loss of one disk, host or data centre leaves of a residency class, and in which words.

Owns the consequences of a placement that is decided. Doesn't own the decision, nor what several
losses at once would do. Pure functions: what is said here is held against real CRUSH in
``tests/crush``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from components.catalog import Survive
from components.placement.residency import FailureDomain

if TYPE_CHECKING:
    from components.placement.residency import ResidencyClass, Spread
    from components.placement.topology import Host, Site, Topology

LOSSES: Final = (Survive.DISK, Survive.HOST, Survive.DATA_CENTRE)
"""The single losses, smallest first."""
_MONITORS: Final = 3


@dataclass(frozen=True)
class Aftermath:
    """What a loss leaves of those objects of a class that it hits hardest.

    Attributes:
        loss: disk, host or data-centre: one, whichever.
        data_centres: where, sorted; in each of them it does the same.
        left: copies, or else chunks, of an object that are left at worst.
        size: copies or chunks that there were.
        min_size: copies or chunks that Ceph needs to serve.
        restoring: chunks that restore an object; 1 of copies.
        quorum: whether a majority of Ceph's monitors is left in any case.
    """

    loss: Survive
    data_centres: tuple[str, ...]
    left: int
    size: int
    min_size: int
    quorum: bool
    restoring: int = 1

    @property
    def piece(self) -> str:
        """What is counted, in the singular."""
        return "copy" if self.restoring == 1 else "chunk"

    @property
    def fraction(self) -> str:
        """What is left of what there was, in words."""
        return f"{self.left} of {self.size} {'copies' if self.restoring == 1 else 'chunks'}"

    @property
    def touches(self) -> bool:
        """Whether any copy is gone."""
        return self.left < self.size

    @property
    def survives(self) -> bool:
        """Whether every object can still be read, or restored."""
        return self.left >= self.restoring

    @property
    def serves(self) -> bool:
        """Whether everything can still be read and written."""
        return self.left >= self.min_size and self.quorum

    @property
    def words(self) -> str:
        """What it means for the institution."""
        if not self.survives:
            return f"examinations are lost, unless the {_NAMES[self.loss]} comes back"
        if self.left < self.min_size:
            return f"nothing is lost, but reads and writes wait until a {self.piece} is back"
        if not self.quorum:
            return (
                "nothing is lost, but reads and writes wait if most of Ceph's monitors stood there"
            )
        if self.touches:
            return "nothing is lost; reads and writes go on after some seconds"
        return f"nothing is lost, and no {self.piece} is missing"


_NAMES: Final = {Survive.DISK: "disk", Survive.HOST: "host", Survive.DATA_CENTRE: "data centre"}


def aftermaths(residency: ResidencyClass, topology: Topology) -> tuple[Aftermath, ...]:
    """Every single loss, small ones first; data centres where it does the same stand together."""
    return tuple(found for loss in LOSSES for found in _of(loss, residency, topology))


def worst(residency: ResidencyClass, topology: Topology, loss: Survive) -> Aftermath:
    """The aftermath of a loss where it does most harm."""
    return min(_of(loss, residency, topology), key=lambda found: found.left)


def limits(residency: ResidencyClass, topology: Topology) -> tuple[str, ...]:
    """What the class doesn't give, though one might think so."""
    return (*_home_alone(residency, topology), *no_spare_host(residency, topology))


def no_spare_host(residency: ResidencyClass, topology: Topology) -> tuple[str, ...]:
    """Whether a coded class has no host on which to rebuild what a lost one held."""
    home, chunks = residency.spread.boundary, residency.spread.pieces
    if home is None or residency.spread.coding is None:
        return ()
    if len(topology.sites[home].hosts) > chunks:
        return ()
    sentence = (
        f"every object has a chunk on each of the {chunks} storage hosts of {home}, so while one "
        "is away its chunks are rebuilt nowhere; nothing is lost, and a further host would cure it"
    )
    return (sentence,)


def _home_alone(residency: ResidencyClass, topology: Topology) -> tuple[str, ...]:
    """A home needs the monitors of other data centres.

    A home whose disks, hosts and metadata servers are all well stops within some 20 seconds when it
    is cut from the monitors' majority (measured: research/ceph-lab.md §4).
    """
    home = residency.spread.boundary
    if home is None or len(_with_storage(topology)) == 1:
        return ()
    sentence = (
        f"stored at home isn't served by home alone: while {home} can't reach most of Ceph's "
        "monitors, which stand in other data centres too, reads and writes stop within seconds; "
        "nothing is lost, and they go on once it can"
    )
    return (sentence,)


def _of(loss: Survive, residency: ResidencyClass, topology: Topology) -> Iterator[Aftermath]:
    taken: dict[int, list[str]] = {}
    for name in sorted(_with_storage(topology)):
        inside = name in residency.pieces_in
        here = _most_taken(loss, residency.spread, topology.sites[name]) if inside else 0
        taken.setdefault(here, []).append(name)
    for pieces, names in sorted(taken.items(), reverse=True):
        size = residency.spread.pieces
        yield Aftermath(
            loss=loss,
            data_centres=tuple(names),
            left=size - pieces,
            size=size,
            min_size=residency.serving,
            quorum=loss is not Survive.DATA_CENTRE or _monitors_stand_apart(topology),
            restoring=residency.spread.restoring,
        )


def _most_taken(loss: Survive, spread: Spread, site: Site) -> int:
    """The most pieces of one object that one disk, one host or the whole of a site holds."""
    if loss is Survive.DATA_CENTRE:
        return spread.pieces if spread.boundary else spread.per_domain
    if loss is Survive.HOST:
        return max(_most_on(host, spread) for host in site.hosts)
    return 1


def _most_on(host: Host, spread: Spread) -> int:
    """The most copies of one object on a host: one, unless only disks were to keep them apart."""
    lowest = spread.sub_domain or spread.failure_domain
    if lowest is not FailureDomain.OSD:
        return 1
    return min(len(host.devices), spread.size if spread.boundary else spread.per_domain)


def _with_storage(topology: Topology) -> list[str]:
    return [name for name, site in topology.sites.items() if site.hosts]


def _monitors_stand_apart(topology: Topology) -> bool:
    """Whether each monitor has a data centre of its own: only then any one of these may go."""
    return len(_with_storage(topology)) >= _MONITORS
