"""A checkout in which the packs are asked: the shipped stack files, and what a case needs besides.

Owns the copy. Doesn't own what is asked.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import yaml

from tests.packs import PACKS, Pack, running

NAMES: Final = ("access", "operations", "replication")
Change = Callable[[dict[str, Any]], None]


def copied(folder: Path, changes: Mapping[str, Change] | None = None) -> Path:
    """Copy packs and stack files, change some of these; return the folder of packs."""
    packs = folder / "policy-packs"
    shutil.copytree(PACKS, packs, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(PACKS.parent / "stacks", folder / "stacks")
    for stack, change in (changes or {}).items():
        path = folder / "stacks" / f"Pulumi.{stack}.yaml"
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
        change(said["config"])
        path.write_text(yaml.safe_dump(said), encoding="utf-8")
    return packs


@contextmanager
def every_pack(packs: Path) -> Iterator[Mapping[str, Pack]]:
    """All three packs of a checkout."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(running(name, packs)) for name in NAMES}


def entrances() -> dict[str, Change]:
    """Give production a domain, and aveiro networks for DICOM."""

    def domain(config: dict[str, Any]) -> None:
        config["imaging:platform"]["domain"] = "archive.example.org"

    def networks(config: dict[str, Any]) -> None:
        dicom = config["imaging:institution"]["dicom"]
        dicom["networks"] = ["198.51.100.0/24"]
        dicom["plaintextNetworks"] = ["198.51.100.0/24"]

    return {"production": domain, "production.aveiro": networks}
