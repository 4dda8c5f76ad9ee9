"""Builds what the tests of catalogue and placement start from: stack files, catalogues, topologies.

Owns the smallest good platform and institution, and how to change them. Doesn't own any assertion.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest
import yaml

from components.catalog import Catalog, DeviceClass, Refusal, Refused, load
from components.catalog.catalog import parse
from components.catalog.stack_files import INSTITUTION_KEY, PLATFORM_KEY, StackFile
from components.placement import Host, Site, Topology, place

KeyPath = tuple[str | int, ...]
AMBIENT: Final = "pulumi:disable-default-providers"
ABSENT: Final = object()
"""What :func:`changed` takes to remove a key."""
GIB: Final = 2**30


def changed(value: Any, path: KeyPath, new: object) -> Any:  # noqa: ANN401 - YAML
    """A deep copy of ``value`` with ``new`` at ``path``."""
    result = copy.deepcopy(value)
    *parents, last = path
    inside = result
    for step in parents:
        inside = inside[step]
    if new is ABSENT:
        del inside[last]
    else:
        inside[last] = new
    return result


def machine(name: str, centre: str, *sizes: str, kind: str = "ssd") -> dict[str, Any]:
    """A worker with a device of each size."""
    return {
        "name": name,
        "role": "worker",
        "dataCentre": centre,
        "cpu": 8,
        "memory": "64Gi",
        "devices": [
            {"name": f"vd{number}", "size": size, "class": kind}
            for number, size in enumerate(sizes)
        ],
    }


def good_platform() -> dict[str, Any]:
    """Three data centres; each has one worker with two devices of 48Ti."""
    centres = ("lisbon", "porto", "faro")
    control = {**machine("control-1", "lisbon"), "role": "control-plane"}
    workers = [
        machine(f"worker-{number}", name, "48Ti", "48Ti")
        for number, name in enumerate(centres, start=1)
    ]
    return {
        "title": "Test environment",
        "cluster": {"kind": "simulated"},
        "dataCentres": {
            name: {"title": name.title(), "roundTrip": "8ms", "timeZone": "Europe/Lisbon"}
            for name in centres
        },
        "machines": [control, *workers],
        "images": {"dicoogle": "registry.example.org/dicoogle:3.5.1"},
        "storage": {"backend": "ceph"},
    }


def good_institution(title: str = "AVEIRO") -> dict[str, Any]:
    """A copy in every data centre; ``title`` is its AE title."""
    return {
        "title": "Hospital of Aveiro",
        "home": "porto",
        "replication": {"where": "all-data-centres", "copies": 3, "survive": "data-centre"},
        "capacity": "20Ti",
        "recoveryPoint": "1h",
        "access": [],
        "service": {
            "latency": {"p95": "800ms"},
            "availability": 99.9,
            "readers": {"min": 1, "max": 3, "inFlight": 20},
            "openingHours": "Mon-Fri 07:00-20:00",
        },
        "dicom": {
            "aeTitle": title,
            "moveDestinations": [
                {"aeTitle": "WORKSTATION1", "address": "192.0.2.10", "port": 11112}
            ],
        },
    }


@dataclass
class Stacks:
    """The stack files of the environment ``local``, before they are written.

    Attributes:
        platform: what stands below ``imaging:platform``.
        institutions: what stands below ``imaging:institution``, by institution.
        raw: files whose whole content a test decides, by file name.
    """

    platform: Any = field(default_factory=good_platform)
    institutions: dict[str, Any] = field(default_factory=lambda: {"aveiro": good_institution()})
    raw: dict[str, bytes] = field(default_factory=dict)

    @contextmanager
    def folder(self) -> Iterator[Path]:
        """Write them to a folder called ``stacks`` that lasts as long as the context."""
        with TemporaryDirectory() as checkout:
            folder = Path(checkout, "stacks")
            folder.mkdir()
            contents = {"Pulumi.local.yaml": stack_file(PLATFORM_KEY, self.platform)}
            for name, value in self.institutions.items():
                contents[f"Pulumi.local.{name}.yaml"] = stack_file(INSTITUTION_KEY, value)
            for name, content in {**contents, **self.raw}.items():
                (folder / name).write_bytes(content)
            yield folder

    def load(self) -> Catalog:
        """The catalogue of these files. Raises Refused."""
        with self.folder() as folder:
            return load(folder, "local")

    def refusals(self) -> tuple[Refusal, ...]:
        """Why these files are refused; fails where they aren't."""
        with pytest.raises(Refused) as refused:
            self.load()
        return refused.value.refusals


def stack_file(key: str, value: object) -> bytes:
    """A whole stack file with ``value`` below its one imaging key."""
    config = {AMBIENT: ["kubernetes"], key: value}
    return yaml.safe_dump({"config": config}, allow_unicode=True, sort_keys=False).encode()


Numbers = Mapping[str, Sequence[Sequence[int]]]
"""A topology in numbers: data centre to hosts, each the sizes of its devices in GiB."""


def topology(numbers: Numbers, device_class: DeviceClass = DeviceClass.SSD) -> Topology:
    """The topology that CRUSH would see."""
    sites = {
        name: Site(
            name,
            tuple(
                Host(f"{name}-{index}", tuple(size * GIB for size in sizes))
                for index, sizes in enumerate(hosts)
            ),
        )
        for name, hosts in numbers.items()
    }
    return Topology(sites, device_class)


@dataclass(frozen=True)
class Promise:
    """An institution as far as placement looks at it."""

    home: str
    where: str
    copies: int
    survive: str
    capacity: str = "1Gi"


def catalog(numbers: Numbers, promises: Mapping[str, Promise], kind: str = "ssd") -> Catalog:
    """A catalogue of these disks and promises, cross-checked like one of files."""
    platform = good_platform()
    platform["dataCentres"] = {
        name: {"title": name, "timeZone": "Europe/Lisbon"} for name in numbers
    }
    first = next(iter(numbers))
    platform["machines"] = [
        {**machine("control-1", first), "role": "control-plane"},
        machine("bare-1", first),
        *(
            machine(f"{name}-host-{index}", name, *(f"{size}Gi" for size in sizes), kind=kind)
            for name, hosts in numbers.items()
            for index, sizes in enumerate(hosts)
        ),
    ]
    files = [StackFile("stacks/Pulumi.local.yaml", "local", None, platform)]
    for number, (name, promise) in enumerate(promises.items()):
        value = good_institution(f"AE{number}")
        value |= {"home": promise.home, "capacity": promise.capacity}
        value["replication"] = {
            "where": promise.where,
            "copies": promise.copies,
            "survive": promise.survive,
        }
        files.append(StackFile(f"stacks/Pulumi.local.{name}.yaml", "local", name, value))
    return parse("local", files, (), frozenset(promises))


def placement_refusals(
    numbers: Numbers, promises: Mapping[str, Promise], kind: str = "ssd"
) -> tuple[Refusal, ...]:
    """Why these promises can't be kept on these disks; fails where they can."""
    found = catalog(numbers, promises, kind)
    with pytest.raises(Refused) as refused:
        place(found)
    return refused.value.refusals
