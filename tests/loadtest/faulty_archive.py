"""A stand-in for an archive's web API, which fails as it is told and counts what it answered.

Owns the answers and their counts. Doesn't own any assertion.
"""

from __future__ import annotations

import json
import ssl
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

SECONDS_OF_SLOW = 4.0
HONEST = "honest"


def dicom(uid: str, data: bytes, remark: bytes = b"made by the sender") -> bytes:
    """A DICOM file with this data set; ``remark`` makes its file meta information differ."""
    meta = _element(b"\x02\x00\x03\x00UI", uid.encode()) + _element(b"\x02\x00\x13\x00SH", remark)
    length = b"\x02\x00\x00\x00UL\x04\x00" + struct.pack("<I", len(meta))
    return bytes(128) + b"DICM" + length + meta + data


def _element(tag: bytes, value: bytes) -> bytes:
    even = value + b"\0" * (len(value) % 2)
    return tag + struct.pack("<H", len(even)) + even


@dataclass
class Archive:
    """What the stand-in holds and did.

    Attributes:
        objects: a DICOM file by UID.
        faults: the name of a fault by UID; whoever isn't named is served honestly.
        searches: faults of searches, one after the other, again and again.
        answered: how often each answer was given, such as ``download: truncated``.
        port: where it listens on loopback.
    """

    objects: Mapping[str, bytes]
    faults: Mapping[str, str] = field(default_factory=dict)
    searches: Sequence[str] = (HONEST,)
    answered: Counter[str] = field(default_factory=Counter)
    port: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        """Where it is asked, without TLS."""
        return f"http://127.0.0.1:{self.port}"

    def note(self, key: str) -> int:
        """Count under a key; returns what was counted before."""
        with self._lock:
            self.answered[key] += 1
            return self.answered[key] - 1


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one packet for head and body, or each waits for the other's acknowledgement
    archive: Archive

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        parameters = {key: values[0] for key, values in parse_qs(asked.query).items()}
        try:
            if asked.path == "/search":
                self._search(parameters)
            else:
                self._download(parameters["uid"])
        except ConnectionError:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _search(self, asked: Mapping[str, str]) -> None:
        size, offset = int(asked["psize"]), int(asked.get("offset", "0"))
        uids = [] if asked["query"] == "Modality:NONE" else list(self.archive.objects)
        fault = HONEST
        if size > 1:
            turn = self.archive.note("searches")
            fault = self.archive.searches[turn % len(self.archive.searches)]
            self.archive.note(f"search: {fault}")
            # Each user begins with another object.
            uids = uids[turn % len(uids) :] + uids[: turn % len(uids)]
        if fault == "status 503":
            self._send(b"", 503)
        elif fault == "no search result":
            self._send(b"<html>Sign in, please</html>")
        else:
            shown = [] if fault == "nothing found" else uids[offset : offset + size]
            results = [{"fields": {"SOPInstanceUID": uid}} for uid in shown]
            self._send(json.dumps({"results": results, "numResults": len(uids)}).encode())

    def _download(self, uid: str) -> None:
        fault = self.archive.faults.get(uid, HONEST)
        if self.archive.note(uid) == 0 and fault == "changed":
            fault = HONEST
        self.archive.note(f"download: {fault}")
        FAULTS[fault](self, self.archive.objects[uid])

    def _send(self, body: bytes, status: int = 200, length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def honest(self, body: bytes) -> None:
        self._send(body)

    def cut(self, body: bytes) -> None:
        self._send(body[:-100], length=len(body))
        self.close_connection = True

    def unmarked(self, body: bytes) -> None:
        self._send(body.replace(b"DICM", b"JPEG", 1))

    def changed(self, body: bytes) -> None:
        time.sleep(0.2)  # the first body, which is honest, arrives first
        self._send(body[:-1] + bytes([body[-1] ^ 1]))

    def nothing(self, _: bytes) -> None:
        self.send_response(204)
        self.end_headers()

    def busy(self, _: bytes) -> None:
        self._send(b"", 503)

    def slow(self, body: bytes) -> None:
        time.sleep(SECONDS_OF_SLOW)
        self._send(body)

    def hung_up(self, _: bytes) -> None:
        self.wfile.write(b"HTTP/1.1 200")  # after no byte at all, a client may ask once more
        self.close_connection = True


FAULTS: Mapping[str, Callable[[_Handler, bytes], None]] = {
    HONEST: _Handler.honest,
    "truncated": _Handler.cut,
    "not DICOM": _Handler.unmarked,
    "changed": _Handler.changed,
    "empty": _Handler.nothing,
    "status 503": _Handler.busy,
    "timeout": _Handler.slow,
    "no answer": _Handler.hung_up,
}


@contextmanager
def running(archive: Archive, tls: ssl.SSLContext | None = None) -> Iterator[Archive]:
    """Serve the archive on a free port of loopback."""
    handler = type("Handler", (_Handler,), {"archive": archive})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    archive.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield archive
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
