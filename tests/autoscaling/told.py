"""Gateways that tell whatever load a test wants, for outages that real ones can't be led into.

Owns two of them for each institution, on two addresses, as a gateway's own figures read
(:mod:`components.gateway.envoy.operations`). Doesn't own any assertion.
"""

from __future__ import annotations

from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlparse

ADDRESSES: Final = ("127.0.1.1", "127.0.1.2")
PORT: Final = 9901


class Silence(Enum):
    """What a gateway tells that tells no load."""

    ABSENT = "a page without the series"
    DOWN = "no page"


Load = tuple[float | Silence, float | Silence]
"""Requests in flight at each gateway."""


def load(total: float) -> Load:
    """Both gateways have half of it."""
    return total / 2, total / 2


class Gateways:
    """The gateways of several institutions.

    Attributes:
        load: what they tell, by institution.
    """

    def __init__(self) -> None:
        self.load: dict[str, Load] = {}
        self.servers = [_Server(number, self) for number in range(len(ADDRESSES))]

    def page(self, institution: str, number: int) -> str | None:
        """What one gateway tells; None: it doesn't answer."""
        match self.load[institution][number]:
            case Silence.DOWN:
                return None
            case Silence.ABSENT:
                return "# nothing is known\n"
            case in_flight:
                return _series("active", in_flight) + _series("pending_active", 0)


def _series(what: str, value: object) -> str:
    return f'envoy_cluster_upstream_rq_{what}{{envoy_cluster_name="readers"}} {value}\n'


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, number: int, gateways: Gateways) -> None:
        self.number, self.gateways = number, gateways
        super().__init__((ADDRESSES[number], PORT), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        (institution,) = parse_qs(urlparse(self.path).query)["of"]
        page = self.server.gateways.page(institution, self.server.number)
        self.send_response(500 if page is None else 200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.end_headers()
        self.wfile.write((page or "").encode())

    def log_message(self, *_: Any) -> None:  # noqa: ANN401 - the library's
        """Say nothing."""
