"""The proof for one environment: its map through the real ``crushtool``, judged pool by pool.

Owns the order of the steps and the figures. Doesn't own map, program or judgement.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from components.catalog import Catalog, Survive
from components.placement import place
from components.storage import RepositorySpec
from components.storage.repository_manifests import subvolume_group
from tests.crush.crush_map import Pool, Resources, crush_map, osds, pools
from tests.crush.crushtool import CompiledMap, Crushtool, MapRefused
from tests.crush.judge import KINDS, Bench, Judgement, Promise


@dataclass(frozen=True)
class Proof:
    """What was proved of an environment.

    Attributes:
        environment: its name.
        rules: CRUSH rules tested, one for each pool.
        groups: placement groups mapped.
        judgements: (filesystem, promise) to what was found, for each of the filesystem's pools.
        refused: why the map isn't one, or None.
    """

    environment: str
    rules: int
    groups: int
    judgements: dict[tuple[str, Promise], tuple[Judgement, ...]]
    refused: str | None = None

    @property
    def each(self) -> list[Judgement]:
        """Every judgement."""
        return [each for found in self.judgements.values() for each in found]

    @property
    def violations(self) -> list[str]:
        """Everything that breaks a promise."""
        if self.refused is not None:
            return [f"crushtool refuses the map: {self.refused}"]
        return [violation for each in self.each for violation in each.violations]

    @property
    def losses(self) -> int:
        """Disks, hosts and data centres taken away, one at a time."""
        return sum(each.losses for each in self.each)

    @property
    def unevenness(self) -> float | None:
        """How far the worst OSD is from even, None where no pool had enough groups to tell."""
        return max(
            (each.unevenness for each in self.each if each.unevenness is not None), default=None
        )


def prove(
    tool: Crushtool, catalog: Catalog, resources: Resources, groups: int, folder: Path
) -> Proof:
    """Map ``groups`` placement groups of every pool, and judge them by every promise."""
    devices, used = osds(resources), pools(resources)
    try:
        compiled = tool.compile(crush_map(devices, used), folder)
    except MapRefused as refused:
        return Proof(catalog.environment, len(used), 0, {}, str(refused))
    promised = promises(catalog)
    bench = Bench(devices)
    found: defaultdict[tuple[str, Promise], list[Judgement]] = defaultdict(list)
    for batch, inputs in _batches(used, groups):
        mapped = compiled.mappings(_rules(batch), batch[0].size, inputs)
        for pool in batch:
            for promise in promised[pool.filesystem]:
                judgement = bench.judge(pool, promise, mapped[pool.number])
                found[pool.filesystem, promise].append(judgement)
    judgements = {each: tuple(judged) for each, judged in found.items()}
    return Proof(catalog.environment, len(used), groups * len(used), judgements)


def promises(catalog: Catalog) -> dict[str, frozenset[Promise]]:
    """Filesystem to what was promised to those who store in it."""
    found: defaultdict[str, set[Promise]] = defaultdict(set)
    for name, residency in place(catalog).of.items():
        institution = catalog.institutions[name]
        group = subvolume_group(RepositorySpec(name, residency.name, institution.capacity))
        promise = Promise.of(institution, list(catalog.platform.data_centres))
        found[group["spec"]["filesystemName"]].add(promise)
    return {name: frozenset(each) for name, each in found.items()}


def stopped(proof: Proof, filesystem: str, promise: Promise) -> bool:
    """Whether a promised loss leaves too few pieces in some pool to be served."""
    losses = [loss for loss in KINDS if loss <= promise.survive]
    judged = proof.judgements[filesystem, promise]
    return any(each.stops(loss) for each in judged for loss in losses)


def examinations(proof: Proof, filesystem: str) -> Judgement:
    """What was found in the pool of a filesystem in which its examinations lie."""
    judged = [
        judgement
        for (name, _), found in proof.judgements.items()
        if name == filesystem
        for judgement in found
        if judgement.pool.kind != "metadata"
    ]
    return next((each for each in judged if each.pool.coded), judged[0])


def unevenness(compiled: CompiledMap, bench: Bench, pool: Pool, groups: int) -> float | None:
    """How far the worst OSD of one pool is from even, over more groups than all pools need."""
    mapped = compiled.mappings(_rules([pool]), pool.size, range(groups))
    free = Promise(frozenset(), each=False, copies=0, survive=Survive.NONE)
    return bench.judge(pool, free, mapped[pool.number]).unevenness


def _batches(used: tuple[Pool, ...], groups: int) -> Iterator[tuple[list[Pool], range]]:
    """Pools that one run of ``crushtool`` tests: it loads a large map for most of a second.

    Each batch has inputs of its own, so that a filesystem's pools don't get the same places.
    """
    batches = groupby(used, lambda pool: (pool.size, pool.kind))
    for number, (_, batch) in enumerate(batches):
        yield list(batch), range(number * groups, (number + 1) * groups)


def _rules(batch: list[Pool]) -> range:
    return range(batch[0].number, batch[-1].number + 1)
