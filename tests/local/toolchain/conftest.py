"""Fixtures of the tool chain's tests: a machine of scripts, a publisher of downloads."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.local.toolchain.fake_machine import Machine, Publisher


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Return a machine with a Go whose builds go well, and no tool on PATH."""
    made = Machine(
        path=tmp_path / "path",
        cache=tmp_path / "home" / "imaging-repository",
        home=tmp_path / "home",
        module=tmp_path / "module",
    )
    made.path.mkdir()
    made.module.mkdir()
    (made.module / "go.mod").write_text("module widget\n\ngo 1.26.0\n")
    monkeypatch.setenv("PATH", os.pathsep.join([str(made.path), "/usr/bin", "/bin"]))
    monkeypatch.setenv("XDG_CACHE_HOME", str(made.home))
    made.go("well")
    return made


@contextmanager
def _serving(publisher: Publisher, server: ThreadingHTTPServer) -> Iterator[Publisher]:
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield publisher
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    """Serve a publisher's downloads until the test ends."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            made.requests.append(f"{self.command} {self.path}")
            content = made.files.get(self.path)
            self.send_response(404 if content is None else 200)
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(content or b"")

        do_GET = do_HEAD = _answer  # noqa: N815 - the names that http.server looks for

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Publisher(f"http://127.0.0.1:{server.server_address[1]}")
    with _serving(made, server):
        yield made
