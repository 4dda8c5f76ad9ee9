"""The gateway that most tests ask, what stands behind it, and how they ask it.

Owns these values. Doesn't own the running of them (``conftest.py``), nor any assertion.
"""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from types import MappingProxyType
from typing import Final

from components.catalog import Deed
from components.catalog.institution import Grant
from components.gateway.spec import GatewaySpec, Limits
from tests.components.gateway.authority import Authority, Leaf
from tests.components.gateway.real_envoy import Envoy
from tests.components.gateway.stand_ins import READINESS, DicomPort, WebApi

HOST: Final = "aveiro.example.org"
ENVIRONMENT: Final = "test"
SPEC: Final = GatewaySpec(
    environment=ENVIRONMENT,
    institution="aveiro",
    image="envoy:1",
    issuer="imaging",
    hosts=(HOST,),
    access=(
        Grant(institution="evora", may=(Deed.QUERY, Deed.RETRIEVE)),
        Grant(institution="beja", may=(Deed.QUERY,)),
        Grant(institution="viseu", may=(Deed.STORE,)),
    ),
    readiness_path=READINESS,
    limits=Limits(requests=8, queue=8, rate=60, associations=3),
    networks=(ip_network("127.0.0.9/32"),),
)


@dataclass(frozen=True)
class Lab:
    """A gateway, what stands behind it, and the certificates of those in front of it."""

    envoy: Envoy
    authority: Authority
    server: Leaf
    callers: Mapping[str, Leaf]
    web: WebApi
    store: DicomPort
    query: DicomPort

    def connect(self, caller: Leaf | None) -> http.client.HTTPSConnection:
        """Open a connection to the web API."""
        port = self.envoy.ports["web"]
        context = self.authority.context(caller)
        return http.client.HTTPSConnection("127.0.0.1", port, timeout=10, context=context)

    def ask(
        self,
        caller: Leaf | None,
        target: str,
        method: str = "GET",
        headers: Mapping[str, str] = MappingProxyType({}),
        body: bytes | None = None,
    ) -> int | None:
        """The status of the answer; None where the connection ends without one."""
        connection = self.connect(caller)
        try:
            sent = {"Host": HOST, **headers}
            connection.request(method, target, body=body, headers=sent)
            return connection.getresponse().status
        except (ssl.SSLError, ConnectionError):
            return None
        finally:
            connection.close()
