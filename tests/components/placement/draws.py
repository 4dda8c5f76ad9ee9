"""Follows CRUSH draw by draw, to hold the chance that it overlooks a piece against it.

Owns an own, exact way to that chance: it shares no code with :mod:`components.placement.reach`, and
sums over what was drawn so far instead of over sets of domains. Doesn't own any law.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from components.placement import Spread, Topology
from components.placement.residency import residency_class
from tests.components.placement.by_hand import grouped

_RETRIES = 50


def too_few(sizes: Sequence[int], pieces: int, draws: int) -> float:
    """The chance that so many draws, by size, show fewer domains than there are pieces."""
    kinds = sorted(Counter(sizes).items())
    chances = {tuple(0 for _ in kinds): 1.0}
    for _ in range(draws):
        after: defaultdict[tuple[int, ...], float] = defaultdict(float)
        for seen, chance in chances.items():
            for at, (size, number) in enumerate(kinds):
                more = (*seen[:at], seen[at] + 1, *seen[at + 1 :])
                after[seen] += chance * size * seen[at] / sum(sizes)
                after[more] += chance * size * (number - seen[at]) / sum(sizes)
        chances = {seen: chance for seen, chance in after.items() if chance}
    return sum(chance for seen, chance in chances.items() if sum(seen) < pieces)


def missed(spread: Spread, topology: Topology) -> float:
    """Groups of the larger pool that lack a copy, on average, at the step where most do."""
    groups = residency_class(spread, 2, topology).data_pgs
    return max(
        groups * too_few(sizes, pieces, pieces + _RETRIES)
        for sizes, pieces in _steps(spread, topology)
    )


def _steps(spread: Spread, topology: Topology) -> Iterator[tuple[list[int], int]]:
    sites = [site for name, site in topology.sites.items() if spread.boundary in {None, name}]
    if spread.boundary is None:
        yield [site.raw for site in sites], len(sites)
    if spread.boundary is not None or spread.per_domain > 1:
        inside = spread.size if spread.boundary else spread.per_domain
        for site in sites:
            yield [sum(each) for each in grouped(spread, site)], inside
