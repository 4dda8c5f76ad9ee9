"""Reconciliation: what is stored and not indexed is found, indexed and reported."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from components.archive import reconciliation
from tests.components.archive.archives import AVEIRO, INGEST, SCRIPTS, mounts, of_kind, pod
from tests.components.archive.dicoogle_stand_in import Archive, served

Reconcile = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def archive() -> Iterator[Archive]:
    with served(Archive()) as one:
        yield one


@pytest.fixture
def images(tmp_path: Path) -> Path:
    """Three files, one of them in a folder with an odd name, and an empty one."""
    folder = tmp_path / "images"
    (folder / "a\nb c").mkdir(parents=True)
    for name in ("1.dcm", "2.dcm", "a\nb c/3.dcm"):
        (folder / name).write_text("object")
    (folder / "empty.dcm").touch()
    return folder


def environment(archive: Archive, images: Path, **more: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "ARCHIVE": archive.url,
        "IMAGES": str(images),
        "INSTITUTION": "aveiro",
        "PUSHGATEWAY": archive.url,
        "SETTLED": "0",
        "PAUSE": "0.05",
        **more,
    }


@pytest.fixture
def reconcile(archive: Archive, images: Path) -> Reconcile:
    def run(**more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["/bin/sh", str(SCRIPTS / "reconcile.sh")],
            env=environment(archive, images, **more),
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    return run


class TestOnePass:
    """Files and index are counted; an index task runs only where objects are missing."""

    def test_a_complete_index_is_left_alone(self, archive: Archive, reconcile: Reconcile) -> None:
        archive.indexed = 3

        assert 0 == reconcile().returncode
        assert [] == archive.asked

    def test_what_is_missing_is_indexed(
        self, archive: Archive, reconcile: Reconcile, images: Path
    ) -> None:
        archive.indexed, archive.indexable, archive.looks = 1, 3, 2
        result = reconcile()

        assert (0, [f"file://{images}/"]) == (result.returncode, archive.asked)
        assert "2 of 3 files are not in the index; indexing" in result.stdout

    def test_what_belongs_to_the_storage_plugin_is_no_image(
        self, archive: Archive, reconcile: Reconcile, images: Path
    ) -> None:
        for name in ("journal/journal", "staging/1", "conflicts/2.25.1/1.dcm", "lock"):
            (images / ".store" / name).parent.mkdir(parents=True, exist_ok=True)
            (images / ".store" / name).write_text("its own")
        (images / ".store/staging/2").touch()
        (images / "a\nb c/.store").mkdir()
        (images / "a\nb c/.store/4.dcm").write_text("an image all the same")
        archive.indexed = 4
        reconcile()

        assert (4, 1) == (
            archive.figures()["imaging_archive_files"],
            archive.figures()["imaging_archive_empty_files"],
        )

    def test_the_figures_are_pushed_in_the_institutions_name(
        self, archive: Archive, reconcile: Reconcile
    ) -> None:
        archive.indexable = 3
        before = int(time.time())
        reconcile()
        figures = archive.figures()

        path = "/metrics/job/archive-reconciliation/institution/aveiro"
        assert [path] == list(archive.pushed)
        assert before <= figures.pop("imaging_archive_reconciled_timestamp_seconds")
        assert {
            "imaging_archive_files": 3,
            "imaging_archive_empty_files": 1,
            "imaging_archive_indexed": 3,
        } == figures

    def test_what_stays_missing_is_an_error_and_is_reported(
        self, archive: Archive, reconcile: Reconcile
    ) -> None:
        archive.indexable = 2
        result = reconcile()

        assert 1 == result.returncode
        assert "1 files can't be indexed; restart ingest" in result.stderr
        assert 2 == archive.figures()["imaging_archive_indexed"]

    def test_files_that_may_still_be_queued_start_no_task(
        self, archive: Archive, reconcile: Reconcile
    ) -> None:
        assert 0 == reconcile(SETTLED="10").returncode
        assert [] == archive.asked


class TestNoPass:
    """A pass that couldn't be made is told from one that found objects missing."""

    def test_an_archive_that_is_silent(self, reconcile: Reconcile) -> None:
        assert 2 == reconcile(ARCHIVE="http://127.0.0.1:1").returncode

    def test_images_that_cant_be_walked(
        self, archive: Archive, reconcile: Reconcile, images: Path
    ) -> None:
        result = reconcile(IMAGES=str(images / "gone"))

        assert 2 == result.returncode
        assert "can't walk all of" in result.stderr
        assert {} == archive.pushed

    def test_a_dicoogle_without_its_index_plugin(
        self, archive: Archive, reconcile: Reconcile
    ) -> None:
        archive.index = []

        assert 2 == reconcile().returncode

    def test_figures_that_nobody_takes_dont_stop_it(
        self, archive: Archive, reconcile: Reconcile
    ) -> None:
        archive.indexed = 3
        result = reconcile(PUSHGATEWAY="http://127.0.0.1:1")

        assert 0 == result.returncode
        assert "nobody sees these figures" in result.stderr


class TestAfterEachStart:
    """The sidecar makes a pass for every start of Dicoogle, and only then."""

    @pytest.fixture
    def started(self, tmp_path: Path) -> Path:
        return tmp_path / "started"

    @pytest.fixture
    def watching(
        self, archive: Archive, images: Path, started: Path
    ) -> Iterator[subprocess.Popen[bytes]]:
        archive.indexable, archive.looks = 3, 0
        command = ["/bin/sh", str(SCRIPTS / "watch-starts.sh"), str(started)]
        with subprocess.Popen(
            [*command, str(SCRIPTS / "reconcile.sh"), f"{images}/sentinel.dcm"],
            env=environment(archive, images),
        ) as process:
            yield process
            process.terminate()

    @staticmethod
    def until(condition: Callable[[], bool]) -> None:
        for _ in range(400):
            if condition():
                return
            time.sleep(0.05)
        raise AssertionError("it never came")

    def test_each_start_is_followed_by_one_pass_the_sentinel_first(
        self, archive: Archive, images: Path, started: Path, watching: subprocess.Popen[bytes]
    ) -> None:
        assert watching.poll() is None
        for word in ("first", "second"):
            archive.indexed = 0
            archive.pushed.clear()
            archive.asked.clear()
            started.write_text(word)
            self.until(lambda: bool(archive.pushed))
            assert [f"file://{images}/sentinel.dcm", f"file://{images}/"] == archive.asked
            archive.pushed.clear()
            time.sleep(0.3)
            assert {} == archive.pushed

    def test_a_sentinel_that_cant_be_indexed_stops_no_pass(
        self, archive: Archive, started: Path, watching: subprocess.Popen[bytes]
    ) -> None:
        assert watching.poll() is None
        archive.refused = "sentinel.dcm"
        started.write_text("first")
        self.until(lambda: bool(archive.pushed))

        assert 3 == archive.figures()["imaging_archive_indexed"]

    def test_it_ends_when_the_pod_does(self, watching: subprocess.Popen[bytes]) -> None:
        time.sleep(0.2)
        watching.terminate()

        assert 0 == watching.wait(timeout=10)


class TestSidecar:
    """It runs in ingest's pod for as long as Dicoogle, and can change nothing there."""

    def test_it_starts_before_dicoogle_and_stays(self) -> None:
        sidecar = pod(INGEST)["initContainers"][-1]

        assert ("reconcile", "Always") == (sidecar["name"], sidecar["restartPolicy"])

    def test_all_that_it_mounts_is_read_only(self) -> None:
        sidecar = pod(INGEST)["initContainers"][-1]

        assert {True} == {read_only for _, read_only in mounts(sidecar).values()}

    def test_it_knows_the_sentinels_file(self) -> None:
        _, placing, sidecar = pod(INGEST)["initContainers"]

        assert placing["command"][-1] == sidecar["command"][-1]

    def test_dicoogle_leaves_a_word_at_every_start_where_the_sidecar_looks(self) -> None:
        (container,) = pod(INGEST)["containers"]
        hook = container["lifecycle"]["postStart"]["exec"]["command"][-1]
        sidecar = pod(INGEST)["initContainers"][-1]

        assert hook.endswith(f"> {sidecar['command'][2]}")


class TestSchedule:
    """A Job makes the pass every hour, from outside ingest's pod."""

    def test_one_at_a_time_every_hour(self) -> None:
        job = of_kind(reconciliation.manifests(AVEIRO), "CronJob")

        assert "Forbid" == job["concurrencyPolicy"]
        assert ["*"] * 4 == job["schedule"].split()[1:]
        assert 0 <= int(job["schedule"].split()[0]) < 60

    def test_it_sees_the_images_through_the_readers_claim(self) -> None:
        job = of_kind(reconciliation.manifests(AVEIRO), "CronJob")
        volumes = job["jobTemplate"]["spec"]["template"]["spec"]["volumes"]

        assert [{"claimName": "images-readers", "readOnly": True}] == [
            each["persistentVolumeClaim"] for each in volumes if "persistentVolumeClaim" in each
        ]

    def test_it_asks_the_institutions_own_ingest(self) -> None:
        job = of_kind(reconciliation.manifests(AVEIRO), "CronJob")
        (container,) = job["jobTemplate"]["spec"]["template"]["spec"]["containers"]
        settings = {each["name"]: each["value"] for each in container["env"]}

        assert "http://ingest.aveiro.svc:8080" == settings["ARCHIVE"]
        assert "http://pushgateway.rook-ceph.svc:9091" == settings["PUSHGATEWAY"]
