"""The load test as a gateway's caller: with a client certificate, at an address that DNS lacks."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from loadtest import result
from loadtest.__main__ import main
from tests.components.gateway.authority import SERVER, Authority, Leaf
from tests.loadtest.faulty_archive import Archive, dicom, running

HELD = {"1.2": dicom("1.2", b"data")}
HOST = "gateway.aveiro.example.org"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def tls(authority: Authority) -> ssl.SSLContext:
    """A server that wants a certificate from each caller."""
    server = authority.sign("server", usage=SERVER, hosts=(HOST,))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(authority.file))
    context.load_cert_chain(server.certificate, server.key)
    context.verify_mode = ssl.CERT_REQUIRED
    return context


def run(port: int, trusted: Path, out: Path, caller: Leaf | None) -> int:
    words = ["run", "--url", f"https://{HOST}:{port}", "--address", "127.0.0.1"]
    words += ["--authority", str(trusted), "--scenario", "1", "--backend", "local"]
    words += ["--users", "2", "--duration", "1s", "--out", str(out)]
    if caller is not None:
        words += ["--certificate", str(caller.certificate), "--key", str(caller.key)]
    return main(words)


class TestACallerWithACertificate:
    def test_loads_the_archive(
        self, authority: Authority, tls: ssl.SSLContext, tmp_path: Path
    ) -> None:
        caller = authority.sign("aveiro")
        with running(Archive(HELD), tls) as archive:
            assert 0 == run(archive.port, authority.file, tmp_path / "out", caller)
        found = result.read(tmp_path / "out" / "result.json")

        assert {} == found.failures
        assert archive.answered["download: honest"] == found.downloads.requests
        assert found.downloads.requests > 0

    def test_leaves_no_key_in_the_result(
        self, authority: Authority, tls: ssl.SSLContext, tmp_path: Path
    ) -> None:
        caller = authority.sign("aveiro")
        with running(Archive(HELD), tls) as archive:
            run(archive.port, authority.file, tmp_path / "out", caller)

        for file in (tmp_path / "out").iterdir():
            assert "PRIVATE" not in file.read_text()
            assert str(caller.key) not in file.read_text()

    def test_without_one_is_told_so(
        self,
        authority: Authority,
        tls: ssl.SSLContext,
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        with running(Archive(HELD), tls) as archive:
            assert 1 == run(archive.port, authority.file, tmp_path / "out", None)

        assert "does it trust our certificate" in capsys.readouterr().err

    def test_of_a_server_that_it_does_not_trust_is_told_so(
        self,
        authority: Authority,
        tls: ssl.SSLContext,
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        folder = tmp_path / "stranger"
        folder.mkdir()
        stranger = Authority(folder)
        with running(Archive(HELD), tls) as archive:
            caller = authority.sign("aveiro")
            assert 1 == run(archive.port, stranger.file, tmp_path / "out", caller)

        assert "do we trust its own" in capsys.readouterr().err
