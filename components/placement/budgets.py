"""What all institutions need together of what there is: placement groups, CRUSH rules, weight.

Owns these limits and their refusals, with the numbers. Doesn't own capacity
(:mod:`components.placement.capacity`), which it only asks, nor memory and processors.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from components.catalog import Refusal
from components.catalog.quantities import format_bytes
from components.catalog.stack_files import PLATFORM_KEY
from components.placement import capacity
from components.placement.shares import busiest

if TYPE_CHECKING:
    from components.catalog import Catalog
    from components.placement.residency import ResidencyClass
    from components.placement.topology import Topology

MOST_PGS_PER_OSD: Final = 200
"""Ceph refuses pools beyond 250 (``mon_max_pg_per_osd``); recovery needs the rest."""
MOST_CRUSH_RULES: Final = 256
"""Ceph's limit for a cluster (rook/rook#10805)."""
_RULES_OF_CEPH: Final = 1
MOST_RAW: Final = 65536 * 2**40
"""The weight at which a CRUSH bucket overflows."""


def check(
    catalog: Catalog, topology: Topology, classes: Mapping[str, ResidencyClass]
) -> Iterator[Refusal]:
    """All refusals of what the institutions need together; ``classes`` by institution."""
    used = {found.name: found for found in classes.values()}
    yield from _placement_groups(catalog, topology, used)
    yield from _crush_rules(catalog, used)
    yield from capacity.check(catalog, topology, classes)
    yield from _crush_weight(catalog, topology)


def placement_groups_per_osd(
    topology: Topology, used: Mapping[str, ResidencyClass]
) -> dict[str, float]:
    """Data centre to the placement groups on its busiest OSD, all classes together."""
    load: defaultdict[str, float] = defaultdict(float)
    for found in used.values():
        for centre in found.pieces_in:
            domains = found.spread.domains(topology.sites[centre])
            for pieces, groups in found.pools_in(centre):
                load[centre] += float(groups * busiest(domains, pieces))
    return dict(load)


def _placement_groups(
    catalog: Catalog, topology: Topology, used: Mapping[str, ResidencyClass]
) -> Iterator[Refusal]:
    for centre, load in sorted(placement_groups_per_osd(topology, used).items()):
        if load > MOST_PGS_PER_OSD:
            names = sorted(name for name, found in used.items() if centre in found.pieces_in)
            yield Refusal(
                catalog.file(),
                f"{PLATFORM_KEY}.dataCentres.{centre}",
                f"{len(names)} residency classes ({', '.join(names)}) put {load:.0f} placement "
                f"groups on the busiest OSD of {centre}; allowed are {MOST_PGS_PER_OSD}. Add "
                "devices there, or let institutions share a class by asking for the same number of "
                "copies",
            )


def _crush_rules(catalog: Catalog, used: Mapping[str, ResidencyClass]) -> Iterator[Refusal]:
    rules = _RULES_OF_CEPH + sum(found.rules for found in used.values())
    if rules > MOST_CRUSH_RULES:
        yield Refusal(
            catalog.file(),
            PLATFORM_KEY,
            f"{len(used)} residency classes need {rules} CRUSH rules; one Ceph cluster has "
            f"{MOST_CRUSH_RULES}. Let institutions share classes, or split the environment",
        )


def _crush_weight(catalog: Catalog, topology: Topology) -> Iterator[Refusal]:
    """CRUSH counts a bucket's TiB as a 16.16 fixed-point number."""
    raw = sum(site.raw for site in topology.sites.values())
    if raw >= MOST_RAW:
        yield Refusal(
            catalog.file(),
            f"{PLATFORM_KEY}.machines",
            f"the devices hold {format_bytes(raw)} together; one CRUSH root weighs less than "
            f"{format_bytes(MOST_RAW)}. Split the environment",
        )
