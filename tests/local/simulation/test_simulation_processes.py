"""Only the cluster's own processes are found and ended."""

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from local.simulation.folder import Folder
from local.simulation.processes import (
    OPERATORS,
    component,
    end,
    forget_dead,
    holder,
    operators_command,
    running,
)

_FOLDER = Folder("local", Path("/nowhere/local/cluster"))


class TestRecognising:
    def test_what_was_started_below_the_folder_is_ours(self) -> None:
        argv = [f"{_FOLDER.kwok}/bin/etcd", "--name=node0"]
        assert "etcd" == component(argv, _FOLDER)

    def test_the_operators_are_ours_with_any_python(self) -> None:
        assert OPERATORS == component(operators_command("/usr/bin/python3", _FOLDER), _FOLDER)

    @pytest.mark.parametrize(
        "argv",
        [
            [],
            ["/usr/bin/etcd"],
            ["/nowhere/local/cluster-2/clusters/x/bin/etcd"],
            ["vim", f"{_FOLDER.kwok}/kwok.yaml"],
            operators_command("python", Folder("poc", Path("/nowhere/poc/cluster"))),
        ],
    )
    def test_strangers_are_not(self, argv: list[str]) -> None:
        assert component(argv, _FOLDER) is None


class TestEnding:
    def _stubborn(self) -> subprocess.Popen[bytes]:
        ignore = "import signal, time; signal.signal(15, signal.SIG_IGN); print(flush=True); "
        process = subprocess.Popen(
            [sys.executable, "-c", ignore + "time.sleep(60)"], stdout=subprocess.PIPE
        )
        assert process.stdout
        process.stdout.readline()
        return process

    def test_who_does_not_end_when_asked_is_killed(self) -> None:
        with self._stubborn() as process:
            handle = psutil.Process(process.pid)
            end([handle], grace=0.1)
            assert not handle.is_running()

    def test_one_that_is_gone_already_is_no_fault(self) -> None:
        with self._stubborn() as process:
            handle = psutil.Process(process.pid)
            process.kill()
            process.wait(10)
            end([handle], grace=0.1)


class TestFinding:
    def test_a_process_started_below_the_folder_is_found(self, tmp_path: Path) -> None:
        folder = Folder("local", tmp_path.resolve())
        tool = tmp_path / "etcd"
        tool.symlink_to("/bin/sleep")
        with subprocess.Popen([str(tool), "60"]) as process:
            found = running(folder)
            process.kill()
        assert {"etcd": [process.pid]} == {
            name: [each.pid for each in group] for name, group in found.items()
        }

    def test_the_holder_of_a_port_is_described(self) -> None:
        listen = "import socket, time; s = socket.create_server(('127.0.0.1', 0)); "
        tell = "print(s.getsockname()[1], flush=True); time.sleep(60)"
        with subprocess.Popen(
            [sys.executable, "-c", listen + tell], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout
            said = holder(int(process.stdout.readline()))
            process.kill()
        assert f"process {process.pid} (python" in said


class TestForgetting:
    def test_only_pid_files_of_the_dead_are_deleted(self, tmp_path: Path) -> None:
        folder = Folder("local", tmp_path)
        pids = folder.kwok / "pids"
        pids.mkdir(parents=True)
        for name in ("etcd", "kube-apiserver"):
            (pids / f"{name}.pid").write_text("1")
        forget_dead(folder, {"etcd": ()})
        assert ["etcd.pid"] == [file.name for file in pids.iterdir()]
