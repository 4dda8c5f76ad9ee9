"""The cache is whole or absent: under damage, under concurrent runs, after a kill."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from local.toolchain import store
from local.toolchain.provision import provide
from tests.local.toolchain.fake_machine import Machine

_PATIENCE = 30.0


def _until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)


def _remove(program: Path) -> None:
    program.unlink()


def _empty(program: Path) -> None:
    program.write_bytes(b"")


def _disarm(program: Path) -> None:
    program.chmod(0o644)


class TestADamagedEntry:
    """It is noticed and made again."""

    @pytest.mark.parametrize("damage", [_remove, _empty, _disarm])
    def test_is_mended(self, machine: Machine, damage: Callable[[Path], None]) -> None:
        program = provide([machine.widget()], machine.cache).path("widget")
        damage(program)
        mended = provide([machine.widget()], machine.cache).path("widget")

        assert program == mended
        assert store.is_program(mended)
        assert 2 == len(machine.builds())

    def test_of_links_is_mended(self, machine: Machine) -> None:
        links = provide([machine.widget()], machine.cache).bin
        (links / "widget").unlink()

        assert links == provide([machine.widget()], machine.cache).bin
        assert (links / "widget").exists()


class TestConcurrentRuns:
    """Two runs that need the same tool build it once and both get it."""

    def test_build_a_tool_once(self, machine: Machine) -> None:
        machine.go("waits")
        first = machine.another_run()
        _until(machine.builds)
        second = machine.another_run()
        told = ""
        while "waiting for another run's build" not in told:
            told = second.stderr.readline() if second.stderr else ""
            assert told, "the second run ended"
        machine.release()
        printed = [run.communicate(timeout=_PATIENCE)[0].strip() for run in (first, second)]
        program = store.entry(machine.cache, machine.widget()) / "widget"

        assert [str(program)] * 2 == printed
        assert 1 == len(machine.builds())


class TestAKilledRun:
    """It leaves no half tool, and the next run is not held up by it."""

    def test_is_finished_by_the_next(self, machine: Machine) -> None:
        machine.go("hangs")
        run = machine.another_run()
        _until(lambda: any(machine.cache.glob("tools/widget/.*/widget")))
        os.killpg(run.pid, signal.SIGKILL)  # the run and its Go
        run.communicate(timeout=_PATIENCE)
        entry = store.entry(machine.cache, machine.widget())
        half = entry.exists()
        machine.go("well")
        program = provide([machine.widget()], machine.cache).path("widget")

        assert not half
        assert "#!/bin/sh\necho built\n" == program.read_text()
        assert {entry.name, f"{entry.name}.lock"} == {e.name for e in entry.parent.iterdir()}

    def test_that_was_interrupted_by_the_user_leaves_nothing(self, machine: Machine) -> None:
        machine.go("hangs")
        run = machine.another_run()
        _until(lambda: any(machine.cache.glob("tools/widget/.*/widget")))
        os.kill(run.pid, signal.SIGINT)
        run.communicate(timeout=_PATIENCE)
        entry = store.entry(machine.cache, machine.widget())

        assert [f"{entry.name}.lock"] == [each.name for each in entry.parent.iterdir()]

    def test_whose_build_outlived_it_leaves_nothing(self, tmp_path: Path) -> None:
        def fill(staging: Path) -> None:
            (tmp_path / ".widget-late").mkdir()
            (staging / "file").touch()

        (tmp_path / ".widget-early").mkdir()
        store.publish(tmp_path / "widget", fill)

        assert [tmp_path / "widget"] == list(tmp_path.iterdir())


class TestAFingerprint:
    """What a tool is made of decides where it lies."""

    def test_changes_with_the_pins(self, machine: Machine) -> None:
        before = machine.widget().fingerprint()
        (machine.module / "go.mod").write_text("module widget\n\ngo 1.26.0\n\nrequire a v2\n")

        assert before != machine.widget().fingerprint()
