"""What the institutions were promised, as their stack files say it, and each environment's floor.

Owns a reading of the stack files that is independent of the program's own: a pack that trusted the
code which made the resources would repeat its mistakes. Doesn't own any judgement.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

STACKS: Final = Path(__file__).resolve().parents[2] / "stacks"
LOSSES: Final = ("none", "disk", "host", "data-centre")
"""Losses that a promise may name, smallest first."""
_UNITS: Final = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")


@dataclass(frozen=True)
class Promise:
    """One institution's promise.

    Attributes:
        institution: whose.
        boundary: the one data centre that may hold copies, or None for every data centre.
        copies: of every object, at least.
        survive: the largest loss that may lose nothing.
        capacity: in bytes, before copies.
        coded: whether erasure-coded chunks may stand for the copies.
    """

    institution: str
    boundary: str | None
    copies: int
    survive: str
    capacity: int
    coded: bool = False


@dataclass(frozen=True)
class Floor:
    """What no stack file of an environment may go below.

    Attributes:
        copies: of every object.
        min_size: copies without which Ceph stops serving.
        file_server: whether a file server may take Ceph's place.
    """

    copies: int
    min_size: int
    file_server: bool = False


_STRICT: Final = Floor(copies=2, min_size=2)
_FLOORS: Final = {
    # The article's machines have one partition each, so a home there holds one copy.
    "poc": Floor(copies=1, min_size=1),
    "comparison": Floor(copies=1, min_size=1, file_server=True),
}


def floor(environment: str) -> Floor:
    """The environment's floor; one that isn't listed gets the strictest."""
    return _FLOORS.get(environment, _STRICT)


def promises(environment: str, folder: Path = STACKS) -> dict[str, Promise]:
    """Every institution's promise in an environment, by its name."""
    prefix = f"Pulumi.{environment}."
    files = folder.glob(f"{prefix}*.yaml")
    names = {path.name.removeprefix(prefix).removesuffix(".yaml"): path for path in files}
    return {name: _promise(name, path) for name, path in sorted(names.items())}


def in_bytes(quantity: object) -> int:
    """Read a Kubernetes quantity such as 20Ti. Raises ValueError for what isn't one."""
    match = re.fullmatch(r"([0-9]+)([KMGTPE]i)?", str(quantity))
    if match is None:
        raise ValueError(f"{quantity!r} isn't a quantity such as 20Ti")
    power = _UNITS.index(match[2] or "")
    return int(match[1]) << (10 * power)


def _promise(name: str, path: Path) -> Promise:
    said = yaml.safe_load(path.read_text(encoding="utf-8"))["config"]["imaging:institution"]
    replication = said["replication"]
    return Promise(
        institution=name,
        boundary=said["home"] if replication["where"] == "home-data-centre" else None,
        copies=int(replication["copies"]),
        survive=str(replication["survive"]),
        capacity=in_bytes(said["capacity"]),
        coded=replication.get("storageEfficiency") == "erasure-coded",
    )
