"""An environment of kind machines on the laboratory: its stack file, and the real engine for it.

Owns the stack file's contents and how an update is run and timed. Doesn't own the machines.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from local.commands.engine import Engine
from local.commands.plugins import stand_ins
from local.paths import checkout
from local.toolchain import ensure
from tests.machines.first_files import MIRROR, REPOSITORY
from tests.machines.machine import Machine

STACK: Final = "laboratory"
_PROGRAM: Final = Path(__file__).parent / "program"
_CENTRES: Final = ("lisbon", "porto", "faro")


@dataclass(frozen=True)
class Outcome:
    """What an update ended in.

    Attributes:
        code: the engine's exit code.
        printed: everything it printed.
        seconds: how long it took.
    """

    code: int
    printed: str
    seconds: float


@dataclass
class Installation:
    """A project folder with one stack, whose machines come and go.

    Attributes:
        folder: where it lies.
        key: the private SSH key, in OpenSSH's form.
        control_planes: machines with an API server.
        workers: the others.
        version: of Kubernetes.
        changed: what to say of a machine instead of the truth, by its name.
    """

    folder: Path
    key: str
    control_planes: Sequence[Machine]
    workers: Sequence[Machine]
    version: str
    changed: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    _engine: Engine | None = None

    def up(self, *arguments: str) -> Outcome:
        """Write the stack file and update."""
        engine = self._made()
        self._write()
        started = time.monotonic()
        done = subprocess.run(
            [str(engine.program), "up", "--stack", STACK, "--non-interactive", "--yes",
             "--skip-preview", *arguments],
            env=engine.variables, cwd=engine.project, check=False, capture_output=True, text=True,
            timeout=900,
        )  # fmt: skip
        printed = done.stdout + done.stderr
        with (self.folder / "updates.log").open("a") as log:
            log.write(printed)
        return Outcome(done.returncode, printed, time.monotonic() - started)

    def told(self, *arguments: str) -> str:
        """Run another verb of the engine, which must succeed, and return what it prints."""
        engine = self._made()
        return subprocess.run(
            [str(engine.program), *arguments, "--stack", STACK, "--non-interactive"],
            env=engine.variables, cwd=engine.project, check=True, capture_output=True, text=True,
            timeout=120,
        ).stdout  # fmt: skip

    def _made(self) -> Engine:
        if self._engine is None:
            self._engine = self._make()
        return self._engine

    def _make(self) -> Engine:
        (self.folder / "stacks").mkdir(parents=True, exist_ok=True)
        for name in ("Pulumi.yaml", "__main__.py"):
            (self.folder / name).write_text((_PROGRAM / name).read_text())
        engine = _engine(self.folder)
        self._write()
        init = ("stack", "init", STACK, "--non-interactive")
        subprocess.run(
            [str(engine.program), *init], env=engine.variables, cwd=self.folder, check=True,
            capture_output=True, timeout=60,
        )  # fmt: skip
        subprocess.run(
            [str(engine.program), "config", "set", "--secret", "sshKey", "--stack", STACK],
            env=engine.variables, cwd=self.folder, check=True, input=self.key, text=True,
            capture_output=True, timeout=60,
        )  # fmt: skip
        return engine

    def _write(self) -> None:
        """Write what the stack file says, beside what the engine has put there itself."""
        path = self.folder / "stacks" / f"Pulumi.{STACK}.yaml"
        document = yaml.safe_load(path.read_text()) if path.is_file() else {}
        config = document.setdefault("config", {})
        config["pulumi:disable-default-providers"] = ["kubernetes"]
        config["imaging:platform"] = self._platform()
        path.write_text(yaml.safe_dump(document))

    def _platform(self) -> Mapping[str, Any]:
        return {
            "title": "Laboratory",
            "cluster": {
                "kind": "machines",
                "version": self.version,
                "sources": {
                    "kubernetes": f"{REPOSITORY}/kubernetes",
                    "containerd": f"{REPOSITORY}/containerd",
                },
                "imageMirror": MIRROR,
            },
            "dataCentres": {name: {"title": name, "roundTrip": "1ms"} for name in _CENTRES},
            "machines": [
                *(self._machine(each, n, "control-plane")
                  for n, each in enumerate(self.control_planes)),
                *(self._machine(each, n, "worker") for n, each in enumerate(self.workers)),
            ],
            "images": {"dicoogle": "laboratory/dicoogle:3.5.1"},
            "storage": {"backend": "ceph"},
        }  # fmt: skip

    def _machine(self, machine: Machine, number: int, role: str) -> Mapping[str, Any]:
        return {
            "name": machine.name,
            "role": role,
            "dataCentre": _CENTRES[number % len(_CENTRES)],
            "cpu": 1,
            "memory": "8Gi",
            "address": machine.address,
            "hostKey": machine.host_key,
            **self.changed.get(machine.name, {}),
        }


def _engine(folder: Path) -> Engine:
    tools = ensure()
    home = folder / "pulumi-home"
    plugins = stand_ins(folder / "plugins", home)
    backend = folder / "state"
    backend.mkdir(parents=True, exist_ok=True)
    path = [str(Path(sys.executable).parent), str(tools.bin), *map(str, plugins)]
    variables = {
        **os.environ,
        "PATH": os.pathsep.join([*path, os.environ["PATH"]]),
        "PYTHONPATH": str(checkout()),
        "PULUMI_HOME": str(home),
        "PULUMI_BACKEND_URL": backend.as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "of the laboratory",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }
    return Engine(tools.path("pulumi"), folder, variables)
