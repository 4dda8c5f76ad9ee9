"""`make promises` prints what was promised, and what a Prometheus says of it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from local.commands.__main__ import main

NOTHING: Mapping[str, object] = {"data": {"result": []}}
Figures = Mapping[str, Mapping[tuple[str, str], str]]


@contextmanager
def prometheus(answer: Mapping[str, object] | Figures, status: int = 200) -> Iterator[str]:
    """Answer like Prometheus; of figures by metric, else what is given."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query)["query"][0]
            found = answer.get(query, answer)
            body = json.dumps(_vector(found) if found is not answer else answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _vector(figures: object) -> Mapping[str, object]:
    assert isinstance(figures, Mapping)
    result = [
        {"metric": {"institution": institution, "promise": promise}, "value": [0, value]}
        for (institution, promise), value in figures.items()
    ]
    return {"data": {"result": result}}


def row(printed: str, institution: str, promise: str) -> list[str]:
    for line in printed.splitlines():
        words = line.split()
        if words[:2] == [institution, promise]:
            return words[2:]
    raise AssertionError(printed)


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "150")


class TestPromises:
    def test_without_a_prometheus_it_says_what_the_files_promise(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert 0 == main(["promises"])
        printed = capsys.readouterr().out
        assert ["3", "copies", "of", "every"] == row(printed, "aveiro", "copies")[:4]
        assert ["yes", "stored", "in", "faro", "only"] == row(printed, "evora", "residency")
        assert "Kept" not in printed

    def test_an_institution_alone_is_printed_alone(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert 0 == main(["promises", "--institution", "evora"])
        assert "aveiro" not in capsys.readouterr().out

    def test_kept_untold_and_unobserved_promises_are_told_apart(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        copies = ("aveiro", "copies")
        figures = {
            "imaging_promise_observed": {copies: "3"},
            "imaging_promise_kept": {copies: "1"},
        }
        with prometheus(figures) as url:
            assert 0 == main(["promises", "--prometheus", url])

        printed = capsys.readouterr().out
        assert ["3", "copies", "3", "copies", "kept"] == row(printed, *copies)[:5]
        assert ["20Ti", "-", "unknown"] == row(printed, "aveiro", "capacity")[:3]
        unobserved = row(printed, "aveiro", "recovery-point")
        assert ["1", "hours", "-", "no", "exporter", "tells"] == unobserved[:6]

    def test_a_broken_promise_is_named_and_fails(self, capsys: pytest.CaptureFixture[str]) -> None:
        copies = ("evora", "copies")
        figures = {
            "imaging_promise_observed": {copies: "1"},
            "imaging_promise_kept": {copies: "0"},
        }
        with prometheus(figures) as url:
            assert 1 == main(["promises", "--prometheus", url])

        said = capsys.readouterr()
        assert ["2", "copies", "1", "copies", "BROKEN"] == row(said.out, *copies)[:5]
        assert said.err.startswith("broken: evora's copies;")


class TestRefusals:
    def test_a_prometheus_that_knows_no_promise_is_another_ones(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with prometheus(NOTHING) as url:
            assert 1 == main(["promises", "--prometheus", url])
        assert "knows no promise: is it local's" in capsys.readouterr().err

    @pytest.mark.parametrize("url", ["http://127.0.0.1:1", "prometheus", "http://["])
    def test_an_address_where_none_answers_is_named_with_one_that_could(
        self, url: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert 1 == main(["promises", "--prometheus", url])
        assert "for example PROMETHEUS=http://127.0.0.1:9090" in capsys.readouterr().err

    @pytest.mark.parametrize(("answer", "status"), [({"data": 1}, 200), (NOTHING, 503)])
    def test_an_answer_that_is_no_prometheus_answer_is_refused(
        self, answer: Mapping[str, object], status: int, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with prometheus(answer, status) as url:
            assert 1 == main(["promises", "--prometheus", url])
        assert "Prometheus" in capsys.readouterr().err
