"""Whether copies lie where an institution was promised that they lie.

Owns the judgement, from what Ceph reports and from where the daemons were started. Doesn't own how
either is learned, and doesn't look at CRUSH rules: a wrong rule shows in what it does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.ceph.blueprint import Promise


@dataclass(frozen=True)
class PlacementGroup:
    """A placement group as Ceph reports it: the OSDs that should serve it, and that do."""

    pool: str
    name: str
    state: str
    up: tuple[int, ...]
    acting: tuple[int, ...]


def outside(
    groups: Iterable[PlacementGroup], promise: Promise, centre_of: Mapping[int, str]
) -> list[str]:
    """Every copy outside the promised data centres, in words."""
    return [
        f"{group.name} of {group.pool} has osd.{osd} in {centre_of.get(osd, 'no data centre')}"
        for group in _of(groups, promise)
        for osd in sorted({*group.up, *group.acting})
        if centre_of.get(osd) not in promise.centres
    ]


def incomplete(
    groups: Iterable[PlacementGroup], promise: Promise, centre_of: Mapping[int, str]
) -> list[str]:
    """Every group with fewer copies than promised, or with two where they must lie apart."""
    found = []
    for group in _of(groups, promise):
        for osds in (group.up, group.acting):
            apart = {centre_of.get(osd) for osd in osds} if len(promise.centres) > 1 else set(osds)
            if not promise.copies == len(osds) == len(apart):
                found.append(f"{group.name} of {group.pool} lies on {_named(osds)}")
    return found


def _of(groups: Iterable[PlacementGroup], promise: Promise) -> Iterator[PlacementGroup]:
    pools = {f"{promise.filesystem}-metadata", f"{promise.filesystem}-data"}
    return (group for group in groups if group.pool in pools)


def _named(osds: Sequence[int]) -> str:
    return ", ".join(f"osd.{osd}" for osd in osds) or "no OSD"
