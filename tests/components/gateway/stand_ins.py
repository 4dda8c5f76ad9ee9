"""Stand-ins for Dicoogle: its web API and a DICOM port, which tell everything that reached them.

Owns them. Doesn't own any assertion. They answer whatever they are asked: what must not be answered
must not get here.
"""

from __future__ import annotations

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

READINESS = "/legacy/file?uid=2.25.1"


class WebApi(ThreadingHTTPServer):
    """Dicoogle's web API.

    Attributes:
        requests: method and target of each request but health checks, as they came.
        headers: the headers of each of them.
        hold: how long an answer takes, in seconds.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        self.requests: list[tuple[str, str]] = []
        self.headers: list[dict[str, str]] = []
        self.hold = 0.0
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens."""
        return "127.0.0.1", int(self.server_address[1])


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body in one write
    server: WebApi

    def _answer(self) -> None:
        if self.path != READINESS:
            self.server.requests.append((self.command, self.path))
            self.server.headers.append(
                {name.lower(): value for name, value in self.headers.items()}
            )
            time.sleep(self.server.hold)
        body = b"\0" * 128 + b"DICM"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = do_OPTIONS = _answer  # noqa: N815 - the library's names

    def log_message(self, *_: Any) -> None:  # noqa: ANN401 - the library's
        """Say nothing."""


class _Echo(socketserver.BaseRequestHandler):
    server: DicomPort

    def handle(self) -> None:
        self.server.connections += 1
        while data := self.request.recv(65536):
            self.server.received += data
            self.request.sendall(data)


class DicomPort(socketserver.ThreadingTCPServer):
    """A DICOM port that sends everything back.

    Attributes:
        connections: how many were opened.
        received: all that was sent to it.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        self.connections = 0
        self.received = b""
        super().__init__(("127.0.0.1", 0), _Echo)

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens."""
        return "127.0.0.1", int(self.server_address[1])


@contextmanager
def serving(*servers: socketserver.BaseServer) -> Iterator[None]:
    """Serve until the context ends."""
    for server in servers:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()
