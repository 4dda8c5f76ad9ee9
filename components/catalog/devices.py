"""Which devices a machine may give to Ceph: named for good, once each, none of the system's disk.

Owns the judgement of names. Doesn't own whether such a device exists and is empty: only the machine
knows that.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from components.catalog.vocabulary import ClusterKind, Role

if TYPE_CHECKING:
    from components.catalog.platform import Machine

_FOR_GOOD: Final = re.compile(r"/dev/disk/by-(partuuid|partlabel|id|path)/.+")
_LABELLED: Final = "/dev/disk/by-partlabel/"


def problems(machine: Machine, kind: ClusterKind) -> Iterator[str]:
    """What is wrong with a machine's devices, a sentence each."""
    names = [device.name for device in machine.devices]
    for name in sorted(each for each, times in Counter(names).items() if times > 1):
        yield f"the device {name!r} of {machine.name} stands twice; remove one"
    if names and machine.role is not Role.WORKER:
        yield (
            f"{machine.name} is a {machine.role} machine; storage devices are allowed on "
            "workers only: move them to a worker, or change its role"
        )
    for name in names:
        if machine.system_disk and _is_part_of(name, machine.system_disk):
            yield (
                f"{name!r} of {machine.name} lies on the disk of its operating system, "
                f"{machine.system_disk}, which would stop with it; give Ceph a disk of its own"
            )
        if kind is not ClusterKind.SIMULATED:
            yield from _unstable(machine.name, name)


def _unstable(machine: str, name: str) -> Iterator[str]:
    if not _FOR_GOOD.fullmatch(name):
        yield (
            f"found {name!r} on {machine}; the kernel may give that name to another disk at the "
            "next start. Name a partition by /dev/disk/by-partuuid/..., a whole disk by "
            "/dev/disk/by-id/... (lsblk -o NAME,PARTUUID and ls -l /dev/disk/by-id show them)"
        )
    elif name.startswith(_LABELLED) and "ceph" in name.lower():
        yield (
            f"found {name!r} on {machine}; Rook passes over a partition whose label contains "
            "'ceph', since it takes it for one in use: name it by its partuuid"
        )


def _is_part_of(device: str, disk: str) -> bool:
    """Whether a name is a disk's own or that of one of its partitions, in any of the usual forms.

    ``sda3`` of ``sda``, ``nvme0n1p3`` of ``nvme0n1``, ``...-part3`` of a by-id or by-path name.
    """
    one, other = (each.removeprefix("/dev/") for each in (device, disk))
    between = "-part" if other.startswith("disk/") else "p" if other[-1:].isdigit() else ""
    return re.fullmatch(rf"{re.escape(other)}({between}[0-9]+)?", one) is not None
