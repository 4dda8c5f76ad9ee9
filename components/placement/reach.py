"""Whether CRUSH finds a place for every piece, though it gives up after a number of tries.

Owns the chance that it misses one, and the refusal. Doesn't own how full the places get
(:mod:`components.placement.capacity`).

CRUSH draws a domain in proportion to its size, and draws again where it drew one that holds a piece
already. The draws of a group are one sequence, and the piece that is placed last may go on in it
longest (``crush_choose_firstn`` in Ceph's src/crush/mapper.c). Where that shows too few domains, a
piece is missed, and stays so until somebody changes the map. Two copies on hosts of 1 and 10 TiB
left 134 of 20,000 groups with one copy (real crushtool; the law below says 141).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from components.placement.decision import Impossible

if TYPE_CHECKING:
    from components.placement.residency import ResidencyClass
    from components.placement.topology import Topology

_TRIES: Final = 51
"""Ceph's ``choose_total_tries`` of 50, and the first."""
TRIES_OF_CODED: Final = 100
"""What Ceph writes into the rule of a coded pool."""
_MOST_MISSED: Final = 0.01
"""Groups of one pool that may be missed, on average: one pool in a hundred with one such group."""
_GRAIN: Final = 1000
"""Sizes are counted in this many parts of the largest, so that different ones stay few."""


def refuse_what_is_overlooked(residency: ResidencyClass, topology: Topology) -> None:
    """Raises Impossible where CRUSH would leave groups without a piece that has a place."""
    for place, domains, pieces, groups in _draws(residency, topology):
        coded = residency.spread.coding is not None and pieces == residency.spread.pieces
        missed = groups * missing(domains, pieces, TRIES_OF_CODED if coded else _TRIES)
        if missed > _MOST_MISSED:
            why, cure = "which are so many", "add others"
            if len(set(domains)) > 1:
                why = "whose sizes differ so much"
                cure = "give the small ones more storage, add others"
            raise Impossible(
                f"needs {pieces} of {len(domains)} {place}, {why} that CRUSH would overlook some: "
                f"of {groups} placement groups {missed:.3g} would lack a piece, and allowed is "
                f"{_MOST_MISSED}; {cure}, or ask for fewer copies"
            )


def missing(domains: Sequence[int], pieces: int, tries: int = _TRIES) -> float:
    """The chance that a group's draws show fewer domains than it has pieces, at most 1.

    ``domains`` are their sizes, at least as many as there are ``pieces``. It is the sum over all
    sets of domains that are one too small, of the chance that no draw leaves the set; so it counts
    a little twice where the chance is large.
    """
    sizes = [max(1, round(size * _GRAIN / max(domains))) for size in domains]
    total, draws = sum(sizes), pieces - 1 + tries
    sets = _sums(sizes, pieces - 1)
    return min(1.0, sum(times * (size / total) ** draws for size, times in sets.items()))


def _sums(sizes: Sequence[int], number: int) -> Counter[int]:
    """What each set of ``number`` domains weighs together, to how many such sets there are."""
    found = [Counter({0: 1}), *(Counter[int]() for _ in range(number))]
    for size in sizes:
        for larger, smaller in zip(reversed(found), reversed(found[:-1]), strict=False):
            for weight, times in smaller.items():
                larger[weight + size] += times
    return found[number]


def _draws(
    residency: ResidencyClass, topology: Topology
) -> Iterator[tuple[str, list[int], int, int]]:
    """Each step in which CRUSH draws: among what, their sizes, how many, for how many groups."""
    spread = residency.spread
    sites = {name: topology.sites[name] for name in residency.pieces_in}
    if spread.boundary is None:
        groups = max(residency.data_pgs, residency.metadata_pgs)
        yield "data centres", [site.raw for site in sites.values()], len(sites), groups
        if spread.per_domain == 1:
            return
    for name, site in sites.items():
        sizes = [sum(devices) for devices in spread.domains(site)]
        word = "hosts" if len(sizes) == len(site.hosts) else "disks"
        for pieces, groups in residency.pools_in(name):
            yield f"{word} of {name}", sizes, pieces, groups
