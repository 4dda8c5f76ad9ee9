"""A stand-in for one reader, as a process: ``reader_stand_in.py ADDRESS PORT READINESS-PATH``.

Owns its answers: DICOM-like objects, a few at a time, each after a fixed time; what comes meanwhile
waits. So the requests in flight depend on how many readers there are. Doesn't own any assertion.
"""

from __future__ import annotations

import hashlib
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

AT_ONCE: Final = 7
"""Requests that a reader works on at once."""
SECONDS: Final = 0.25
"""That each of them takes."""
OBJECTS: Final = 8
_SIZE: Final = 65536
_PREFIX: Final = "/legacy/file?uid=1.2.840."


def body(number: int) -> bytes:
    """The object of a number: a preamble, DICOM's prefix, and bytes of its own."""
    return b"\0" * 128 + b"DICM" + bytes([number]) * _SIZE


def objects() -> dict[str, dict[str, object]]:
    """Length and SHA-256 of each object, by the path and query of its download."""
    contents = {f"{_PREFIX}{number}": body(number) for number in range(OBJECTS)}
    return {
        path: {"length": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for path, content in contents.items()
    }


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], readiness: str) -> None:
        self.readiness = readiness
        self.turns = threading.Semaphore(AT_ONCE)
        super().__init__(address, _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 2 * _SIZE
    server: _Server

    def do_GET(self) -> None:
        if self.path == self.server.readiness:
            self._send(body(0))
        elif self.path.startswith(_PREFIX):
            with self.server.turns:
                time.sleep(SECONDS)
            self._send(body(int(self.path.removeprefix(_PREFIX))))
        else:
            self.send_error(404)

    def _send(self, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:  # noqa: ANN401 - the library's
        """Say nothing."""


if __name__ == "__main__":
    _Server((sys.argv[1], int(sys.argv[2])), sys.argv[3]).serve_forever()
