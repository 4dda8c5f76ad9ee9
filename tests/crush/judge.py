"""Judges the mappings of one pool by what its institutions were promised.

Owns the judgement: boundary, copies, domains, losses, evenness. Doesn't own where promises or
mappings come from. It knows OSDs and promises, and takes nothing from ``components.placement``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from components.catalog import Institution, Survive, Where
from components.catalog.vocabulary import StorageEfficiency
from tests.crush.crush_map import ROOT, Osd, Pool
from tests.crush.crushtool import Mapping

UNEVEN: Final = 0.15
"""How far an OSD's load may be from even by weight."""
_ENOUGH: Final = 1000
"""Copies on an OSD from which its load says something: chance alone moves fewer by over 3 %."""
KINDS: Final = {Survive.DISK: "osd", Survive.HOST: "host", Survive.DATA_CENTRE: "datacenter"}
"""The CRUSH type of what each loss takes."""


@dataclass(frozen=True)
class Promise:
    """What institutions of a class were promised.

    Attributes:
        centres: the data centres that may hold copies.
        each: whether each of them must.
        copies: of every object, at least.
        survive: the largest loss that may lose nothing.
        coded: whether chunks may stand for the copies.
    """

    centres: frozenset[str]
    each: bool
    copies: int
    survive: Survive
    coded: bool = False

    @staticmethod
    def of(institution: Institution, centres: Sequence[str]) -> Promise:
        """Read an institution's promise; ``centres`` are the environment's data centres."""
        asked = institution.replication
        each = asked.where is Where.ALL_DATA_CENTRES
        where = frozenset(centres if each else [institution.home])
        coded = asked.storage_efficiency is StorageEfficiency.ERASURE_CODED
        return Promise(where, each, asked.copies, asked.survive, coded)


@dataclass(frozen=True)
class Judgement:
    """What was found in one pool's mappings.

    Attributes:
        pool: in which.
        violations: what breaks a promise, each a sentence.
        losses: how many disks, hosts and data centres were taken away, one at a time.
        left: loss to the fewest pieces that it leaves of a group, whichever item it takes.
        unevenness: how far the worst OSD is from even, None with too few groups to tell.
    """

    pool: Pool
    violations: tuple[str, ...]
    losses: int
    left: dict[Survive, int]
    unevenness: float | None

    def stops(self, loss: Survive) -> bool:
        """Whether a loss leaves too few pieces of some group for Ceph to serve it."""
        return self.left[loss] < self.pool.min_size


@dataclass(frozen=True)
class Bench:
    """What a judge knows of an environment: its OSDs by number."""

    osds: tuple[Osd, ...]

    def judge(self, pool: Pool, promise: Promise, places: Counter[Mapping]) -> Judgement:
        """Judge where the groups of a pool lie by a promise to one who uses it."""
        left = {loss: self._left(places, kind) for loss, kind in KINDS.items()}
        uneven = self._unevenness(pool, places)
        violations = [
            *self._boundary(promise, places),
            *self._copies(pool, promise, places),
            *self._domains(pool, places),
            *_lost(pool, promise, left),
        ]
        if uneven is not None and uneven > UNEVEN:
            violations.append(f"an OSD's load is {uneven:.0%} from even by weight")
        return Judgement(
            pool=pool,
            violations=tuple(f"{pool.name}: {violation}" for violation in violations),
            losses=sum(len(items) for items in left.values()),
            left={loss: min(items.values(), default=0) for loss, items in left.items()},
            unevenness=uneven,
        )

    def _boundary(self, promise: Promise, places: Counter[Mapping]) -> Iterator[str]:
        outside = absent = 0
        for place, times in places.items():
            centres = {self.osds[osd].data_centre for osd in place}
            outside += times * (not centres <= promise.centres)
            absent += times * (promise.each and not centres >= promise.centres)
        if outside:
            yield f"{outside} groups have a copy outside {', '.join(sorted(promise.centres))}"
        if absent:
            yield f"{absent} groups have no copy in one of {', '.join(sorted(promise.centres))}"

    def _copies(self, pool: Pool, promise: Promise, places: Counter[Mapping]) -> Iterator[str]:
        worth = pool.size - pool.restoring + 1
        if worth < promise.copies:
            coded = f", of which {pool.restoring} chunks restore an object" if pool.coded else ""
            yield f"its size is {pool.size}{coded}, and {promise.copies} copies were promised"
        if pool.coded and not promise.coded:
            yield "it keeps chunks, and whole copies were promised"
        if pool.min_size <= pool.restoring and promise.survive > Survive.NONE:
            yield f"a write may rest on {pool.min_size} {_pieces(pool)}, with none to spare"
        short = sum(times for place, times in places.items() if len(set(place)) < pool.size)
        if short:
            yield f"{short} groups have fewer than {pool.size} {_pieces(pool)}"
        wrong = {
            self.osds[osd].device_class
            for place in places
            for osd in place
            if pool.device_class not in {"", self.osds[osd].device_class}
        }
        if wrong:
            yield f"copies lie on {', '.join(sorted(wrong))}, not on {pool.device_class}"

    def _domains(self, pool: Pool, places: Counter[Mapping]) -> Iterator[str]:
        allowed = {pool.failure_domain: pool.per_domain}
        if pool.sub_domain:
            allowed[pool.sub_domain] = 1
        for kind, most in allowed.items():
            crowded = sum(
                times for place, times in places.items() if self._most(place, kind) > most
            )
            if crowded:
                yield f"{crowded} groups have more than {most} copies in one {kind}"

    def _most(self, place: Mapping, kind: str) -> int:
        return max(Counter(self.osds[osd].bucket(kind) for osd in set(place)).values(), default=0)

    def _left(self, places: Counter[Mapping], kind: str) -> dict[str, int]:
        """Each item of a kind to the fewest copies that its loss leaves of a group."""
        left: dict[str, int] = {}
        for place in places:
            copies = set(place)
            for item, taken in Counter(self.osds[osd].bucket(kind) for osd in copies).items():
                left[item] = min(left.get(item, len(copies)), len(copies) - taken)
        return left

    def _unevenness(self, pool: Pool, places: Counter[Mapping]) -> float | None:
        load: Counter[int] = Counter()
        for place, times in places.items():
            for osd in place:
                load[osd] += times
        even = self._even(pool, places.total())
        if not even or min(even.values()) < _ENOUGH:
            return None
        return max(abs(load[osd] / fair - 1) for osd, fair in even.items())

    def _even(self, pool: Pool, groups: int) -> dict[int, float]:
        """OSD to its fair load: by weight, but at most ``per_domain`` copies a group in a domain.

        What a domain can't take falls to the others, by weight again.
        """
        domains: defaultdict[str, list[Osd]] = defaultdict(list)
        for osd in self.osds:
            below = pool.root in {ROOT, osd.data_centre, osd.host}
            if below and pool.device_class in {"", osd.device_class}:
                domains[osd.bucket(pool.failure_domain)].append(osd)
        fair: dict[int, float] = {}
        copies, weight = (
            float(pool.size),
            sum(osd.weight for each in domains.values() for osd in each),
        )
        for inside in sorted(domains.values(), key=lambda each: -sum(osd.weight for osd in each)):
            own = sum(osd.weight for osd in inside)
            share = min(float(pool.per_domain), copies * own / weight)
            fair |= {osd.number: groups * share * osd.weight / own for osd in inside}
            copies, weight = copies - share, weight - own
        return fair


def _lost(pool: Pool, promise: Promise, left: dict[Survive, dict[str, int]]) -> Iterator[str]:
    left_over = "too few chunks" if pool.coded else "no copy"
    for loss, items in left.items():
        if loss <= promise.survive:
            for item in sorted(item for item, few in items.items() if few < pool.restoring):
                yield f"the loss of the {loss} {item} leaves {left_over} of a group"


def _pieces(pool: Pool) -> str:
    return "chunks" if pool.coded else "copies"
