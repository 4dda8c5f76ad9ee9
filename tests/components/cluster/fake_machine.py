"""A machine that a step's script takes for real: its own /etc, /run, /proc files and tools.

Owns a good machine, its faults' places, and a mount namespace in which a script sees it; all of it
is read-only there, so a script that writes fails. Doesn't own any assertion.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

_REAL: Final = ("awk", "cat", "cut", "grep", "sed", "sort", "tail", "tr", "wc")
_ENTER: Final = """
set -e
mount --make-rprivate /
mount --bind "$0/swaps" /proc/swaps
mount --bind "$0/meminfo" /proc/meminfo
for folder in etc run; do
  mount --bind "$0/$folder" "/$folder"
  mount -o remount,bind,ro "/$folder"
done
mount -o remount,bind,ro /
export PATH="$0/bin"
exec "$1" -s -- do
"""
_SWAPS: Final = "Filename\tType\tSize\tUsed\tPriority\n"


def unshare() -> list[str]:
    """The command line of a mount namespace of our own, as root or as anybody."""
    alone = ["unshare", "--mount"]
    return alone if os.geteuid() == 0 else [*alone, "--user", "--map-root-user"]


@dataclass
class FakeMachine:
    """One machine in a folder; a good one of the plan's first control plane, unless changed.

    Attributes:
        folder: where it lies.
        address: that of its only interface.
        said: what each tool prints; a tool that is taken out is missing.
        listening: the ports on which something listens.
        swaps: the lines of /proc/swaps below its heading.
        memory: in KiB, as /proc/meminfo says it.
        system: what /etc/os-release says.
    """

    folder: Path
    address: str = "10.20.0.1"
    said: dict[str, str] = field(
        default_factory=lambda: {
            "apt-get": "",
            "df": "  Avail\n 204800\n",
            "lsblk": "\n\n",
            "nproc": "8\n",
            "stat": "cgroup2fs\n",
            "timedatectl": "yes\n",
            "uname": "6.1.0-40-amd64\n",
            "wipefs": "",
        }
    )
    listening: tuple[int, ...] = ()
    swaps: str = ""
    memory: int = 64 * 2**20
    system: str = 'PRETTY_NAME="Debian"\nVERSION_ID="12"\nID=debian\n'

    def __post_init__(self) -> None:
        (self.folder / "etc/kubernetes").mkdir(parents=True)
        (self.folder / "run/systemd/system").mkdir(parents=True)
        (self.folder / "bin").mkdir()

    def has(self, path: str) -> None:
        """Put an empty file at an absolute path below /etc."""
        (self.folder / path.lstrip("/")).touch()

    def run(self, script: str) -> subprocess.CompletedProcess[str]:
        """Feed a script to a shell on this machine."""
        self._write()
        bash = str(shutil.which("bash"))
        return subprocess.run(
            [*unshare(), "/bin/sh", "-c", _ENTER, str(self.folder), bash],
            input=script,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    def _write(self) -> None:
        (self.folder / "etc/os-release").write_text(self.system)
        (self.folder / "swaps").write_text(_SWAPS + self.swaps)
        (self.folder / "meminfo").write_text(f"MemTotal: {self.memory} kB\nMemFree: 1 kB\n")
        for name in _REAL:
            # Past Debian's alternatives, which lie in the /etc that the script doesn't see.
            (self.folder / "bin" / name).symlink_to(Path(str(shutil.which(name))).resolve())
        for name, text in self.said.items():
            self._tool(name, f"printf %s {shlex.quote(text)}")
        self._tool("ip", f'[ "$*" != "-oneline address show to {self.address}" ] || echo 2: eth0')
        ports = "|".join(f'"sport = :{port}"' for port in self.listening) or "none"
        self._tool("ss", f'for filter; do :; done; case "$filter" in {ports}) echo LISTEN ;; esac')

    def _tool(self, name: str, does: str) -> None:
        path = self.folder / "bin" / name
        path.write_text(f"#!/bin/sh\n{does}\n")
        path.chmod(0o755)
