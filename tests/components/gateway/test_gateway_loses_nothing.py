"""Two readers under load, one killed, one drained: the research's case D, and its control."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from components.gateway.spec import Limits
from tests.components.gateway import reader
from tests.components.gateway.authority import Authority, Leaf
from tests.components.gateway.dns import Names
from tests.components.gateway.lab import SPEC
from tests.components.gateway.real_envoy import Setting, free_port, mortal, running

K6 = Path(sys.executable).with_name("k6")
KILLED, DRAINED = "127.0.0.12", "127.0.0.13"
LOADED = replace(SPEC, limits=Limits(requests=100, queue=100, rate=100_000))


@contextmanager
def a_reader(address: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run a reader until the context ends, or somebody ends it."""
    process = subprocess.Popen(mortal(sys.executable, str(reader.__file__), address, str(port)))
    try:
        while not _answers(address, port):
            assert process.poll() is None
            time.sleep(0.05)
        yield process
    finally:
        process.kill()
        process.wait()


def _answers(address: str, port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((address, port)) == 0


@contextmanager
def load(port: int, authority: Authority, caller: Leaf, steady: str) -> Iterator[dict[str, int]]:
    """Put load on the gateway; after the context the value tells what was lost and served."""
    told = {
        "PORT": str(port),
        "CERTIFICATE": str(caller.certificate),
        "KEY": str(caller.key),
        "STEADY": steady,
    }
    command = mortal(str(K6), "run", "--quiet", "--no-usage-report", "--log-output=none")
    for name, value in told.items():
        command += ["--env", f"{name}={value}"]
    environment = {**os.environ, "SSL_CERT_FILE": str(authority.file), "GOMAXPROCS": "1"}
    script = str(Path(__file__).with_name("load.js"))
    found: dict[str, int] = {}
    with subprocess.Popen([*command, script], env=environment, stdout=subprocess.PIPE) as process:
        try:
            yield found
            output, _ = process.communicate(timeout=40)
            found |= json.loads(output)
        finally:
            process.kill()


class TestNothingIsLost:
    def test_when_a_reader_is_killed_and_another_leaves(
        self, authority: Authority, server: Leaf, callers: dict[str, Leaf], tmp_path: Path
    ) -> None:
        port = free_port()
        with Names() as names:
            names.addresses["readers.test."] = [KILLED, DRAINED]
            upstreams = {"readers": [("readers.test", port)]}
            setting = Setting(LOADED, server, authority.file, upstreams, names.port)
            with (
                a_reader(KILLED, port) as killed,
                a_reader(DRAINED, port) as drained,
                running(setting, tmp_path) as envoy,
                load(envoy.ports["web"], authority, callers["aveiro"], "9s") as found,
            ):
                time.sleep(3)
                killed.kill()
                time.sleep(2)
                with a_reader(KILLED, port):
                    time.sleep(2)
                    names.addresses["readers.test."] = [KILLED]
                    time.sleep(3)
                    busy = envoy.stat("cluster.readers.membership_total")
                    drained.terminate()
                    time.sleep(3)
                retried = envoy.stat("cluster.readers.upstream_rq_retry")

        print(f"\nserved {found['served']}, lost {found['lost']}, retried {retried}")  # noqa: T201 - the figures are the point
        assert 0 == found["lost"]
        assert found["served"] > 100
        assert 1 == busy
        assert retried > 0

    def test_but_with_envoys_defaults_a_killed_reader_loses_requests(
        self, authority: Authority, server: Leaf, callers: dict[str, Leaf], tmp_path: Path
    ) -> None:
        port = free_port()
        upstreams = {"readers": [(KILLED, port), (DRAINED, port)]}
        setting = Setting(LOADED, server, authority.file, upstreams, defaults=True)
        with (
            a_reader(KILLED, port) as killed,
            a_reader(DRAINED, port),
            running(setting, tmp_path) as envoy,
            load(envoy.ports["web"], authority, callers["aveiro"], "3s") as found,
        ):
            time.sleep(2)
            killed.kill()
            time.sleep(3)

        print(f"\ncontrol: served {found['served']}, lost {found['lost']}")  # noqa: T201 - the figures are the point
        assert found["lost"] > 0
