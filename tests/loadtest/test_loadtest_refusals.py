"""What can't be measured, read or compared is refused in a sentence, before anything is loaded."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from loadtest import generator
from loadtest.__main__ import main
from loadtest.result import write
from tests.components.gateway.real_envoy import free_port
from tests.loadtest.faulty_archive import Archive, dicom, running
from tests.loadtest.made_results import readers

ROOT = Path(__file__).resolve().parents[2]
HELD = {"1.2": dicom("1.2", b"data")}


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What the command said as it refused."""
    capsys.readouterr()
    assert 1 == main(list(words))
    said = capsys.readouterr()
    assert "" == said.out
    return said.err


def run(url: str, out: Path, *more: str) -> list[str]:
    words = ["run", "--url", url, "--scenario", "1", "--backend", "local", "--out", str(out)]
    return [*words, "--users", "1", "--duration", "1s", *more]


class TestARunThatCantBeMeant:
    @pytest.mark.parametrize(
        ("sentence", "words"),
        [
            ("No URL was given", ["--url", ""]),
            ("isn't the address of an archive's web API", ["--url", "gateway.aveiro"]),
            (
                "isn't the address of an archive's web API",
                ["--url", "https://a.org/search?query=x"],
            ),
            ("isn't the address of an archive's web API", ["--url", "ftp://a.org"]),
            ("is no URL", ["--url", "https://a.org:port"]),
            ("carries a user or a password", ["--url", "https://ana:secret@a.org"]),
            ("isn't an IP address", ["--address", "gateway.local"]),
            ("belong together", ["--certificate", "a.crt"]),
            ("There is no certificate file 'a.crt'", ["--certificate", "a.crt", "--key", "a.key"]),
            ("There is no authority file 'ca.crt'", ["--authority", "ca.crt"]),
            ("The scenario 'three' isn't known", ["--scenario", "three"]),
            ("0 readers", ["--scenario", "0"]),
            ("'20 minutes' is no duration", ["--duration", "20 minutes"]),
            ("A run of 0 users", ["--users", "0"]),
            ("A run of 0 seconds", ["--duration", "0s"]),
            ("A timeout of 0 s", ["--timeout", "0"]),
            ("no number behind the '='", ["--objects", "Modality:MR=often"]),
            ("the weight 0", ["--objects", "Modality:MR=0"]),
            ("the weight nan", ["--objects", "Modality:MR=nan"]),
            ("stands twice", ["--objects", "Modality:MR=1", "--objects", "Modality:MR=2"]),
            ("There is no manifest 'absent.json'", ["--manifest", "absent.json"]),
        ],
    )
    def test_is_refused(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], sentence: str, words: list[str]
    ) -> None:
        said = refused(capsys, *run("https://a.org", tmp_path / "out"), *words)

        assert sentence in said
        assert "secret" not in said
        assert not (tmp_path / "out").exists()

    def test_never_writes_over_another_result(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert "exists already" in refused(capsys, *run("https://a.org", tmp_path))

    def test_needs_a_certificate_only_where_somebody_sees_it(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        file = tmp_path / "a.pem"
        file.write_text("")
        words = run(
            "http://a.org", tmp_path / "out", "--certificate", str(file), "--key", str(file)
        )

        assert "has no TLS" in refused(capsys, *words)

    def test_is_refused_with_a_certificate_that_isnt_one(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        file = tmp_path / "a.pem"
        file.write_text("not PEM")
        words = run(
            "https://a.org", tmp_path / "out", "--certificate", str(file), "--key", str(file)
        )

        assert "certificate files can't be used" in refused(capsys, *words)


class TestAnArchiveThatCantBeLoaded:
    def test_because_nobody_answers(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        said = refused(capsys, *run(f"http://127.0.0.1:{free_port()}", tmp_path / "out"))

        assert "doesn't answer" in said

    def test_because_it_holds_no_such_object(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with running(Archive(HELD)) as archive:
            words = run(archive.url, tmp_path / "out", "--objects", "Modality:NONE")
            said = refused(capsys, *words)

        assert "No object was found for 'Modality:NONE'" in said
        assert not (tmp_path / "out").exists()

    def test_because_there_is_no_k6(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
        monkeypatch.setenv("PATH", str(tmp_path))
        with running(Archive(HELD)) as archive:
            said = refused(capsys, *run(archive.url, tmp_path / "out"))

        assert "There is no k6" in said
        assert not (tmp_path / "out").exists()

    def test_because_k6_fails(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        script = tmp_path / "broken.js"
        script.write_text("export default function () {}\nthrow new Error('broken on purpose');\n")
        monkeypatch.setattr(generator, "_SCRIPT", script)
        with running(Archive(HELD)) as archive:
            said = refused(capsys, *run(archive.url, tmp_path / "out"))

        assert "k6 ended with" in said
        assert "broken on purpose" in said


class TestARunWhoseNotesAreIncomplete:
    def test_has_no_result(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        script = tmp_path / "forgetful.js"
        script.write_text(
            "const settings = JSON.parse(open(__ENV.SETTINGS));\n"
            "export default function () {}\n"
            "export const handleSummary = () => "
            "({ [settings.summary]: JSON.stringify({ requests: 7 }) });\n"
        )
        monkeypatch.setattr(generator, "_SCRIPT", script)
        with running(Archive(HELD)) as archive:
            said = refused(capsys, *run(archive.url, tmp_path / "out"))

        assert "k6 made 7 requests and noted 0" in said
        assert not (tmp_path / "out").exists()


class TestAFileThatIsntAResult:
    @pytest.mark.parametrize(
        "content", ["", "not JSON", "[]", '{"format": "imaging-load-test/2"}', '{"requests": 7}']
    )
    def test_is_refused(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str
    ) -> None:
        file = tmp_path / "result.json"
        file.write_text(content)

        assert "isn't a load test's result" in refused(capsys, "compare", str(file))

    def test_is_refused_if_a_figure_is_missing(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        file = tmp_path / "result.json"
        write(readers(1, 10.0), file)
        content = json.loads(file.read_text())
        del content["downloads"]["p95"]
        file.write_text(json.dumps(content))

        assert "downloads.p95" in refused(capsys, "compare", str(file))

    def test_is_refused_if_it_isnt_there(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert "There is no result" in refused(capsys, "compare", str(tmp_path / "absent.json"))

    def test_but_one_that_was_written_is_read(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        files = [str(tmp_path / f"{n}.json") for n in (1, 2)]
        for file, result in zip(files, (readers(1, 10.0), readers(2, 20.0)), strict=True):
            write(result, Path(file))
        page, chart = tmp_path / "report.html", tmp_path / "chart.svg"

        assert 0 == main(["compare", *files, "--html", str(page), "--svg", str(chart)])
        assert "2 readers, ceph" in capsys.readouterr().out
        assert "2 readers, ceph" in page.read_text()
        assert "2 readers, ceph" in chart.read_text()


class TestAManifest:
    def test_of_a_folder_without_dicom_is_refused(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "notes.txt").write_text("nothing")

        assert "There is no DICOM file" in refused(capsys, "manifest", str(tmp_path))

    def test_of_two_objects_with_one_uid_is_refused(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "a").write_bytes(dicom("1.2", b"one"))
        (tmp_path / "b").write_bytes(dicom("1.2", b"other"))

        assert "another data set under the known UID 1.2" in refused(
            capsys, "manifest", str(tmp_path)
        )

    def test_that_isnt_one_is_refused(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        file = tmp_path / "manifest.json"
        file.write_text('{"1.2": {"bytes": "many", "sha256": "ab"}}')
        words = run("https://a.org", tmp_path / "out", "--manifest", str(file))

        assert "isn't a manifest: 1.2.bytes" in refused(capsys, *words)


class TestAnInterruptedRun:
    @pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGKILL])
    def test_leaves_no_load_behind(self, tmp_path: Path, by: signal.Signals) -> None:
        with running(Archive(HELD)) as archive:
            words = run(archive.url, tmp_path / "out", "--duration", "100s")
            # Tests that run in the background ignore SIGINT, and so does what they start.
            heard = ["env", "--default-signal=SIGINT"]
            command = [*heard, sys.executable, "-m", "loadtest", *words]
            # Killed, it can't remove what it wrote.
            variables = {**os.environ, "TMPDIR": str(tmp_path)}
            with subprocess.Popen(
                command, cwd=ROOT, env=variables, stderr=subprocess.PIPE
            ) as process:
                k6 = _k6_of(process.pid)
                os.kill(process.pid, by)
                _, said = process.communicate(timeout=30)
            psutil.wait_procs([k6], timeout=20)

        assert not k6.is_running()
        if by is signal.SIGINT:
            assert 130 == process.returncode
            assert b"Interrupted; there is no result." in said
            assert not (tmp_path / "out").exists()


def _k6_of(pid: int) -> psutil.Process:
    """The load generator of a run, once it loads."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        for child in psutil.Process(pid).children():
            if child.name() == "k6":
                return child
        time.sleep(0.05)
    raise TimeoutError("The run started no k6 within 30 s.")
