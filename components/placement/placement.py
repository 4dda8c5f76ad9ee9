"""The placement of a whole environment: a residency class for each institution.

Owns how promises share classes, and what people should know of a placement that is allowed.
Doesn't own Rook's resources.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from components.catalog import DeviceClass, Isolation, Refusal, Refused, Survive
from components.catalog.platform import NfsStorage
from components.catalog.stack_files import INSTITUTION_KEY, PLATFORM_KEY
from components.placement import budgets, file_server, losses, memory
from components.placement.decision import Impossible, decide
from components.placement.reach import refuse_what_is_overlooked
from components.placement.residency import ResidencyClass, minimum_size, residency_class
from components.placement.topology import Topology, device_classes, from_platform

if TYPE_CHECKING:
    from components.catalog import Catalog, Platform
    from components.catalog.institution import Institution


_TWO: Final = 2


@dataclass(frozen=True)
class Placement:
    """Where every institution's examinations lie.

    Attributes:
        topology: the storage that was counted.
        of: institution to its residency class; institutions with like promises share one.
    """

    topology: Topology
    of: Mapping[str, ResidencyClass]

    @property
    def classes(self) -> tuple[ResidencyClass, ...]:
        """The classes in use, by name."""
        used = {found.name: found for found in self.of.values()}
        return tuple(used[name] for name in sorted(used))


def place(catalog: Catalog) -> Placement:
    """Decide every institution's placement. Raises Refused with all that can't be kept."""
    topology = _topology(catalog)
    classes: dict[str, ResidencyClass] = {}
    refusals: list[Refusal] = []
    for name, institution in catalog.institutions.items():
        try:
            file_server.refuse_what_it_cannot_keep(institution, catalog.platform.storage)
            classes[name] = _class_of(name, institution, topology)
        except Impossible as impossible:
            key = f"{INSTITUTION_KEY}.replication"
            refusals.append(Refusal(catalog.file(name), key, f"{name} {impossible}."))
    classes = _strictest(classes)
    refusals.extend(budgets.check(catalog, topology, classes))
    refusals.extend(memory.check(catalog, classes))
    if refusals:
        raise Refused(refusals)
    return Placement(topology, classes)


def _class_of(name: str, institution: Institution, topology: Topology) -> ResidencyClass:
    """The class that one promise needs. Raises Impossible."""
    spread = decide(institution, topology)
    risky = institution.replication.survive is Survive.NONE
    least = minimum_size(spread.size, one_copy_may_serve=risky)
    alone = name if institution.isolation is Isolation.HARD else None
    residency = residency_class(spread, least, topology, alone)
    refuse_what_is_overlooked(residency, topology)
    return residency


def notices(placement: Placement) -> tuple[str, ...]:
    """What is allowed, but what somebody should know before it happens at night."""
    return (*_monitors(placement), *_waits(placement), *_no_spare_hosts(placement))


def _no_spare_hosts(placement: Placement) -> tuple[str, ...]:
    return tuple(
        f"{found.name}: {sentence}"
        for found in placement.classes
        for sentence in losses.no_spare_host(found, placement.topology)
    )


def _monitors(placement: Placement) -> tuple[str, ...]:
    """Three monitors can't stand in two data centres without most of them standing in one."""
    sites = sorted(name for name, site in placement.topology.sites.items() if site.hosts)
    if len(sites) != _TWO:
        return ()
    sentence = (
        f"two of Ceph's three monitors stand in one of {' and '.join(sites)}, so its loss stops "
        "reads and writes everywhere, and nothing is lost; a third data centre would cure that"
    )
    return (sentence,)


def _waits(placement: Placement) -> tuple[str, ...]:
    return tuple(
        f"{found.name}: every copy must be up for writes ({found.min_size} of "
        f"{found.spread.size}), so the loss or restart of one {found.spread.failure_domain} in "
        f"{found.spread.crush_root} stops them until it is back; a further copy would cure that"
        for found in placement.classes
        if found.min_size == found.spread.size > 1
    )


def _topology(catalog: Catalog) -> Topology:
    storage = catalog.platform.storage
    if isinstance(storage, NfsStorage):
        return file_server.topology(catalog.platform, storage)
    chosen = _device_class(catalog.platform, storage.device_class, catalog.file())
    return from_platform(catalog.platform, chosen)


def _device_class(platform: Platform, chosen: DeviceClass | None, file: str) -> DeviceClass:
    found = device_classes(platform)
    if chosen in found:
        return chosen
    if chosen is None and len(found) == 1:
        return next(iter(found))
    names = ", ".join(sorted(found)) or "no device at all"
    wanted = f"asks for {chosen} devices" if chosen else "doesn't say which devices to use"
    raise Refused(
        [
            Refusal(
                file,
                f"{PLATFORM_KEY}.storage.deviceClass",
                f"{wanted}, and the workers have {names}; name one that they have",
            )
        ]
    )


def _strictest(classes: Mapping[str, ResidencyClass]) -> dict[str, ResidencyClass]:
    """Sharing a class never lowers a promise: its minimum size is the highest that one asks."""
    least: dict[str, int] = {}
    for found in classes.values():
        least[found.name] = max(found.min_size, least.get(found.name, 0))
    return {name: replace(found, min_size=least[found.name]) for name, found in classes.items()}
