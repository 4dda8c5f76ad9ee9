"""The storage that CRUSH sees: data centres, their hosts, the devices on each.

Owns the shape in which placement counts failure domains. Doesn't own the machines' other sides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.catalog import DeviceClass

if TYPE_CHECKING:
    from components.catalog import Platform


@dataclass(frozen=True)
class Host:
    """A machine with storage.

    Attributes:
        name: its host name, which is its CRUSH bucket.
        devices: the sizes in bytes of the devices that hold examinations; one OSD each.
    """

    name: str
    devices: tuple[int, ...]


@dataclass(frozen=True)
class Site:
    """A data centre's storage; a site without hosts stores nothing."""

    name: str
    hosts: tuple[Host, ...]

    @property
    def osds(self) -> int:
        """How many OSDs lie here."""
        return sum(len(host.devices) for host in self.hosts)

    @property
    def raw(self) -> int:
        """Its raw capacity in bytes."""
        return sum(size for host in self.hosts for size in host.devices)


@dataclass(frozen=True)
class Topology:
    """The storage of an environment.

    Attributes:
        sites: every data centre by name, those without storage among them.
        device_class: what all of the counted devices are made of.
    """

    sites: Mapping[str, Site]
    device_class: DeviceClass


def device_classes(platform: Platform) -> frozenset[DeviceClass]:
    """The classes of device that the machines have."""
    return frozenset(
        device.device_class for machine in platform.machines for device in machine.devices
    )


def from_platform(platform: Platform, device_class: DeviceClass) -> Topology:
    """The devices of one class, as CRUSH will see them."""
    hosts: dict[str, list[Host]] = {name: [] for name in platform.data_centres}
    for machine in platform.machines:
        sizes = tuple(d.size for d in machine.devices if d.device_class is device_class)
        if sizes:
            hosts[machine.data_centre].append(Host(machine.name, sizes))
    return Topology({name: Site(name, tuple(found)) for name, found in hosts.items()}, device_class)
