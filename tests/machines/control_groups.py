"""The control groups of machines: one in every hierarchy, and none after the run.

Owns their folders. Doesn't own who enters them. All machines of a laboratory have one group above
theirs in each hierarchy, called as the laboratory's folder is. It lies below the group that the run
itself is in, so that what bounds the run bounds its machines. Version 1 and hybrid hosts only
(research/machines-lab.md §1).
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

NEEDED: Final = frozenset({"cpu", "cpuacct", "cpuset", "memory", "pids", "name=systemd"})
_ROOT: Final = Path("/sys/fs/cgroup")
_BUSY: Final = 20.0
_INHERITED: Final = ("cpuset.cpus", "cpuset.mems")


@dataclass(frozen=True)
class Hierarchy:
    """One mounted hierarchy.

    Attributes:
        kind: ``cgroup`` or ``cgroup2``.
        options: what it is mounted with, for example ``memory`` or ``name=systemd``.
        own: the group that this process is in.
    """

    kind: str
    options: str
    own: Path


def hierarchies() -> tuple[Hierarchy, ...]:
    """Those of version 1 that are mounted, each alone, and the one of version 2."""
    mounted = _mounted()
    found = []
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers in mounted:
            kind = "cgroup" if controllers else "cgroup2"
            own = mounted[controllers] / path.lstrip("/")
            found.append(Hierarchy(kind, controllers or "-", own))
    return tuple(found)


def lacking() -> str | None:
    """Why machines can't have control groups here, or None."""
    missing = NEEDED - {each.options for each in hierarchies()}
    if missing:
        return (
            f"control groups of version 1 aren't mounted one by one: {', '.join(sorted(missing))}"
        )
    return None


def make(laboratory: str, machine: str) -> str:
    """Make the groups of a machine; return lines of kind, options and path, for its script."""
    lines = []
    for each in hierarchies():
        group = each.own / laboratory / machine
        for folder in (group.parent, group):
            folder.mkdir(exist_ok=True)
            if each.options == "cpuset":
                _inherit(folder)
        lines.append(f"{each.kind} {each.options} {group}\n")
    return "".join(lines)


def remove(laboratory: str, machine: str) -> None:
    """Remove the groups of a machine that has ended, with all that it made in them."""
    for each in hierarchies():
        _remove(each.own / laboratory / machine)


def left(laboratory: str) -> Iterator[Path]:
    """The groups of a laboratory that are there, below whatever group its run was in."""
    for path, folders, _ in os.walk(_ROOT):
        if laboratory in folders:
            folders.remove(laboratory)
            yield Path(path) / laboratory


def sweep(laboratory: str) -> None:
    """Remove what a run of a laboratory left."""
    for group in list(left(laboratory)):
        _remove(group)


def _mounted() -> dict[str, Path]:
    """Controllers, as /proc/self/cgroup names them, to where they are mounted."""
    found = {}
    for line in Path("/proc/self/mounts").read_text().splitlines():
        _, where, kind, options, *_ = line.split()
        if kind == "cgroup2":
            found[""] = Path(where)
        elif kind == "cgroup":
            own = [each for each in options.split(",") if each not in {"rw", "ro"}]
            name = next((each for each in own if each.startswith("name=")), None)
            found[name or Path(where).name] = Path(where)
    return found


def _inherit(folder: Path) -> None:
    (folder / "cgroup.clone_children").write_text("1")
    for name in _INHERITED:
        (folder / name).write_text((folder.parent / name).read_text())


def _remove(group: Path) -> None:
    """Remove a group and those in it; a moment passes until the kernel lets go of the ended."""
    deadline = time.monotonic() + _BUSY
    while group.exists():
        try:
            for path, _, _ in os.walk(group, topdown=False):
                Path(path).rmdir()
        except FileNotFoundError:
            continue
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
