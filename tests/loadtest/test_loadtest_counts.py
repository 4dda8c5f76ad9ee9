"""A real k6 against a stand-in archive: what is served counts, what isn't fails for its reason."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from loadtest import result
from loadtest.__main__ import main
from loadtest.result import Result
from tests.loadtest.faulty_archive import FAULTS, HONEST, Archive, dicom, running

SIZE = 20_000
FAULTY = [fault for fault in FAULTS if fault != HONEST]
SEARCHES = ["nothing found", "no search result", "status 503"]


def objects(names: list[str]) -> dict[str, bytes]:
    """An object of its own content for each name, by UID."""
    return {
        f"1.2.840.{number}": dicom(f"1.2.840.{number}", name.encode() * (SIZE // len(name)))
        for number, name in enumerate(names)
    }


def loaded(archive: Archive, out: Path, *more: str) -> Result:
    """Put some seconds of load on an archive; returns what was measured."""
    words = ["run", "--url", archive.url, "--scenario", "2", "--backend", "local"]
    words += ["--users", "16", "--duration", "4s", "--timeout", "1", "--out", str(out), *more]
    assert main(words) == 0
    return result.read(out / "result.json")


@dataclass(frozen=True)
class Measured:
    """A finished run: what the archive counted, and what was measured."""

    answered: Counter[str]
    result: Result


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Measured:
    held = objects([*FAULTY, HONEST])
    faults = dict(zip(held, FAULTY, strict=False))
    with running(Archive(held, faults, [HONEST, HONEST, HONEST, *SEARCHES])) as archive:
        measured = loaded(archive, tmp_path_factory.mktemp("faulty") / "out")
    return Measured(archive.answered, measured)


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Measured:
    with (
        pytest.MonkeyPatch.context() as patch,
        running(Archive(objects(["one", "two", "three"]))) as archive,
    ):
        patch.setenv("K6_DURATION", "1s")  # k6 would heed it, and the plan wouldn't count
        measured = loaded(archive, tmp_path_factory.mktemp("honest") / "out", "--users", "3")
    return Measured(archive.answered, measured)


class TestAFailure:
    @pytest.mark.parametrize("fault", FAULTY)
    def test_of_a_download_is_counted_under_its_reason(self, faulty: Measured, fault: str) -> None:
        answered = faulty.answered[f"download: {fault}"]

        assert answered > 0
        assert answered == faulty.result.failures[f"download: {fault}"]

    @pytest.mark.parametrize("fault", SEARCHES)
    def test_of_a_search_is_counted_under_its_reason(self, faulty: Measured, fault: str) -> None:
        answered = faulty.answered[f"search: {fault}"]

        assert answered > 0
        assert answered == faulty.result.failures[f"search: {fault}"]

    def test_has_no_other_reason(self, faulty: Measured) -> None:
        expected = {f"download: {f}" for f in FAULTY} | {f"search: {f}" for f in SEARCHES}

        assert expected == set(faulty.result.failures)

    def test_makes_its_user_wait_rather_than_flood(self, faulty: Measured) -> None:
        # 16 users fail at most once a second each, in 4 s and the seconds that they finish in.
        assert faulty.result.total.failed <= 16 * 8


class TestAnHonestArchive:
    def test_fails_nowhere(self, honest: Measured) -> None:
        assert {} == honest.result.failures
        assert 0 == honest.result.total.failed

    def test_is_counted_as_it_counted_itself(self, honest: Measured) -> None:
        downloads = honest.answered[f"download: {HONEST}"]
        searches = honest.answered[f"search: {HONEST}"]

        assert downloads > 100
        assert downloads == honest.result.downloads.requests
        assert searches == honest.result.searches.requests
        assert downloads + searches == honest.result.total.requests
        assert downloads == sum(stage.figures.requests for stage in honest.result.stages)

    def test_has_the_rates_of_its_counts(self, honest: Measured) -> None:
        found = honest.result
        bodies = objects(["one", "two", "three"])
        sent = sum(len(body) * honest.answered[uid] for uid, body in bodies.items())

        assert found.downloads.per_second == pytest.approx(
            found.downloads.requests / found.seconds, abs=0.001
        )
        assert found.downloads.megabytes_per_second == pytest.approx(
            sent / found.seconds / 1_000_000, abs=0.001
        )

    def test_took_as_long_as_the_ramp(self, honest: Measured) -> None:
        assert 4 == pytest.approx(honest.result.seconds, abs=2)


class TestAManifest:
    def test_of_what_was_sent_fits_an_archive_that_writes_its_own_meta_information(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        file = manifest(tmp_path, capsys)
        held = {
            uid: dicom(uid, b"data " + uid.encode(), b"the archive's") for uid in ("1.2", "1.3")
        }
        with running(Archive(held)) as archive:
            found = loaded(archive, tmp_path / "out", *few, "--manifest", str(file))

        assert "manifest" == found.checked_against
        assert {} == found.failures

    def test_tells_a_data_set_that_was_stored_wrong(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        file = manifest(tmp_path, capsys)
        held = {"1.2": dicom("1.2", b"data 1.2"), "1.3": dicom("1.3", b"date 1.3")}
        held["1.4"] = dicom("1.4", b"nobody sent this")
        with running(Archive(held)) as archive:
            found = loaded(archive, tmp_path / "out", *few, "--manifest", str(file))

        assert archive.answered["1.3"] == found.failures["download: changed"]
        assert archive.answered["1.4"] == found.failures["download: not in the manifest"]
        assert 2 == len(found.failures)


few = ("--users", "2", "--duration", "1s")


def manifest(folder: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """The manifest of two objects, as the command prints it."""
    sent = folder / "sent" / "series"
    sent.mkdir(parents=True)
    for uid in ("1.2", "1.3"):
        (sent / uid).write_bytes(dicom(uid, b"data " + uid.encode()))
    (sent / "notes.txt").write_text("not DICOM")
    capsys.readouterr()
    assert main(["manifest", str(folder / "sent")]) == 0
    file = folder / "manifest.json"
    file.write_text(capsys.readouterr().out)
    return file
