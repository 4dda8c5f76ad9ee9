"""The environments of which the proof is made: those in ``stacks/``, and synthetic ones.

Owns how they are found and built. Doesn't own any judgement.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from components.catalog import Catalog, load
from components.catalog.platform import CephStorage
from components.catalog.stack_files import environments
from tests.components.builders import Numbers, Promise, catalog
from tests.components.placement.coding import coded

STACKS: Final = Path(__file__).resolve().parents[2] / "stacks"
_CENTRES: Final = 50
_HOSTS: Final = 40
_DEVICES: Final = 12
_INSTITUTIONS: Final = 200
_SIZE: Final = 2048
"""GiB. With disks of 16 TiB the compiler refuses the map: a CRUSH bucket weighs at most 65,535,
which is 64 PiB in a root."""
_SHAPES: Final[dict[str, tuple[Numbers, int]]] = {
    "two x 2 hosts": ({name: [[100, 100]] * 2 for name in "ab"}, 4),
    "two x 1 host": ({name: [[100, 100]] for name in "ab"}, 4),
    "three, 2 each": ({name: [[100]] * 3 for name in "abc"}, 6),
}
"""The shapes of "a copy in each data centre" that an environment may have: disks, and copies.

Four and five data centres aren't among them: CRUSH misses a group of 300,000 with four, a few with
five (``test_crush_limits``).
"""
_CODED: Final[dict[str, tuple[Numbers, int]]] = {
    "coded 2+2 of 4": ({"a": [[100, 100]] * 4, "b": [[100]]}, 3),
    "coded 3+2 of 6": ({"a": [[100, 100]] * 6, "b": [[100]]}, 3),
    "coded 4+2 of 7": ({"a": [[100, 100]] * 7, "b": [[100]]}, 3),
    "coded 4+3 of 8": ({"a": [[100, 100]] * 8, "b": [[100]]}, 4),
}
"""The codes that a home may have: disks, and as many copies as the chunks are worth."""
_CODED_COPIES: Final = 3
_CODED_IN: Final = 10
"""In so many of the synthetic environment's data centres an institution asks for coding."""


def names() -> dict[str, int]:
    """Environments that store on Ceph, and shapes; to the groups that each pool is tested with."""
    stacks = [
        name
        for name in environments(STACKS)
        if isinstance(load(STACKS, name).platform.storage, CephStorage)
    ]
    shapes = {**_SHAPES, **_CODED}
    return {**dict.fromkeys(stacks, 100_000), **dict.fromkeys(shapes, 20_000)}


def read(name: str) -> Catalog:
    """Read an environment's stack files, or build a shape."""
    if name in _CODED:
        numbers, copies = _CODED[name]
        at_home = Promise("a", "home-data-centre", copies, "host")
        return replace(coded(numbers, {"hospital": at_home}), environment=name)
    if name not in _SHAPES:
        return load(STACKS, name)
    numbers, copies = _SHAPES[name]
    home = next(iter(numbers))
    everywhere = Promise(home, "all-data-centres", copies, "data-centre")
    return replace(catalog(numbers, {"hospital": everywhere}), environment=name)


def synthetic() -> Catalog:
    """Build 200 institutions in 50 data centres of 40 hosts with 12 disks each.

    Four have the same home; two of them ask for two copies and two for three, so that each two
    share a class. In some data centres the latter ask for erasure coding.
    """
    centres = [f"centre-{number:02}" for number in range(_CENTRES)]
    promises = {
        f"hospital-{number:03}": Promise(
            home=centres[number % _CENTRES],
            where="home-data-centre",
            copies=2 + number // _CENTRES % 2,
            survive="host",
            capacity="1Ti",
        )
        for number in range(_INSTITUTIONS)
    }
    numbers = {name: [[_SIZE] * _DEVICES] * _HOSTS for name in centres}
    found = catalog(numbers, promises)
    asking = {
        name: each
        for name, each in promises.items()
        if each.copies == _CODED_COPIES and each.home in centres[:_CODED_IN]
    }
    coding = coded(numbers, asking).institutions
    institutions = {**found.institutions, **coding}
    return replace(found, institutions=institutions, environment="synthetic")
