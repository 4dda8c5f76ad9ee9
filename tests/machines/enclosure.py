"""Namespaces that hold the whole laboratory: its bridge, its servers, its machines.

Owns the guardian's life, and the way in. Doesn't own what runs inside. Whatever is started here
lies in one process namespace, so all of it ends at once, also when the run is killed.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

import psutil

from local.paths import checkout
from tests.machines import guardian

BRIDGE: Final = "lab"
SUBNET: Final = "10.77.0"
GATEWAY: Final = f"{SUBNET}.1"
"""The laboratory's own address, where its servers listen."""
_NETWORK: Final = 0x40000000
_LONGEST: Final = 60
_PATH: Final = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Busy(Exception):  # noqa: N818 - not an error of ours
    """Another run has the folder."""


@dataclass(frozen=True)
class Enclosure:
    """The namespaces.

    Attributes:
        folder: gone with them.
        first: the process that holds them.
    """

    folder: Path
    first: int
    _started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(
        self, command: Sequence[str], log: IO[bytes], environment: Mapping[str, str]
    ) -> subprocess.Popen[bytes]:
        """Start a program inside, with nothing of our own environment."""
        inside = ["nsenter", f"--target={self.first}", "--net", "--mount", "--pid", "--"]
        started = subprocess.Popen(
            [*inside, *command],
            env={"PATH": _PATH, **environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        self._started.append(started)
        return started

    def ended(self) -> None:
        """Wait until everything that was started inside has ended."""
        for each in self._started:
            each.wait(_LONGEST)

    @contextmanager
    def visited(self) -> Iterator[None]:
        """Put this thread, and what it starts, on the laboratory's network for a while."""
        system = ctypes.CDLL(None, use_errno=True)
        with (
            Path("/proc/thread-self/ns/net").open() as before,
            Path(f"/proc/{self.first}/ns/net").open() as inside,
        ):
            _demand(system.setns(inside.fileno(), _NETWORK))
            try:
                yield
            finally:
                _demand(system.setns(before.fileno(), _NETWORK))


@contextmanager
def enclosed(folder: Path) -> Iterator[Enclosure]:
    """Make the namespaces and a folder, and end both.

    Raises:
        Busy: another run has the folder.
    """
    command = [sys.executable, "-m", guardian.__name__, str(folder)]
    environment = {**os.environ, "BRIDGE": BRIDGE, "SUBNET": SUBNET}
    with subprocess.Popen(
        command,
        cwd=checkout(),
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            said = process.stdout.readline().decode().strip()
            if said == guardian.BUSY:
                raise Busy(f"another run has its machines in {folder}; wait for it")
            assert guardian.READY == said, f"the guardian said {said!r}"
            found = Enclosure(folder, first_process(process.pid, 2))
            try:
                yield found
            finally:
                process.stdin.close()
                found.ended()
        finally:
            process.stdin.close()
            process.wait(_LONGEST)


def first_process(above: int, depth: int) -> int:
    """The process that is the first of its process namespace, of those that another one started.

    Attributes:
        above: who started it.
        depth: how many process namespaces it is in.

    Raises:
        AssertionError: there is none.
    """
    for each in psutil.Process(above).children(recursive=True):
        if _numbers(each.pid)[depth - 1 :] == ["1"]:
            return each.pid
    raise AssertionError(f"process {above} started no first process")


def _numbers(pid: int) -> list[str]:
    """The numbers of a process in its namespaces, the outermost first; none for one that ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return []
    return next(each.split()[1:] for each in status.splitlines() if each.startswith("NSpid:"))


def _demand(status: int) -> None:
    if status != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"the laboratory's network can't be entered: {os.strerror(error)}")
