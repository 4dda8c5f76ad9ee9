"""A real program that the laboratory starts, kills, holds still and starts again.

Owns the process and its log. Doesn't own its arguments. It dies with the thread that started it, so
also with a run that is killed.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx

from tests.components.gateway.real_envoy import mortal
from tests.local.simulation.running_cluster import eventually

_PATIENCE: Final = 60.0
_LAST: Final = 2000


@dataclass
class Part:
    """One program.

    Attributes:
        name: of its log.
        folder: where its log lies.
        command: what is run.
        ready: whether it does its work.
        environment: beside the test's own.
    """

    name: str
    folder: Path
    command: Sequence[str]
    ready: Callable[[], bool]
    environment: Mapping[str, str] = field(default_factory=dict)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        """What it says."""
        return self.folder / f"{self.name}.log"

    def start(self) -> None:
        """Start it, without waiting."""
        assert self._process is None, f"{self.name} runs already"
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                mortal(*self.command),
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def wait(self) -> None:
        """Wait until it does its work."""
        assert eventually(self._is_ready, _PATIENCE), f"{self.name} isn't ready:\n{self.tail()}"

    def kill(self) -> None:
        """Kill it, as a lost machine would; nothing where it doesn't run."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def hold(self) -> None:
        """Let it hang: it takes connections and answers nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def release(self) -> None:
        """Let it go on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def tail(self) -> str:
        """The end of its log."""
        return self.log.read_text(errors="replace")[-_LAST:] if self.log.exists() else "(nothing)"

    def _is_ready(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, f"{self.name} ended by itself:\n{self.tail()}"
        return self.ready()


def answers(url: str) -> bool:
    """Whether a page is there."""
    try:
        return httpx.get(url, timeout=5, trust_env=False).is_success
    except httpx.TransportError:
        return False
