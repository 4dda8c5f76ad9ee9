"""Runs that are stopped: by the engine, by a time limit, by the plugin's death."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import grpc
import psutil
import pytest
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from local.providers.command.properties import LOCAL_COMMAND
from local.providers.failures import ProviderError
from local.providers.values import encode
from tests.local.providers.command.harness import LOCAL, REMOTE, Plugin, SshServer, free_port

DEADLINE = 20.0  # seconds; bounds the test, promises nothing


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until `condition` holds, or fail."""
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end, "It did not happen."
        time.sleep(0.02)


def started(folder: Path) -> bool:
    """Tell whether both processes wrote their ids."""
    return all(
        (folder / name).is_file() and (folder / name).read_text() for name in ("inner", "outer")
    )


def gone(folder: Path) -> bool:
    """Tell whether neither process runs, be it that it never started."""
    return not any(
        psutil.pid_exists(number) and psutil.Process(number).status() != psutil.STATUS_ZOMBIE
        for name in ("inner", "outer")
        if (folder / name).is_file()
        for number in [int((folder / name).read_text())]
    )


@pytest.fixture
def script(tmp_path: Path) -> str:
    """Give a command of two processes, one deaf to SIGTERM, that write their ids."""
    inner = tmp_path / "inner.sh"
    inner.write_text(f"trap '' TERM\necho $$ > {tmp_path}/inner\nwhile :; do sleep 1; done\n")
    return f"sh {inner} & echo $$ > {tmp_path}/outer; wait"


class TestCancelling:
    """A cancelled run leaves no process behind and says that it was cancelled."""

    def test_the_whole_group_ends_even_if_it_ignores_sigterm(
        self, plugin: Plugin, script: str, tmp_path: Path
    ) -> None:
        failures: list[str] = []

        def create() -> None:
            try:
                plugin.create(LOCAL, {"create": script})
            except ProviderError as error:
                failures.append(str(error))

        thread = threading.Thread(target=create)
        thread.start()
        wait_for(lambda: started(tmp_path))
        plugin.cancel()
        thread.join(DEADLINE)

        wait_for(lambda: gone(tmp_path))
        assert "It was cancelled before it ended" in failures[0]

    def test_a_time_limit_ends_the_group_and_is_named(
        self, plugin: Plugin, script: str, tmp_path: Path
    ) -> None:
        with pytest.raises(ProviderError, match="after 2 s, the limit in the resource's custom"):
            plugin.create(LOCAL, {"create": script}, timeout=2)

        wait_for(lambda: gone(tmp_path))

    def test_a_time_limit_ends_redials_too(self, plugin: Plugin, server: SshServer) -> None:
        connection = server.connection(port=free_port(), dialErrorLimit=-1)
        inputs = {"connection": connection, "create": "true"}

        with pytest.raises(ProviderError, match="after 1 s, the limit"):
            plugin.create(REMOTE, inputs, timeout=1)

    def test_nothing_starts_after_the_cancellation(self, plugin: Plugin, tmp_path: Path) -> None:
        plugin.cancel()

        with pytest.raises(ProviderError, match="cancelled"):
            plugin.create(LOCAL, {"create": f"touch {tmp_path}/made"})

        assert [] == list(tmp_path.iterdir())

    def test_a_command_that_ends_by_itself_may_leave_a_daemon(
        self, plugin: Plugin, tmp_path: Path
    ) -> None:
        plugin.create(LOCAL, {"create": f"sleep 60 > /dev/null 2>&1 & echo $! > {tmp_path}/id"})

        daemon = psutil.Process(int((tmp_path / "id").read_text()))
        assert daemon.is_running()
        daemon.kill()


class TestPluginProcess:
    """The plugin as the engine starts it: its death ends what it runs."""

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
    def test_a_killed_plugin_leaves_no_process(
        self, number: signal.Signals, script: str, tmp_path: Path
    ) -> None:
        with socket.create_server(("127.0.0.1", 0)) as engine:
            address = f"127.0.0.1:{engine.getsockname()[1]}"
            with subprocess.Popen(
                [sys.executable, "-m", "local.providers.command", address],
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            ) as process:
                assert process.stdout is not None
                port = int(process.stdout.readline())
                with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
                    stub = provider_pb2_grpc.ResourceProviderStub(channel)
                    request = provider_pb2.CreateRequest(
                        type=LOCAL_COMMAND, name="it", properties=encode({"create": script})
                    )
                    pending = stub.Create.future(request)
                    wait_for(lambda: started(tmp_path))
                    process.send_signal(number)
                    with pytest.raises(grpc.RpcError):
                        pending.result(timeout=DEADLINE)
        wait_for(lambda: gone(tmp_path))
