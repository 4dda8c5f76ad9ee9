"""Nothing of a laboratory outlives its run: no process, namespace, mount, group or file."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil
import pytest

from local.paths import checkout
from tests.local.simulation.running_cluster import eventually
from tests.machines import control_groups
from tests.machines.laboratory import opened
from tests.machines.supplies import Supplies

pytestmark = [pytest.mark.machines, pytest.mark.timeout(3600)]

_RUN: Final = """
import sys, time
from pathlib import Path
from tests.machines.laboratory import opened
from tests.machines.supplies import supplies

with opened(Path(sys.argv[1]), supplies()) as found:
    machine = found.machine("alone", 1)
    machine.start()
    machine.wait()
    print("up", flush=True)
    sys.stdin.read()
"""


@dataclass
class Run:
    """A run of its own, with one machine.

    Attributes:
        process: the run.
        folder: of its laboratory.
        parts: every process that it started.
        namespaces: those of its parts that aren't ours.
    """

    process: subprocess.Popen[bytes]
    folder: Path
    parts: list[psutil.Process]
    namespaces: set[Path]

    def left(self) -> dict[str, object]:
        """What there still is of it."""
        psutil.wait_procs(self.parts, timeout=30)
        return {
            "processes": [each for each in self.parts if each.is_running()],
            "namespaces": self.namespaces & _namespaces(psutil.process_iter()),
            "mounts": str(self.folder) in Path("/proc/self/mounts").read_text(),
            "control groups": list(control_groups.left(self.folder.name)),
            "folder": self.folder.exists(),
        }

    @property
    def guardian(self) -> psutil.Process:
        return next(each for each in self.parts if str(self.folder) in each.cmdline()[-1:])


NOTHING: Final[Mapping[str, object]] = {
    "processes": [],
    "namespaces": set(),
    "mounts": False,
    "control groups": [],
    "folder": False,
}


@pytest.fixture
def run(supplied: Supplies) -> Iterator[Run]:
    """A run that has its machine up."""
    del supplied
    folder = Path(tempfile.gettempdir()).resolve() / f"imaging-machines-end-{os.getpid()}"
    with subprocess.Popen(
        [sys.executable, "-c", _RUN, str(folder)],
        cwd=checkout(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert b"up\n" == process.stdout.readline()
        parts = psutil.Process(process.pid).children(recursive=True)
        ours = _namespaces([psutil.Process(), psutil.Process(1)])
        yield Run(process, folder, parts, _namespaces(parts) - ours)
        process.kill()
    folder.with_suffix(".lock").unlink(missing_ok=True)


def _namespaces(processes: Iterable[psutil.Process]) -> set[Path]:
    """The namespaces that some processes are in; none for one that has ended."""
    found = set()
    for each in processes:
        for kind in ("net", "mnt", "pid"):
            with contextlib.suppress(OSError):
                found.add(Path(f"/proc/{each.pid}/ns/{kind}").readlink())
    return found


class TestEnd:
    """Nothing of a laboratory is left when its run has ended, however it did."""

    def test_after_a_run_that_ends(self, run: Run) -> None:
        assert len(run.namespaces) >= 6
        assert run.process.stdin is not None
        run.process.stdin.close()
        assert 0 == run.process.wait(60)

        assert NOTHING == run.left()

    def test_after_a_run_that_is_killed(self, run: Run) -> None:
        run.process.kill()
        run.process.wait()

        assert eventually(lambda: not run.folder.exists(), 30)
        assert NOTHING == run.left()

    def test_after_a_guardian_that_is_killed_once_the_next_run_comes(
        self, run: Run, supplied: Supplies
    ) -> None:
        run.guardian.kill()
        run.process.kill()
        run.process.wait()
        psutil.wait_procs(run.parts, timeout=30)
        assert run.folder.exists()

        with opened(run.folder, supplied):
            assert [] == list(run.folder.glob("alone"))

        assert NOTHING == run.left()
