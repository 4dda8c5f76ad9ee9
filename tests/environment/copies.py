"""A copy of the checkout in which tests may bring an environment up, change code, and take it down.

Owns the copy and how ``make`` and ``kubectl`` are called in it. Doesn't own any assertion.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[2]
CRDS = ROOT.parent / "shared" / "crds"
"""The real Rook and ceph-csi-operator definitions, where that folder is."""
_LEFT_OUT = (".git", ".state", "__pycache__", ".hypothesis", ".*_cache")
_LONGEST = 600


@dataclass(frozen=True)
class Result:
    """What a command printed, and how it ended."""

    status: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """Everything that a person would have seen."""
        return self.out + self.err


@dataclass(frozen=True)
class Copy:
    """A checkout of its own, with a state of its own, on the user's cache."""

    folder: Path

    @property
    def state(self) -> Path:
        """Where its environment's state lies."""
        return self.folder / ".state" / "local"

    def files(self) -> set[str]:
        """Every file below it, relative to it."""
        return {
            str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file()
        }

    def make(self, *arguments: str) -> Result:
        """Run make as a person does."""
        command = ["make", "-s", *arguments]
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=_variables(),
            capture_output=True,
            text=True,
            timeout=_LONGEST,
            check=False,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    def make_and_kill_at(self, mark: str, *arguments: str) -> str:
        """Run make, and kill every process of the run at once when it prints ``mark``."""
        process = subprocess.Popen(
            ["make", "-s", *arguments],
            cwd=self.folder,
            env=_variables(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        assert process.stdout is not None
        seen = ""
        end = time.monotonic() + _LONGEST
        for line in process.stdout:
            seen += line
            if mark in line or time.monotonic() > end:
                break
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
        return seen

    def kubectl(self, *arguments: str, given: str | None = None) -> Result:
        """Run the tool chain's kubectl on the environment's cluster."""
        command = [
            str(Path(os.environ["IMAGING_TOOLS"]) / "kubectl"),
            f"--kubeconfig={self.state / 'kubeconfig'}",
            *arguments,
        ]
        done = subprocess.run(
            command, input=given, capture_output=True, text=True, timeout=60, check=False
        )
        return Result(done.returncode, done.stdout, done.stderr)

    def objects(self, kind: str, *arguments: str) -> Sequence[Mapping[str, Any]]:
        """Read objects of a kind from the API server."""
        result = self.kubectl("get", kind, "--output=json", *arguments)
        assert result.status == 0, result.text
        found: Sequence[Mapping[str, Any]] = json.loads(result.out)["items"]
        return found

    def processes(self) -> list[str]:
        """Command lines of living processes that belong to it."""
        found = []
        for process in psutil.process_iter():
            try:
                line = " ".join(process.cmdline())
                inside = str(self.folder) in line or str(self.folder) in process.cwd()
            except psutil.Error:
                continue
            if inside and process.pid != os.getpid():
                found.append(line)
        return found

    def kill(self) -> None:
        """Kill every process of its cluster at once, as a power cut does."""
        for process in psutil.process_iter():
            try:
                mine = str(self.state) in " ".join(process.cmdline())
            except psutil.Error:
                continue
            if mine:
                process.kill()


def refused(result: Result) -> str:
    """What a refusal said: it has a status, a reason, and no traceback."""
    assert result.status != 0, result.text
    assert "Traceback" not in result.text
    return result.text


def copy(folder: Path) -> Copy:
    """Copy the checkout without its state and caches."""
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*_LEFT_OUT))
    return Copy(folder)


def _variables() -> dict[str, str]:
    variables = {**os.environ, "IMAGING_CRDS": str(CRDS)} if CRDS.is_dir() else {**os.environ}
    variables.pop("IMAGING_STATE", None)
    return variables
