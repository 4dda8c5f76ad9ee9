"""What Ceph's daemons need of the storage machines' memory.

Owns the daemons' sizes and the check that a data centre has room for them. Doesn't own what
institutions' own pods need. Ceph's daemons are killed, not slowed, where memory ends: a rebuilding
OSD takes twice its target (rook/rook#5358), so a quarter of a machine is theirs, and no less.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from components.catalog import Refusal
from components.catalog.stack_files import PLATFORM_KEY

if TYPE_CHECKING:
    from components.catalog import Catalog, Machine, Platform
    from components.placement.residency import ResidencyClass

_GIB: Final = 2**30
MONITOR: Final = 2 * _GIB
MANAGER: Final = _GIB
METADATA_SERVER: Final = 4 * _GIB
"""Of one metadata server; each class has an active one and a standby."""
_LEAST_OSD: Final = 2 * _GIB
_MOST_OSD: Final = 8 * _GIB
_OSDS_PART: Final = 4
"""One part in this many of a machine's memory is its OSDs'."""
_USABLE: Final = 0.8
"""The rest is the operating system's, Kubernetes' and the page cache's."""


def of_osd(platform: Platform) -> int:
    """Bytes for each OSD of the environment, whole GiB: one size, which its poorest machine has."""
    shares = [_share(machine) for machine in platform.machines if machine.devices]
    return max(_LEAST_OSD, min(_MOST_OSD, *shares, _MOST_OSD) // _GIB * _GIB)


def _share(machine: Machine) -> int:
    return machine.memory // _OSDS_PART // len(machine.devices)


def check(catalog: Catalog, classes: Mapping[str, ResidencyClass]) -> Iterator[Refusal]:
    """All refusals of data centres whose workers have too little memory; classes by institution."""
    platform = catalog.platform
    used = {found.name: found for found in classes.values()}.values()
    for centre in sorted(platform.data_centres):
        workers = [
            machine
            for machine in platform.machines
            if machine.devices and machine.data_centre == centre
        ]
        osds = sum(len(machine.devices) for machine in workers)
        servers = sum(_servers(found, centre) for found in used)
        need = osds * of_osd(platform) + MONITOR + MANAGER + servers * METADATA_SERVER
        have = int(sum(machine.memory for machine in workers) * _USABLE)
        if workers and need > have:
            yield Refusal(
                catalog.file(),
                f"{PLATFORM_KEY}.dataCentres.{centre}",
                f"{osds} OSDs, {servers} metadata servers, a monitor and a manager need "
                f"{need // _GIB}Gi of memory in {centre}; its storage machines have "
                f"{have // _GIB}Gi to give. Add memory or machines there, or let institutions "
                "share a class",
            )


def _servers(residency: ResidencyClass, centre: str) -> int:
    """How many of a class's two metadata servers may run in a data centre at the same time."""
    if centre not in residency.pieces_in:
        return 0
    return 2 if residency.spread.boundary else 1
