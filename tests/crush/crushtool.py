"""Ceph's own ``crushtool``: finds it, or installs it where that is possible, and asks it.

Owns how it is run and that its answers are whole. Doesn't own what it is asked, nor any judgement.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_PACKAGE: Final = "ceph-base"
_UPDATE: Final = ("apt-get", "update", "--quiet")
_INSTALL: Final = ("apt-get", "install", "--yes", "--quiet", "--no-install-recommends", _PACKAGE)
_LONGEST: Final = 300
_MAPPING: Final = re.compile(r"CRUSH rule ([0-9]+) x [0-9]+ \[([0-9,]*)\]")
Mapping = tuple[int, ...]
"""The OSDs of one placement group's copies, the primary first; short where CRUSH found no more."""
_HOLE: Final = 2**31 - 1
"""What stands where CRUSH found no place for a chunk (``CRUSH_ITEM_NONE``)."""


class NoCrushtool(Exception):  # noqa: N818 - read as "there is no crushtool"
    """The machine has none and can't get it; the message says why."""


class MapRefused(Exception):  # noqa: N818 - read as "the map was refused"
    """The compiler refuses the map: a rule takes a bucket that isn't there, for example."""


@dataclass(frozen=True)
class Crushtool:
    """The program at a path."""

    path: str

    def compile(self, text: str, folder: Path) -> CompiledMap:
        """Compile a map's text; its shadow buckets are made on the way. Raises MapRefused."""
        source, binary = folder / "map.txt", folder / "map.bin"
        source.write_text(text, encoding="utf-8")
        done = self.run("-c", str(source), "-o", str(binary))
        if done.returncode != 0 or not binary.is_file():
            said = (done.stderr or done.stdout).strip()
            raise MapRefused(said or f"crushtool ended with {done.returncode}, without a word")
        return CompiledMap(self, binary)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run it with stdout and stderr apart.

        It makes stderr non-blocking, so lines of a pipe that both share are lost without a word
        (research/ceph-lab.md §5).
        """
        return subprocess.run(
            [self.path, *arguments],
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=_LONGEST,
            check=False,
        )


@dataclass(frozen=True)
class CompiledMap:
    """A map that ``crushtool`` has compiled."""

    tool: Crushtool
    path: Path

    def mappings(self, rules: range, size: int, inputs: range) -> dict[int, Counter[Mapping]]:
        """Where each rule puts ``size`` copies of each input; how often each place occurs.

        An input is what Ceph makes of a pool and one of its placement groups. Raises
        AssertionError if an answer is missing.
        """
        done = self.tool.run(
            *("-i", str(self.path), "--test", "--show-mappings", "--num-rep", str(size)),
            *("--min-rule", str(rules[0]), "--max-rule", str(rules[-1])),
            *("--min-x", str(inputs[0]), "--max-x", str(inputs[-1])),
        )
        found: dict[int, Counter[str]] = {number: Counter() for number in rules}
        for line in done.stdout.splitlines():
            match = _MAPPING.fullmatch(line)
            if match:
                found[int(match[1])][match[2]] += 1
        for number, places in found.items():
            got = places.total()
            assert len(inputs) == got, f"rule {number}: {got} of {len(inputs)}: {done.stderr}"
        return {number: _merged(places) for number, places in found.items()}


def _merged(places: Counter[str]) -> Counter[Mapping]:
    """Places that differ only in where their holes are count as one."""
    found: Counter[Mapping] = Counter()
    for place, times in places.items():
        found[_osds(place)] += times
    return found


def _osds(place: str) -> Mapping:
    found = (int(number) for number in place.split(",") if number)
    return tuple(number for number in found if number != _HOLE)


def find() -> Crushtool:
    """Find ``crushtool``, or install it with Debian's packages. Raises NoCrushtool."""
    if shutil.which("crushtool") is None:
        _install()
    path = shutil.which("crushtool")
    if path is None:
        raise NoCrushtool(f"{_PACKAGE} is installed, but crushtool isn't on PATH")
    return Crushtool(path)


def _install() -> None:
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise NoCrushtool(
            f"there is no crushtool; it is in Debian's {_PACKAGE}, and only root can install it, "
            "with apt-get"
        )
    for command in (_UPDATE, _INSTALL):
        try:
            subprocess.run(
                [*command, "--option", "DPkg::Lock::Timeout=120"],
                env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
                capture_output=True,
                text=True,
                stdin=subprocess.DEVNULL,
                timeout=_LONGEST,
                check=True,
            )
        except subprocess.TimeoutExpired:
            raise NoCrushtool(f"{' '.join(command)} took over {_LONGEST} seconds") from None
        except subprocess.CalledProcessError as failed:
            last = (failed.stderr or failed.stdout).strip().splitlines()[-1:]
            raise NoCrushtool(f"{' '.join(command)} failed: {' '.join(last)}") from None
