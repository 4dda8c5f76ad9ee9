"""A stand-in for one reader, as a process that can be killed: ``reader.py ADDRESS PORT``.

Owns its answers: an object of 64 KiB, after the few milliseconds that a look-up takes. Head and
body leave in one write, since a body that has begun can't be sent again by anybody.
"""

from __future__ import annotations

import socket
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

OBJECT = b"\0" * 128 + b"DICM" + b"\1" * 65536
LOOK_UP = 0.03


class Reader(BaseHTTPRequestHandler):
    """Answers every download."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 2 * len(OBJECT)

    def setup(self) -> None:
        """Let the system take a whole answer at once."""
        super().setup()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2 * len(OBJECT))

    def do_GET(self) -> None:
        """Send the object."""
        time.sleep(LOOK_UP)
        self.send_response(200)
        self.send_header("Content-Length", str(len(OBJECT)))
        self.end_headers()
        self.wfile.write(OBJECT)

    def log_message(self, *_: Any) -> None:  # noqa: ANN401 - the library's
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """Takes many connections at once."""

    daemon_threads = True
    request_queue_size = 128


if __name__ == "__main__":
    Server((sys.argv[1], int(sys.argv[2])), Reader).serve_forever()
