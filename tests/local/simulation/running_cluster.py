"""The simulated cluster as tests drive it: by its command line, as a person and Pulumi do."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from local.paths import checkout
from local.simulation.folder import Folder
from local.simulation.machines import Machine, write
from local.simulation.processes import running

MACHINES = (
    Machine("control-1", "control-plane", 8, "32Gi"),
    *(Machine(f"worker-{number}", "worker", 8, "32Gi") for number in (1, 2, 3)),
)
_LONGEST = 110.0


def eventually(what: Callable[[], bool], seconds: float = 30) -> bool:
    """Tell whether something comes true before a bound that a broken cluster only would reach."""
    deadline = time.monotonic() + seconds
    while not what():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


@dataclass(frozen=True)
class RunningCluster:
    """A simulated cluster in a state folder of its own."""

    state: Path
    tools: Path

    @property
    def folder(self) -> Folder:
        """Where its files lie."""
        return Folder("local", self.state.resolve() / "local" / "cluster")

    def command(self, *arguments: str, document: str = "") -> subprocess.CompletedProcess[str]:
        """Run one command of the simulation to its end."""
        return subprocess.run(
            self._command(*arguments),
            input=document,
            env=self._environment(),
            cwd=checkout(),
            capture_output=True,
            text=True,
            timeout=_LONGEST,
            check=False,
        )

    def start(self, machines: tuple[Machine, ...] = MACHINES) -> str:
        """Start it, and return the kubeconfig that was printed."""
        result = self.command("start", document=write(machines))
        assert result.returncode == 0, result.stderr
        return result.stdout

    def start_and_kill(self) -> None:
        """Kill a start, and nothing else, as soon as the API server runs."""
        document = write(MACHINES)
        with subprocess.Popen(
            self._command("start"),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=self._environment(),
            cwd=checkout(),
            text=True,
        ) as process:
            assert process.stdin
            process.stdin.write(document)
            process.stdin.close()
            assert eventually(lambda: "kube-apiserver" in self.pids())
            process.kill()

    def pids(self) -> dict[str, int]:
        """Return the number of each process of the cluster, by component."""
        return {name: group[0].pid for name, group in running(self.folder).items()}

    def kill(self, *components: str) -> None:
        """Kill components with SIGKILL, and wait until they are gone."""
        for name in components:
            os.kill(self.pids()[name], signal.SIGKILL)
        assert eventually(lambda: not set(components) & self.pids().keys())

    def kubectl(self, *arguments: str, document: str = "") -> str:
        """Run kubectl as the cluster's administrator, and return what it printed."""
        result = subprocess.run(
            [self.tools / "kubectl", f"--cache-dir={self.state}/kubectl", *arguments],
            input=document,
            env={**self._environment(), "KUBECONFIG": str(self.folder.kubeconfig)},
            capture_output=True,
            text=True,
            timeout=_LONGEST,
            check=False,
        )
        assert result.returncode == 0, result.stderr
        return result.stdout

    def apply(self, *objects: dict[str, object]) -> None:
        """Apply objects."""
        self.kubectl("apply", "-f-", document="\n---\n".join(json.dumps(each) for each in objects))

    def field(self, path: str, *what: str) -> str:
        """Return one field of an object, by its JSONPath."""
        return self.kubectl("get", *what, "-o", f"jsonpath={{{path}}}")

    def _command(self, command: str, *arguments: str) -> list[str]:
        module = [sys.executable, "-m", "local.simulation"]
        return [*module, command, "--environment", "local", *arguments]

    def _environment(self) -> dict[str, str]:
        ours = {"IMAGING_STATE": str(self.state), "IMAGING_TOOLS": str(self.tools)}
        return {**os.environ, **ours}


@dataclass(frozen=True)
class HalfMade:
    """A cluster whose first start was killed, and the processes that this left behind."""

    cluster: RunningCluster
    left: frozenset[int]
