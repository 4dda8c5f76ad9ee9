"""DICOM through a real Envoy: over TLS by certificate, in plaintext by network."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.components.gateway.authority import Authority, Leaf
from tests.components.gateway.dns import Names
from tests.components.gateway.lab import SPEC, Lab
from tests.components.gateway.real_envoy import Setting, running
from tests.components.gateway.stand_ins import DicomPort, serving

ASSOCIATE = b"\x01\x00\x00\x00\x00\x04ABCD"
"""The head of an A-ASSOCIATE-RQ (DICOM PS3.8 §9.3.2)."""


@contextmanager
def connected(
    port: int, authority: Authority | None, caller: Leaf | None, source: str = "127.0.0.1"
) -> Iterator[socket.socket]:
    """Connect from an address of loopback; without an authority in plaintext."""
    plain = socket.create_connection(("127.0.0.1", port), 5, source_address=(source, 0))
    with plain:
        if authority is None:
            yield plain
            return
        context = authority.context(caller)
        with context.wrap_socket(plain, server_hostname="127.0.0.1") as secure:
            yield secure


def exchange(
    port: int, authority: Authority | None, caller: Leaf | None, source: str = "127.0.0.1"
) -> bytes:
    """What comes back for the begin of an association; nothing if the connection is closed."""
    try:
        with connected(port, authority, caller, source) as connection:
            connection.sendall(ASSOCIATE)
            return connection.recv(100)
    except (ssl.SSLError, ConnectionError):
        return b""


class TestOverTls:
    @pytest.mark.parametrize(
        ("port", "let_in"),
        [("dicom-store", {"aveiro", "viseu"}), ("dicom-query", {"aveiro", "evora"})],
    )
    def test_a_port_takes_those_who_may_do_all_that_it_is_for(
        self, lab: Lab, port: str, let_in: set[str]
    ) -> None:
        expected = {name: ASSOCIATE if name in let_in else b"" for name in lab.callers}
        behind = lab.store if port == "dicom-store" else lab.query

        found = {
            name: exchange(lab.envoy.ports[port], lab.authority, leaf)
            for name, leaf in lab.callers.items()
        }

        assert expected == found
        assert len(let_in) == behind.connections
        assert 0 == (lab.query if port == "dicom-store" else lab.store).connections

    @pytest.mark.parametrize("port", ["dicom-store", "dicom-query"])
    def test_neither_plaintext_nor_a_missing_certificate_gets_through(
        self, lab: Lab, port: str
    ) -> None:
        assert b"" == exchange(lab.envoy.ports[port], lab.authority, None)
        assert ASSOCIATE not in exchange(lab.envoy.ports[port], None, None)
        assert (0, 0) == (lab.store.connections, lab.query.connections)

    def test_a_refusal_is_counted(self, lab: Lab) -> None:
        port = lab.envoy.ports["dicom-store"]
        counter = f"listener.127.0.0.1_{port}.ssl.fail_verify_san"
        before = lab.envoy.stat(counter)
        exchange(port, lab.authority, lab.callers["evora"])

        assert before + 1 == lab.envoy.stat(counter)

    def test_associations_are_limited(self, lab: Lab) -> None:
        port = lab.envoy.ports["dicom-store"]
        with ExitStack() as stack:
            for _ in range(SPEC.limits.associations):
                held = stack.enter_context(connected(port, lab.authority, lab.callers["aveiro"]))
                held.sendall(ASSOCIATE)
                assert ASSOCIATE == held.recv(100)

            assert b"" == exchange(port, lab.authority, lab.callers["aveiro"])


class TestPlaintext:
    @pytest.mark.parametrize("port", ["dicom-plain-store", "dicom-plain-query"])
    def test_only_the_named_networks_get_through(self, lab: Lab, port: str) -> None:
        found = {
            source: exchange(lab.envoy.ports[port], None, None, source)
            for source in ("127.0.0.9", "127.0.0.8", "127.0.0.1")
        }

        assert {"127.0.0.9": ASSOCIATE, "127.0.0.8": b"", "127.0.0.1": b""} == found
        assert 1 == lab.store.connections + lab.query.connections

    def test_a_refusal_is_counted(self, lab: Lab) -> None:
        port = lab.envoy.ports["dicom-plain-store"]
        counter = f"listener.127.0.0.1_{port}.no_filter_chain_match"
        before = lab.envoy.stat(counter)
        exchange(port, None, None)

        assert before + 1 == lab.envoy.stat(counter)


class TestBrake:
    """A full repository has no ready ingest, so its name has no address."""

    @pytest.mark.parametrize("way", ["no data", "no such name"])
    def test_objects_are_refused_until_the_ingest_is_ready_again(
        self, authority: Authority, server: Leaf, callers: dict[str, Leaf], tmp_path: Path, way: str
    ) -> None:
        ingest = DicomPort()
        with Names() as names, serving(ingest):
            names.addresses["ingest.test."] = ["127.0.0.1"]
            names.missing = way == "no such name"
            upstreams = {"ingest-dicom": [("ingest.test", ingest.address[1])]}
            setting = Setting(SPEC, server, authority.file, upstreams, names.port)
            with running(setting, tmp_path) as envoy:

                def store() -> bytes:
                    return exchange(envoy.ports["dicom-store"], authority, callers["aveiro"])

                assert ASSOCIATE == store()
                del names.addresses["ingest.test."]
                assert within(10, lambda: b"" == store())
                names.addresses["ingest.test."] = ["127.0.0.1"]
                assert within(10, lambda: ASSOCIATE == store())


def within(seconds: float, true: object) -> bool:
    """Whether it becomes true in time."""
    assert callable(true)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.2)
    return False
