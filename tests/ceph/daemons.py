"""The laboratory's processes: starting them, ending them, and ending what a killed run left.

Owns processes. Doesn't own what they are. Each dies with the test run that started it, even where
that is killed (``setpriv --pdeathsig``), and each names the laboratory's configuration in its
command line: whatever a run left behind is found by that, never by a stored number alone, which
may belong to anybody by then.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

import psutil

_GONE: Final = 20


def bound(command: Sequence[str]) -> list[str]:
    """Build a command whose process dies with the thread that starts it: the main thread only."""
    return ["setpriv", "--pdeathsig=KILL", "--", *command]


def configuration(folder: Path) -> Path:
    """The laboratory's configuration file, which all its command lines name."""
    return folder / "ceph.conf"


@dataclass
class Daemons:
    """The daemons of one laboratory by name, for example ``osd.0``."""

    folder: Path
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start a daemon in the foreground; its output goes to its log."""
        assert name not in self._running, f"{name} runs already"
        with self._log(name) as log:
            self._running[name] = subprocess.Popen(
                bound(command), stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def kill(self, *names: str) -> None:
        """Kill daemons, all at once, as a loss of power would."""
        ended = [self._running.pop(name) for name in names]
        for process in ended:
            process.kill()
        for process in ended:
            process.wait(_GONE)

    def close(self) -> None:
        """End them all."""
        self.kill(*self._running)

    def running(self) -> set[str]:
        """The daemons that run; raises AssertionError for one that ended by itself."""
        for name, process in self._running.items():
            status = process.poll()
            assert status is None, f"{name} ended by itself with status {status}"
        return set(self._running)

    def _log(self, name: str) -> IO[bytes]:
        path = self.folder / "log" / f"{name}.out"
        path.parent.mkdir(exist_ok=True)
        return path.open("ab")


def left_behind(folder: Path) -> Iterator[psutil.Process]:
    """Processes whose command line names the folder's configuration as an argument of its own."""
    path = str(configuration(folder))
    wanted = {path, f"--conf={path}"}
    for process in psutil.process_iter(["cmdline"]):
        if wanted & set(process.info["cmdline"] or ()):
            yield process


def sweep(folder: Path) -> None:
    """End every process of a laboratory and remove its folder. Nothing in it is worth keeping."""
    processes = list(left_behind(folder))
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    _, stubborn = psutil.wait_procs(processes, timeout=_GONE)
    assert not stubborn, f"{[each.pid for each in stubborn]} can't be ended; see {folder}"
    for _ in range(3):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(1)
    shutil.rmtree(folder)
