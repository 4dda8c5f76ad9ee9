"""The scripts that run beside Dicoogle, in a real shell on real folders."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.components.archive.archives import SCRIPTS
from tests.components.archive.dicoogle_stand_in import Archive, served


def run(script: str, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a script; the folder is that of ``cwd``."""
    folder = settings.pop("cwd", None)
    return subprocess.run(
        ["/bin/sh", str(SCRIPTS / script), *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], **settings},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.fixture
def archive() -> Iterator[Archive]:
    with served(Archive()) as one:
        yield one


class TestPrepare:
    """The working directory has all that Dicoogle reads."""

    @pytest.fixture
    def folders(self, tmp_path: Path) -> tuple[str, str, str]:
        application, settings, accounts = (tmp_path / name for name in ("app", "set", "acc"))
        (application / "Plugins").mkdir(parents=True)
        for name in ("lucene", "durable-storage", "filestorage"):
            (application / "Plugins" / f"{name}.jar").touch()
        for folder in (settings, accounts, tmp_path / "work"):
            folder.mkdir()
        for name in ("durable-storage", "luceneset", "roles", "tags", "log4j2"):
            (settings / f"{name}.xml").write_text(name)
        (settings / "server.xml").write_text("<node-name>@NODE_NAME@</node-name>")
        (accounts / "users.xml").write_text("users")
        (accounts / "users.xml").chmod(0o440)
        return str(application), str(settings), str(accounts)

    def test_every_file_is_where_dicoogle_looks_for_it(
        self, folders: tuple[str, str, str], tmp_path: Path
    ) -> None:
        work = tmp_path / "work"
        run("prepare.sh", *folders, POD_NAME="readers-49", cwd=str(work))

        assert {
            "Plugins/durable-storage.jar",
            "Plugins/lucene.jar",
            "Plugins/settings/durable-storage.xml",
            "Plugins/settings/luceneset.xml",
            "confs/server.xml",
            "log4j2.xml",
            "roles.xml",
            "tags.xml",
            "users.xml",
        } == {str(each.relative_to(work)) for each in work.rglob("*") if each.is_file()}
        assert "<node-name>readers-49</node-name>" == (work / "confs/server.xml").read_text()

    def test_what_somebody_changes_by_hand_cant_be_saved(
        self, folders: tuple[str, str, str], tmp_path: Path
    ) -> None:
        run("prepare.sh", *folders, POD_NAME="ingest-0", cwd=str(tmp_path / "work"))

        assert 0 == (tmp_path / "work/confs/server.xml").stat().st_mode & 0o222

    def test_a_second_run_over_its_own_files_succeeds(
        self, folders: tuple[str, str, str], tmp_path: Path
    ) -> None:
        results = [
            run("prepare.sh", *folders, POD_NAME="ingest-0", cwd=str(tmp_path / "work"))
            for _ in range(2)
        ]

        assert [0, 0] == [each.returncode for each in results]

    @pytest.mark.parametrize("plugin", ["lucene", "durable-storage"])
    def test_an_image_without_a_plugin_is_refused(
        self, folders: tuple[str, str, str], tmp_path: Path, plugin: str
    ) -> None:
        (tmp_path / f"app/Plugins/{plugin}.jar").unlink()
        result = run("prepare.sh", *folders, POD_NAME="ingest-0", cwd=str(tmp_path / "work"))

        assert 1 == result.returncode
        assert f"found no {plugin}.jar in {folders[0]}/Plugins" in result.stderr

    @pytest.mark.parametrize("name", ["", "seventeen-letters", "a/b", "UPPER", "a&b"])
    def test_a_name_that_is_no_ae_title_is_refused(
        self, folders: tuple[str, str, str], tmp_path: Path, name: str
    ) -> None:
        result = run("prepare.sh", *folders, POD_NAME=name, cwd=str(tmp_path / "work"))

        assert 1 == result.returncode
        assert f"found POD_NAME '{name}'" in result.stderr
        assert not (tmp_path / "work/confs").exists()


class TestSentinelPlacement:
    """The sentinel is there whole or not at all."""

    def test_it_is_put_where_it_was_missing(self, tmp_path: Path) -> None:
        (tmp_path / "object").write_bytes(b"whole")
        target = tmp_path / "images/UN_IN/one.dcm"
        run("place-sentinel.sh", str(tmp_path / "object"), str(target))

        assert b"whole" == target.read_bytes()
        assert [target] == list(target.parent.iterdir())

    def test_one_that_is_there_stays(self, tmp_path: Path) -> None:
        (tmp_path / "object").write_bytes(b"new")
        (tmp_path / "one.dcm").write_bytes(b"old")
        run("place-sentinel.sh", str(tmp_path / "object"), str(tmp_path / "one.dcm"))

        assert b"old" == (tmp_path / "one.dcm").read_bytes()

    def test_what_an_earlier_kill_left_is_made_good(self, tmp_path: Path) -> None:
        (tmp_path / "object").write_bytes(b"whole")
        (tmp_path / "one.dcm").touch()
        (tmp_path / "one.dcm.partial").write_bytes(b"wh")
        run("place-sentinel.sh", str(tmp_path / "object"), str(tmp_path / "one.dcm"))

        assert b"whole" == (tmp_path / "one.dcm").read_bytes()
        assert not (tmp_path / "one.dcm.partial").exists()

    def test_where_it_cant_be_put_the_step_fails(self, tmp_path: Path) -> None:
        result = run("place-sentinel.sh", str(tmp_path / "missing"), str(tmp_path / "one.dcm"))

        assert 0 != result.returncode


class TestWaitForIndex:
    """A reader starts when there is an index, not before."""

    def test_it_waits_for_the_first_commit(self, tmp_path: Path) -> None:
        (tmp_path / "indexed").mkdir()
        waiting = subprocess.Popen(
            ["/bin/sh", str(SCRIPTS / "wait-for-index.sh"), str(tmp_path)],
            env={"PATH": os.environ["PATH"], "PAUSE": "0.05"},
            stdout=subprocess.PIPE,
            text=True,
        )
        with waiting:
            assert waiting.stdout is not None
            assert f"waiting for an index in {tmp_path}\n" == waiting.stdout.readline()
            (tmp_path / "indexed/segments_1").touch()
            waiting.stdout.read()

        assert 0 == waiting.returncode


class TestIngestReadiness:
    """Ingest takes objects in only while it can keep and index them."""

    def ready(
        self, archive: Archive, *volumes: str, most: int = 95
    ) -> subprocess.CompletedProcess[str]:
        return run("ingest-ready.sh", f"{archive.url}/health/ready", str(most), *volumes)

    def test_one_with_room_and_all_plugins_is_ready(self, archive: Archive, tmp_path: Path) -> None:
        result = self.ready(archive, str(tmp_path), str(tmp_path), most=100)

        assert (0, "") == (result.returncode, result.stdout)

    def test_a_volume_that_is_too_full_stops_it(self, archive: Archive, tmp_path: Path) -> None:
        result = self.ready(archive, str(tmp_path), most=0)

        assert 1 == result.returncode
        assert "% full; at most 0 % is allowed" in result.stdout

    @pytest.mark.parametrize(
        ("used", "available", "code"),
        [(95, 5, 0), (9501, 499, 1), (96, 4, 1), (100, 0, 1), (94, 6, 0), (19 * 10**9, 10**9, 0)],
    )
    def test_more_than_95_percent_is_too_full(
        self, archive: Archive, tmp_path: Path, used: int, available: int, code: int
    ) -> None:
        said = f"Filesystem 1024-blocks Used Available Capacity Mounted on\\n\
mon1:6789:/volumes {used + available} {used} {available} 1% /data/images\\n"
        (tmp_path / "df").write_text(f"#!/bin/sh\nprintf '{said.replace('%', '%%')}'\n")
        (tmp_path / "df").chmod(0o755)
        path = f"{tmp_path}:{os.environ['PATH']}"

        health = f"{archive.url}/health/ready"

        assert code == run("ingest-ready.sh", health, "95", "/data", PATH=path).returncode

    def test_a_volume_that_is_gone_stops_it(self, archive: Archive, tmp_path: Path) -> None:
        result = self.ready(archive, str(tmp_path / "gone"))

        assert 1 == result.returncode
        assert "can't tell how full" in result.stdout

    def test_what_the_storage_plugin_lacks_stops_it_and_is_told(
        self, archive: Archive, tmp_path: Path
    ) -> None:
        archive.complaints = "index: the index plugin lucene is dead or off\n"
        result = self.ready(archive, str(tmp_path), most=100)

        assert 1 == result.returncode
        assert result.stdout.startswith("not ready: ")
        assert archive.complaints in result.stdout

    def test_a_storage_plugin_that_is_silent_stops_it(self, tmp_path: Path) -> None:
        silent = Archive(url="http://127.0.0.1:1")

        assert 1 == self.ready(silent, str(tmp_path), most=100).returncode


class TestIngestLife:
    """An ingest whose storage service is down is started anew."""

    def test_one_that_stores_is_alive(self, archive: Archive) -> None:
        assert 0 == run("ingest-alive.sh", archive.url).returncode

    def test_one_that_stopped_storing_is_not(self, archive: Archive) -> None:
        archive.storing = False
        result = run("ingest-alive.sh", archive.url)

        assert 1 == result.returncode
        assert "the storage service is down" in result.stdout

    def test_one_that_is_silent_is_not(self) -> None:
        assert 0 != run("ingest-alive.sh", "http://127.0.0.1:1").returncode


class TestStyle:
    """Every script passes shellcheck."""

    def test_shellcheck_finds_nothing(self) -> None:
        tool = Path(sys.executable).with_name("shellcheck")
        every = sorted(map(str, SCRIPTS.glob("*.sh")))
        result = subprocess.run(
            [str(tool), "--shell=sh", *every], capture_output=True, text=True, check=False
        )

        assert 7 == len(every)
        assert "" == result.stdout
