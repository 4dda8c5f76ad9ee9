"""The real Envoy that most of the gateway's tests ask, started once.

Owns the fixtures. Doesn't own any assertion.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from components.gateway.access import identity
from components.gateway.envoy.clusters import QUERY, STORE
from tests.components.gateway.authority import SERVER, Authority, Leaf
from tests.components.gateway.lab import ENVIRONMENT, HOST, SPEC, Lab
from tests.components.gateway.real_envoy import Setting, running
from tests.components.gateway.stand_ins import DicomPort, WebApi, serving

_PATIENCE: Final = 10.0
"""Seconds, on a busy machine."""


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def server(authority: Authority) -> Leaf:
    return authority.sign("server", usage=SERVER, hosts=(HOST,))


@pytest.fixture(scope="session")
def callers(authority: Authority) -> dict[str, Leaf]:
    names = ("aveiro", "evora", "beja", "viseu", "lagos")
    return {name: authority.sign(name, identity(ENVIRONMENT, name)) for name in names}


@pytest.fixture(scope="session")
def shared_lab(
    authority: Authority,
    server: Leaf,
    callers: dict[str, Leaf],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Lab]:
    web, store, query = WebApi(), DicomPort(), DicomPort()
    upstreams = {
        "readers": [web.address],
        "ingest-dicom": [store.address],
        "readers-dicom": [query.address],
    }
    setting = Setting(SPEC, server, authority.file, upstreams)
    folder: Path = tmp_path_factory.mktemp("envoy")
    with serving(web, store, query), running(setting, folder) as envoy:
        yield Lab(envoy, authority, server, callers, web, store, query)


@pytest.fixture
def lab(shared_lab: Lab) -> Lab:
    """The gateway, with its stand-ins' memories empty and no association left of the last test."""
    _until_free(shared_lab, f"cluster.({STORE}|{QUERY}).upstream_cx_active")
    shared_lab.web.requests.clear()
    shared_lab.web.headers.clear()
    shared_lab.web.hold = 0.0
    for port in (shared_lab.store, shared_lab.query):
        port.connections, port.received = 0, b""
    return shared_lab


def _until_free(lab: Lab, gauge: str) -> None:
    """Wait until a gauge is 0: associations that a test held count against the next one's limit."""
    end = time.monotonic() + _PATIENCE
    while lab.envoy.stat(gauge) and time.monotonic() < end:
        time.sleep(0.05)
