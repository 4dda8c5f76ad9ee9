"""One machine: started, stopped, cut from its power, started again.

Owns its processes and its layer over the Debian tree. Doesn't own what lies in that tree
(:mod:`tests.machines.base_tree`) nor the files that a machine is born with
(:mod:`tests.machines.first_files`).
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.local.simulation.running_cluster import eventually
from tests.machines import control_groups
from tests.machines.enclosure import BRIDGE, SUBNET, Enclosure, first_process
from tests.machines.first_files import PODS, born

MACHINES: Final = 20
"""How many there can be."""
_SCRIPT: Final = Path(__file__).with_name("machine.sh")
_POWER_OFF: Final = signal.SIGRTMIN + 4
"""What systemd takes for "power off": systemd(1)."""
_LONGEST: Final = 90
_FOLDERS: Final = (
    "layer",
    "work",
    "root",
    "kept/containerd",
    "kept/kubelet",
    "kept/etcd",
    "values",
)
_ENVIRONMENT: Final = (
    "HOME=/root",
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
)


@dataclass
class Machine:
    """A machine that is off until it is started.

    Attributes:
        name: its host name.
        number: 1 to MACHINES; its address and its pods' network follow from it.
        enclosure: where it stands.
        tree: the Debian tree below its own layer.
        host_key: what its SSH server proves itself with, as in ``known_hosts``.
    """

    name: str
    number: int
    enclosure: Enclosure
    tree: Path
    host_key: str = ""
    _process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"{SUBNET}.{10 + self.number}"

    @property
    def folder(self) -> Path:
        """What it keeps when it is off."""
        return self.enclosure.folder / self.name

    @property
    def layer(self) -> Path:
        """Its own files, over the tree. Only to be written to while it is off."""
        return self.folder / "layer"

    def make(self, authorized_key: str) -> None:
        """Make its disk, once; the key is the one that root logs in with."""
        for each in _FOLDERS:
            (self.folder / each).mkdir(parents=True)
        self.host_key = born(self.layer, self.name, self.number, authorized_key)

    def start(self) -> None:
        """Boot it, without waiting."""
        assert self._process is None, f"{self.name} runs already"
        control_groups.remove(self.enclosure.folder.name, self.name)
        (self.folder / "groups").write_text(
            control_groups.make(self.enclosure.folder.name, self.name)
        )
        with (self.folder / "console").open("ab") as console:
            self._process = self.enclosure.start(
                ["bash", str(_SCRIPT), "enter"],
                console,
                {
                    "FOLDER": str(self.folder),
                    "TREE": str(self.tree),
                    "HOST_NAME": self.name,
                    "NUMBER": str(self.number),
                    "MACHINES": str(MACHINES),
                    "BRIDGE": BRIDGE,
                    "SUBNET": SUBNET,
                    "PODS": PODS,
                },
            )

    def wait(self) -> None:
        """Wait until it is up and takes connections."""
        assert eventually(self._answers, _LONGEST), f"{self.name} doesn't answer:\n{self.tail()}"

    def stop(self) -> None:
        """Shut it down in order; nothing where it is off."""
        self._end(_POWER_OFF)

    def power_cut(self) -> None:
        """Take its power: everything on it ends at once; nothing where it is off."""
        self._end(signal.SIGKILL)

    def discard(self) -> None:
        """Take it away with its disk; its name and number are free again."""
        self.power_cut()
        shutil.rmtree(self.folder)

    def run(self, command: str, seconds: float = 60) -> subprocess.CompletedProcess[str]:
        """Run a shell command on it as root, beside SSH."""
        inside = [
            "nsenter",
            f"--target={self._first}",
            "--all",
            "--",
            "env",
            "--ignore-environment",
        ]
        return subprocess.run(
            [*inside, *_ENVIRONMENT, "bash", "-c", command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    def told(self, *command: str, seconds: float = 60) -> str:
        """Run a command on it that must succeed, and return what it prints."""
        done = self.run(shlex.join(command), seconds)
        assert done.returncode == 0, f"{self.name}: {shlex.join(command)}: {done.stderr}"
        return done.stdout

    @property
    def _first(self) -> int:
        """Its first process, as this system numbers it."""
        assert self._process is not None, f"{self.name} is off"
        return first_process(self._process.pid, 3)

    def tail(self) -> str:
        """The end of what its console shows."""
        return (self.folder / "console").read_text(errors="replace")[-3000:]

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, f"{self.name} ended by itself:\n{self.tail()}"
        try:
            with socket.create_connection((self.address, 22), timeout=1) as connection:
                return connection.recv(4) == b"SSH-"
        except OSError:
            return False

    def _end(self, how: int) -> None:
        if self._process is not None:
            os.kill(self._first, how)
            self._process.wait(_LONGEST)
            self._process = None
            control_groups.remove(self.enclosure.folder.name, self.name)
