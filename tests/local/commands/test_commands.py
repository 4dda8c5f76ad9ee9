"""The commands' parts that need neither engine nor cluster."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from components.catalog import Refused
from local.commands import check, locks, orphans, plugins
from local.commands.__main__ import main
from local.commands.destruction import down
from local.commands.environment import read
from local.commands.failure import CommandFailed


@pytest.fixture
def lock(tmp_path: Path) -> Callable[[int, str], Path]:
    def write(pid: int, host: str) -> Path:
        folder = tmp_path / ".pulumi/locks/organization/imaging/local.evora"
        folder.mkdir(parents=True)
        path = folder / "0.json"
        path.write_text(json.dumps({"pid": pid, "hostname": host, "username": "x"}))
        return path

    return write


def ended() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


class TestLocks:
    """A killed run doesn't lock an environment for ever; a living one does."""

    def test_the_lock_of_a_dead_process_is_removed(
        self, tmp_path: Path, lock: Callable[[int, str], Path]
    ) -> None:
        pid = ended()
        path = lock(pid, socket.gethostname())

        assert [pid] == list(locks.remove_stale(tmp_path.as_uri(), "local.evora"))
        assert not path.exists()

    def test_the_lock_of_a_zombie_is_removed(
        self, tmp_path: Path, lock: Callable[[int, str], Path]
    ) -> None:
        zombie = subprocess.Popen([sys.executable, "-c", ""])
        os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)
        path = lock(zombie.pid, socket.gethostname())

        assert [zombie.pid] == list(locks.remove_stale(tmp_path.as_uri(), "local.evora"))
        assert not path.exists()
        zombie.wait()

    def test_the_lock_of_a_process_whose_number_was_given_again_is_removed(
        self, tmp_path: Path, lock: Callable[[int, str], Path]
    ) -> None:
        path = lock(os.getpid(), socket.gethostname())
        os.utime(path, (0, 0))

        assert [os.getpid()] == list(locks.remove_stale(tmp_path.as_uri(), "local.evora"))

    def test_the_lock_of_a_living_process_stays(
        self, tmp_path: Path, lock: Callable[[int, str], Path]
    ) -> None:
        path = lock(os.getpid(), socket.gethostname())

        assert [] == list(locks.remove_stale(tmp_path.as_uri(), "local.evora"))
        assert path.exists()

    def test_the_lock_of_another_machine_stays(
        self, tmp_path: Path, lock: Callable[[int, str], Path]
    ) -> None:
        path = lock(ended(), "another-machine")

        assert [] == list(locks.remove_stale(tmp_path.as_uri(), "local.evora"))
        assert path.exists()

    def test_another_stacks_lock_stays(
        self, tmp_path: Path, lock: Callable[[int, str], Path]
    ) -> None:
        path = lock(ended(), socket.gethostname())

        assert [] == list(locks.remove_stale(tmp_path.as_uri(), "local.aveiro"))
        assert path.exists()

    def test_a_backend_in_the_cloud_is_left_alone(self) -> None:
        assert [] == list(locks.remove_stale("s3://state", "local"))


class TestOrphans:
    """What a killed engine left behind is ended; what belongs to a living one isn't."""

    @pytest.mark.parametrize(
        "words",
        [
            ["python", "-u", "-m", "pulumi.policy", "{engine}", "policy-packs/replication"],
            ["pulumi-language-python", "-root=.", "{engine}"],
            ["python", "pulumi-language-python-exec", "--engine", "{engine}"],
            ["python", "-P", "-m", "local.providers.kubernetes", "{engine}"],
        ],
    )
    def test_a_child_is_an_orphan_when_its_engine_listens_no_more(self, words: list[str]) -> None:
        with socket.create_server(("127.0.0.1", 0)) as engine:
            address = f"127.0.0.1:{engine.getsockname()[1]}"
            command = [word.format(engine=address) for word in words]

            assert not orphans.is_orphan(command)
        assert orphans.is_orphan(command)

    def test_a_process_that_is_no_child_of_an_engine_is_left_alone(self) -> None:
        assert not orphans.is_orphan(["vim", "127.0.0.1:1"])

    def test_a_child_without_an_address_is_left_alone(self) -> None:
        assert not orphans.is_orphan(["python", "-m", "pulumi.policy"])


def publisher(cache: Path, *, reached: bool) -> None:
    """Have the cache remember whether the official downloads could be reached."""
    answer = {"asked": time.time(), "reached": reached}
    hosts = dict.fromkeys(("get.pulumi.com", "dl.k8s.io", "github.com"), answer)
    record = cache / "imaging-repository" / "reachable-hosts.json"
    record.parent.mkdir(parents=True)
    record.write_text(json.dumps(hosts))


class TestPlugins:
    """The official plugins are used where somebody installed them or the engine can get them."""

    def test_a_publisher_that_can_be_reached_needs_no_stand_in(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", "")
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        publisher(tmp_path / "cache", reached=True)

        assert [] == plugins.stand_ins(tmp_path / "mine", tmp_path)

    def test_stand_ins_take_the_place_of_what_is_missing(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", "")
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        publisher(tmp_path / "cache", reached=False)
        folder = tmp_path / "plugins"

        assert [folder] == plugins.stand_ins(folder, tmp_path)
        assert {"pulumi-resource-kubernetes", "pulumi-resource-command"} == {
            each.name for each in folder.iterdir()
        }
        assert all(os.access(each, os.X_OK) for each in folder.iterdir())

    def test_installed_plugins_need_no_stand_in(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", "")
        for name, version in (("kubernetes", "4.34.2"), ("command", "1.2.1")):
            official = tmp_path / f"plugins/resource-{name}-v{version}/pulumi-resource-{name}"
            official.parent.mkdir(parents=True)
            official.touch()

        assert [] == plugins.stand_ins(tmp_path / "mine", tmp_path)
        assert not (tmp_path / "mine").exists()


class TestRefusals:
    """Every refusal is a sentence and a non-zero exit, never a traceback."""

    def test_an_unknown_environment_is_named_with_the_nearest(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert 1 == main(["check", "--environment", "locla"])
        assert "did you mean 'local'?" in capsys.readouterr().err

    def test_an_unknown_institution_is_named_with_those_that_exist(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert 1 == main(["check", "--institution", "evoa"])
        assert (
            "there is no institution 'evoa' in local; the institutions are aveiro, evora\n"
            == capsys.readouterr().err
        )

    def test_a_kubeconfig_of_nothing_says_what_to_do(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("IMAGING_STATE", str(tmp_path))

        assert 1 == main(["kubeconfig"])
        assert "local isn't up; make up ENV=local first.\n" == capsys.readouterr().err

    def test_down_takes_no_single_institution(self) -> None:
        with pytest.raises(CommandFailed, match="leave INSTITUTION out"):
            down(read("local", "evora"))


class TestCheck:
    """`make check` answers from the stack files alone."""

    def test_it_says_that_the_promises_can_be_kept_and_what_to_know(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert 0 == main(["check"])
        said = capsys.readouterr().out
        assert said.startswith("local: 2 institutions in 2 residency classes; every promise")
        assert "Note: home-faro-x2-2aa0e9: every copy must be up for writes (2 of 2)" in said

    def test_more_readers_than_the_workers_hold_are_refused_as_in_a_run(self) -> None:
        found = read("local", None)
        aveiro = found.catalog.institutions["aveiro"]
        readers = aveiro.service.readers.model_copy(update={"max": 500})
        service = aveiro.service.model_copy(update={"readers": readers})
        more = {"aveiro": aveiro.model_copy(update={"service": service})}
        catalog = replace(found.catalog, institutions={**found.catalog.institutions, **more})

        with pytest.raises(Refused, match="of which aveiro has the highest, 500"):
            check.show(replace(found, catalog=catalog))


class TestStatus:
    """`status` says what is up; what isn't is named."""

    def test_json_of_an_environment_that_is_not_up_is_empty(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("IMAGING_STATE", str(tmp_path))

        assert 0 == main(["status", "--format", "json"])
        said = capsys.readouterr()
        assert {"environment": "local", "institutions": []} == json.loads(said.out)
        assert "evora isn't up; make up ENV=local." in said.err
