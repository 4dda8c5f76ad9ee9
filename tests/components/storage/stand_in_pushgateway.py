"""A stand-in for the Pushgateway: an HTTP server on loopback that keeps what it was sent.

Owns nothing but that. What it isn't: it reads no metrics, so it refuses none by itself.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer


class Pushgateway(HTTPServer):
    """Keeps each request's method, path and body; answers with ``status``."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Keeper)
        self.requests: list[tuple[str, str, str]] = []
        self.status = 200

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_port}"


class Keeper(BaseHTTPRequestHandler):
    def do_PUT(self) -> None:
        assert isinstance(self.server, Pushgateway)
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.requests.append((self.command, self.path, body))
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(b"pushed metrics are invalid")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving() -> Iterator[Pushgateway]:
    """One that serves as long as the context lasts."""
    with Pushgateway() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server
        server.shutdown()
        thread.join()
