"""How the plugin's own tests are started; the tests themselves are Java's, in ``plugin/``."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.recording import ROOT

SCRIPT: Final = ROOT / "plugin" / "verify.sh"
NEEDED: Final = ("dirname", "id", "tail", "printf", "echo", "sh")


class TestStart:
    """It runs Maven; where that can't be, it says so and doesn't pretend to have tested."""

    @pytest.fixture
    def tools(self, tmp_path: Path) -> Path:
        """A folder with a shell's own tools and nothing else."""
        for tool in NEEDED:
            found = shutil.which(tool)
            assert found is not None
            (tmp_path / tool).symlink_to(found)
        return tmp_path

    @staticmethod
    def put(tools: Path, name: str, does: str) -> None:
        (tools / name).unlink(missing_ok=True)
        (tools / name).write_text(f"#!/bin/sh\n{does}\n")
        (tools / name).chmod(0o755)

    @staticmethod
    def run(tools: Path, *options: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["/bin/sh", str(SCRIPT), *options],
            env={"PATH": str(tools)},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    def test_with_both_tools_the_build_decides(self, tools: Path) -> None:
        self.put(tools, "javac", "exit 0")
        self.put(tools, "mvn", 'echo "$@"; exit 3')
        result = self.run(tools, "-Dkill.seconds=1")

        assert 3 == result.returncode
        assert (
            f"--quiet --batch-mode --file {SCRIPT.parent}/pom.xml -Dkill.seconds=1 verify\n"
            == result.stdout
        )

    def test_without_a_package_manager_it_says_what_is_wanted(self, tools: Path) -> None:
        result = self.run(tools)

        assert 0 == result.returncode
        assert (
            "SKIPPED: the plugin's tests, for want of javac mvn: install a JDK, 11 or later, and "
            "Maven\n" == result.stdout
        )

    def test_only_root_installs(self, tools: Path) -> None:
        self.put(tools, "mvn", "exit 0")
        self.put(tools, "apt-get", "exit 99")
        self.put(tools, "id", "echo 1000")
        result = self.run(tools)

        assert 0 == result.returncode
        assert "for want of javac: only root can install" in result.stdout

    def test_a_registry_that_is_silent_is_told(self, tools: Path) -> None:
        self.put(tools, "apt-get", "echo 'E: Unable to fetch some archives' >&2; exit 100")
        self.put(tools, "id", "echo 0")
        result = self.run(tools)

        assert 0 == result.returncode
        assert "apt-get failed: E: Unable to fetch some archives\n" in result.stdout

    def test_what_root_installs_is_used(self, tools: Path) -> None:
        shell = shutil.which("sh")
        install = f"[ $1 = update ] || for t in javac mvn; do /bin/ln -s {shell} {tools}/$t; done"
        self.put(tools, "apt-get", install)
        self.put(tools, "id", "echo 0")
        result = self.run(tools)

        assert "SKIPPED" not in result.stdout
        assert 0 != result.returncode


class TestStyle:
    """It passes shellcheck."""

    def test_shellcheck_finds_nothing(self) -> None:
        tool = Path(sys.executable).with_name("shellcheck")
        result = subprocess.run(
            [str(tool), str(SCRIPT)], capture_output=True, text=True, check=False
        )

        assert "" == result.stdout
