"""Official downloads: used when they can be had and trusted, and never waited for."""

import hashlib
import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from local.toolchain import download
from local.toolchain.provision import Toolchain, provide
from local.toolchain.tools import Download
from tests.local.toolchain.fake_machine import Machine, Publisher

_PROGRAM = b"#!/bin/sh\necho downloaded\n"


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def _plain(publisher: Publisher) -> Download:
    """Offer the program itself, with its digest in a file of its own."""
    publisher.files["/v1.2.3/widget"] = _PROGRAM
    publisher.files["/v1.2.3/widget.sha256"] = _digest(_PROGRAM) + b"\n"
    url = f"{publisher.address}/v{{version}}/widget"
    return Download(url, f"{url}.sha256")


def _archived(publisher: Publisher) -> Download:
    """Offer an archive, with a list of digests for it and for others."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        member = tarfile.TarInfo("widget-1.2.3/widget")
        member.size = len(_PROGRAM)
        archive.addfile(member, io.BytesIO(_PROGRAM))
    content = buffer.getvalue()
    publisher.files["/widget.tar.gz"] = content
    publisher.files["/SUMS"] = b"\n".join(
        [_digest(b"another") + b"  another.tar.gz", _digest(content) + b" *widget.tar.gz"]
    )
    return Download(
        f"{publisher.address}/widget.tar.gz", f"{publisher.address}/SUMS", "widget-{version}"
    )


def _provide(machine: Machine, offered: Download) -> Toolchain:
    return provide([machine.widget(offered)], machine.cache)


class TestADownload:
    """It is preferred to a build where its publisher can be reached."""

    @pytest.mark.parametrize("offer", [_plain, _archived])
    def test_becomes_the_program(
        self, machine: Machine, publisher: Publisher, offer: Callable[[Publisher], Download]
    ) -> None:
        toolchain = _provide(machine, offer(publisher))

        assert _PROGRAM == toolchain.path("widget").read_bytes()
        assert "downloaded from http://127.0.0.1" in toolchain.programs["widget"].origin
        assert [] == machine.builds()

    def test_leaves_nothing_but_the_programs(self, machine: Machine, publisher: Publisher) -> None:
        toolchain = _provide(machine, _archived(publisher))
        left = {each.name for each in toolchain.path("widget").parent.iterdir()}

        assert {"widget", "origin.txt"} == left


class TestADownloadThatFails:
    """It is never used; the tool is built instead, and the reason is said."""

    def _is_built(self, machine: Machine, offered: Download) -> bool:
        toolchain = _provide(machine, offered)
        left = {each.name for each in toolchain.path("widget").parent.iterdir()}
        built = toolchain.programs["widget"].origin.startswith("built")
        return built and left == {"widget", "origin.txt"}

    def test_with_a_wrong_checksum(
        self, machine: Machine, publisher: Publisher, capsys: pytest.CaptureFixture[str]
    ) -> None:
        offered = _plain(publisher)
        publisher.files["/v1.2.3/widget"] = b"tampered"

        assert self._is_built(machine, offered)
        assert "doesn't match the checksum that its publisher gives" in capsys.readouterr().err

    def test_with_no_checksum_for_it(
        self, machine: Machine, publisher: Publisher, capsys: pytest.CaptureFixture[str]
    ) -> None:
        offered = _archived(publisher)
        publisher.files["/SUMS"] = _digest(b"another") + b"  another.tar.gz\n"

        assert self._is_built(machine, offered)
        assert "doesn't name widget.tar.gz" in capsys.readouterr().err

    def test_that_is_not_there(
        self, machine: Machine, publisher: Publisher, capsys: pytest.CaptureFixture[str]
    ) -> None:
        offered = _plain(publisher)
        del publisher.files["/v1.2.3/widget"]

        assert self._is_built(machine, offered)
        assert "404" in capsys.readouterr().err

    def test_whose_archive_lacks_the_program(
        self, machine: Machine, publisher: Publisher, capsys: pytest.CaptureFixture[str]
    ) -> None:
        whole = _archived(publisher)

        assert self._is_built(machine, Download(whole.url, whole.checksums, "elsewhere"))
        assert "its archive can't be used" in capsys.readouterr().err


class TestReachability:
    """Every host is asked once a day, so a closed network costs nobody time."""

    def test_is_remembered(self, machine: Machine, publisher: Publisher) -> None:
        tool = machine.widget(_plain(publisher))
        answers = {download.reachable_hosts([tool], machine.cache) for _ in range(3)}

        assert 1 == len(answers)
        assert ["HEAD /v1.2.3/widget.sha256"] == publisher.requests

    def test_of_a_closed_host_leads_to_a_build_without_a_request(
        self, machine: Machine, publisher: Publisher, capsys: pytest.CaptureFixture[str]
    ) -> None:
        offered = _plain(publisher)
        publisher.files.clear()
        toolchain = _provide(machine, offered)

        assert toolchain.programs["widget"].origin.startswith("built")
        assert ["HEAD /v1.2.3/widget.sha256"] == publisher.requests
        assert "building it instead" not in capsys.readouterr().err

    def test_of_a_host_that_refuses_connections_is_no(self, machine: Machine) -> None:
        closed = Download("http://127.0.0.1:9/widget", "http://127.0.0.1:9/widget.sha256")
        tool = machine.widget(closed)

        assert frozenset() == download.reachable_hosts([tool], machine.cache)

    @pytest.mark.parametrize("record", ["{", "[]", '{"host": {}}', "{age}"])
    def test_is_asked_again_after_a_day_or_when_the_record_is_damaged(
        self, machine: Machine, publisher: Publisher, record: str
    ) -> None:
        tool = machine.widget(_plain(publisher))
        download.reachable_hosts([tool], machine.cache)
        file = machine.cache / "reachable-hosts.json"
        file.write_text(_aged(file) if record == "{age}" else record)
        download.reachable_hosts([tool], machine.cache)

        assert ["HEAD /v1.2.3/widget.sha256"] * 2 == publisher.requests


def _aged(record: Path) -> str:
    """Return the record as if all had been asked 25 hours earlier."""
    answers = json.loads(record.read_text())
    return json.dumps({h: a | {"asked": a["asked"] - 25 * 3600} for h, a in answers.items()})
