"""Answers over HTTP what Dicoogle would, as far as the pods' scripts ask.

Owns the answers, in the form of Dicoogle 3.5.1's servlets. Doesn't own any assertion. What it
isn't: an index; a test says how many objects an index task finds.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit


@dataclass
class Archive:
    """What a Dicoogle, and the gateway for metrics beside it, know.

    Attributes:
        indexed: objects in the index.
        indexable: objects that are in it after an index task.
        index: its index plugins.
        complaints: what its storage plugin says that keeps it from being ready.
        storing: whether the storage service runs.
        looks: how often a task is seen running before it is complete.
        pushed: what was pushed, by path.
        asked: requests of index tasks, their URIs.
        refused: how the URIs of index tasks end that fail; none unless told.
    """

    indexed: int = 0
    indexable: int = 0
    index: list[str] = field(default_factory=lambda: ["lucene"])
    complaints: str = ""
    storing: bool = True
    looks: int = 1
    pushed: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    refused: str = "\n"
    url: str = ""

    def figures(self) -> dict[str, float]:
        """The last figures that were pushed, by metric."""
        (text,) = self.pushed.values()
        lines = (line.split() for line in text.splitlines() if not line.startswith("#"))
        return {name: float(value) for name, value in lines}


@contextmanager
def served(archive: Archive) -> Iterator[Archive]:
    """Serve it on a loopback port as long as the context lasts."""
    handler = type("Handler", (_Handler,), {"archive": archive})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    archive.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield archive
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    archive: Archive

    def do_GET(self) -> None:
        path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        if path == "/health/ready":
            said = self.archive.complaints
            self._answer(503 if said else 200, (said or "well\n").encode())
        else:
            self._json(_ANSWERS[path](self.archive, query))

    def do_POST(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        self.archive.asked.extend(query["uri"])
        if query["uri"][0].endswith(self.archive.refused):
            self._answer(500, b"")
            return
        self._json({"tasks": [{"uid": "1"} for _ in self.archive.index]})

    def do_PUT(self) -> None:
        length = int(self.headers["Content-Length"])
        self.archive.pushed[self.path] = self.rfile.read(length).decode()
        self._answer(200, b"")

    def _json(self, value: object) -> None:
        self._answer(200, json.dumps(value, separators=(",", ":")).encode())

    def _answer(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


def _search(archive: Archive, query: dict[str, list[str]]) -> dict[str, Any]:
    everything = query["query"] == ["*:*"]
    return {"results": [], "elapsedTime": 1, "numResults": archive.indexed if everything else 0}


def _tasks(archive: Archive, _: dict[str, list[str]]) -> dict[str, Any]:
    """The tasks: others' that never end, and ours, complete after some looks."""
    others = [{"taskUid": "0", "taskName": "[lucene]index file:///data/other.dcm"}]
    archive.looks -= 1
    done: dict[str, Any] = {}
    if archive.looks < 0:
        archive.indexed = archive.indexable
        done = {"complete": True, "elapsedTime": 1, "nIndexed": 1, "nErrors": 0}
    ours = [
        {"taskUid": "1", "taskName": f"[lucene]index {uri}", "taskProgress": -1, **done}
        for uri in archive.asked
    ]
    return {"results": [*others, *ours], "count": 1}


_ANSWERS: Final[dict[str, Any]] = {
    "/ext/version": lambda *_: {"version": "3.5.1"},
    "/search": _search,
    "/index/task": _tasks,
    "/management/dicom/storage": lambda archive, _: {
        "isRunning": archive.storing,
        "port": 6666,
        "autostart": True,
    },
}
