"""What the institutions were promised and what an environment is made of, as stack files say it.

Owns a reading of the stack files that is independent of the program's own: a pack that trusted the
code which made the resources would repeat its mistakes. Doesn't own any judgement.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from pathlib import Path
from typing import Any, Final

import yaml
from judging.subject import Stack

STACKS: Final = Path(__file__).resolve().parents[2] / "stacks"
LOSSES: Final = ("none", "disk", "host", "data-centre")
"""Losses that a promise may name, smallest first."""
_UNITS: Final = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")
_SECONDS: Final = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}

Network = IPv4Network | IPv6Network


@dataclass(frozen=True)
class Promise:
    """One institution's promise.

    Attributes:
        institution: whose.
        home: its regional data centre.
        boundary: the one data centre that may hold copies, or None for every data centre.
        copies: of every object, at least.
        survive: the largest loss that may lose nothing.
        capacity: in bytes, before copies.
        coded: whether erasure-coded chunks may stand for the copies.
        recovery_point: in hours, or None where no snapshot is promised.
        grants: what other institutions may do here: query, retrieve, store.
        destinations: addresses to which C-MOVE may send.
        networks: networks whose DICOM peers may connect with TLS.
        plaintext: networks whose DICOM peers may connect without.
        armed: whether its owner armed the destruction of its stack.
    """

    institution: str
    home: str
    boundary: str | None
    copies: int
    survive: str
    capacity: int
    coded: bool
    recovery_point: float | None
    grants: Mapping[str, frozenset[str]]
    destinations: frozenset[Network]
    networks: frozenset[Network]
    plaintext: frozenset[Network]
    armed: bool


@dataclass(frozen=True)
class Machine:
    """One machine: its name, its data centre, and the bytes of each device that Ceph gets."""

    name: str
    data_centre: str
    worker: bool
    devices: Mapping[str, int]


@dataclass(frozen=True)
class Environment:
    """What an environment is made of.

    Attributes:
        machines: by name.
        data_centres: all of them.
        domain: below which institutions have host names, or None.
        file_server: whether its stack asks for a file server in Ceph's place.
        simulated: whether no byte is stored in it.
        armed: whether the platform's destruction is armed.
        host_keys: type and key of each machine's SSH server, by address, where SSH reaches it.
    """

    machines: Mapping[str, Machine]
    data_centres: frozenset[str]
    domain: str | None
    file_server: bool
    simulated: bool
    armed: bool
    host_keys: Mapping[IPv4Address | IPv6Address, str]


@cache
def institutions(environment: str) -> dict[str, Promise]:
    """Every institution's promise in an environment, by its name. Read once a run."""
    prefix = f"Pulumi.{environment}."
    files = STACKS.glob(f"{prefix}*.yaml")
    names = {path.name.removeprefix(prefix).removesuffix(".yaml"): path for path in files}
    return {
        name: _promise(environment, name, _config(path)) for name, path in sorted(names.items())
    }


@cache
def platform(environment: str) -> Environment:
    """What an environment is made of. Raises ValueError if it has no stack file."""
    path = STACKS / f"Pulumi.{environment}.yaml"
    if not path.is_file():
        raise ValueError(f"{environment} has no stack file {path.name}")
    config = _config(path)
    said = config["imaging:platform"]
    machines = [_machine(each) for each in said["machines"]]
    return Environment(
        machines={machine.name: machine for machine in machines},
        data_centres=frozenset(said["dataCentres"]),
        domain=said.get("domain"),
        file_server=said["storage"]["backend"] == "nfs",
        simulated=said["cluster"]["kind"] == "simulated",
        armed=config.get("imaging:armDestroy") == environment,
        host_keys={
            ip_address(each["address"]): " ".join(str(each.get("hostKey")).split()[:2])
            for each in said["machines"]
            if "address" in each
        },
    )


def armed(stack: Stack) -> bool:
    """Whether the destruction of a stack is armed, in its own file (docs/destruction.md)."""
    if stack.institution:
        promise = institutions(stack.environment).get(stack.institution)
        return promise is not None and promise.armed
    return platform(stack.environment).armed


def in_bytes(quantity: object) -> int:
    """Read a Kubernetes quantity such as 20Ti. Raises ValueError for what isn't one."""
    match = re.fullmatch(r"([0-9]+)([KMGTPE]i)?", str(quantity))
    if match is None:
        raise ValueError(f"{quantity!r} isn't a quantity such as 20Ti")
    power = _UNITS.index(match[2] or "")
    return int(match[1]) << (10 * power)


def in_hours(duration: object) -> float:
    """Read a duration such as 90m or 24h. Raises ValueError for what isn't one."""
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d)", str(duration))
    if match is None:
        raise ValueError(f"{duration!r} isn't a duration such as 24h")
    return float(match[1]) * _SECONDS[match[2]] / _SECONDS["h"]


def _config(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))["config"]
    return found


def _promise(environment: str, name: str, config: Mapping[str, Any]) -> Promise:
    said = config["imaging:institution"]
    replication, dicom = said["replication"], said.get("dicom") or {}
    point = said.get("recoveryPoint")
    return Promise(
        institution=name,
        home=said["home"],
        boundary=said["home"] if replication["where"] == "home-data-centre" else None,
        copies=int(replication["copies"]),
        survive=str(replication["survive"]),
        capacity=in_bytes(said["capacity"]),
        coded=replication.get("storageEfficiency") == "erasure-coded",
        recovery_point=None if point is None else in_hours(point),
        grants={
            grant["institution"]: frozenset(grant["may"]) for grant in said.get("access") or ()
        },
        destinations=_networks(each["address"] for each in dicom.get("moveDestinations") or ()),
        networks=_networks(dicom.get("networks") or ()),
        plaintext=_networks(dicom.get("plaintextNetworks") or ()),
        armed=config.get("imaging:armDestroy") == f"{environment}.{name}",
    )


def _networks(said: Any) -> frozenset[Network]:  # noqa: ANN401 - parsed YAML
    return frozenset(ip_network(str(each)) for each in said)


def _machine(said: Mapping[str, Any]) -> Machine:
    devices = {each["name"]: in_bytes(each["size"]) for each in said.get("devices") or ()}
    worker = said["role"] == "worker"
    return Machine(said["name"], said["dataCentre"], worker, devices)
