"""No process of the laboratory outlives its run, and no stranger is ended for it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.ceph.administrator import wait_until
from tests.ceph.daemons import bound, configuration, sweep

pytestmark = pytest.mark.skipif(
    shutil.which("setpriv") is None, reason="setpriv (util-linux) is not on PATH"
)
SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


class TestSweep:
    """A run first ends what a killed run of the same folder left."""

    def test_only_processes_that_name_the_folder_are_ended(self, tmp_path: Path) -> None:
        mine, other = tmp_path / "mine", tmp_path / "mine-too"
        mine.mkdir()
        left = subprocess.Popen([*SLEEP, f"--conf={configuration(mine)}"])
        stranger = subprocess.Popen([*SLEEP, f"--conf={configuration(other)}"])
        try:
            assert left.poll() is None
            sweep(mine)

            assert left.poll() is not None
            assert stranger.poll() is None
            assert not mine.exists()
        finally:
            left.kill()
            stranger.kill()
            left.wait()
            stranger.wait()


class TestKill:
    """Daemons die with the run that started them, even where that is killed."""

    def test_a_daemon_ends_when_its_run_is_killed(self) -> None:
        program = (
            "import subprocess, sys, time\n"
            "daemon = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)\n"
            "print(daemon.pid, flush=True)\n"
            "time.sleep(60)"
        )
        run = subprocess.Popen(
            [sys.executable, "-c", program, *bound(["sleep", "60"])], stdout=subprocess.PIPE
        )
        assert run.stdout is not None
        daemon = psutil.Process(int(run.stdout.readline()))
        wait_until("the daemon is bound to its run", lambda: daemon.name() == "sleep", 10)
        run.kill()
        run.communicate()

        ended, _ = psutil.wait_procs([daemon], timeout=10)
        assert [daemon] == ended
