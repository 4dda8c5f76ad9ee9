"""How copies share unequal hosts and devices: what these hold together, what the busiest one gets.

Owns the arithmetic of copies that must lie in different domains. Doesn't own which limits follow
from it (:mod:`components.placement.budgets`).

Ceph gives a device placement groups in proportion to its size, but never two copies of one group to
a domain. So a domain that is larger than the others together can't be filled: with two copies, a
host of 10Ti beside one of 1Ti holds 1Ti of examinations, not 5.5Ti.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def fillable(sizes: Sequence[int], copies: int) -> Fraction:
    """The most data, before copies, whose copies lie in different domains of these sizes.

    It is the largest t with sum(min(size, t)) >= copies * t; there must be ``copies`` domains.
    """
    ascending = sorted(sizes)
    for wanted in range(copies, 1, -1):
        even = Fraction(sum(ascending), wanted)
        if ascending[-1] <= even:
            return even
        ascending.pop()  # this domain holds a copy of everything
    return Fraction(sum(ascending))


def busiest(domains: Sequence[Sequence[int]], copies: int) -> Fraction:
    """The share of all placement groups of which the busiest device holds a copy.

    ``domains`` are the sizes of the devices in each; the share is the one to which Ceph's balancer
    evens the groups out.
    """
    even = fillable([sum(devices) for devices in domains], copies)
    return max(max(devices) / max(even, Fraction(sum(devices))) for devices in domains)
