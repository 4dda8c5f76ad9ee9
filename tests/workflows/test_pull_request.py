"""What runs on every pull request is well made, has no secret, and puts changed promises first."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from local.toolchain.errors import ToolchainError
from tests.workflows import actionlint_program

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / ".github/workflows/pull-request.yml"
SCRIPT = ROOT / ".github/previews.sh"


def workflow() -> dict[Any, Any]:
    found: dict[Any, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return found


def steps() -> Iterator[dict[str, Any]]:
    for job in workflow()["jobs"].values():
        yield from job["steps"]


class TestWorkflow:
    """It may read the sources and nothing else, and runs only what is pinned."""

    @pytest.mark.timeout(600)  # the first run builds actionlint
    def test_actionlint_finds_nothing(self) -> None:
        try:
            actionlint = actionlint_program.program()
        except ToolchainError as error:
            pytest.skip(f"actionlint can't be had: {error}")
        shellcheck = shutil.which("shellcheck", path=Path(sys.executable).parent)

        done = subprocess.run(
            [actionlint, "-no-color", "-shellcheck", shellcheck or "", FILE],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

        assert ("", 0) == (done.stdout + done.stderr, done.returncode)

    def test_it_may_read_only(self) -> None:
        assert {"contents": "read"} == workflow()["permissions"]
        assert not [name for name, job in workflow()["jobs"].items() if "permissions" in job]

    def test_it_knows_no_secret_and_runs_nothing_of_a_fork_with_rights(self) -> None:
        text = FILE.read_text(encoding="utf-8")

        # YAML 1.1 reads the key `on` as true.
        assert "pull_request" == workflow()[True]
        assert "secrets." not in text

    def test_every_action_is_pinned_by_its_commit(self) -> None:
        used = [step["uses"] for step in steps() if "uses" in step]

        assert used
        assert [] == [each for each in used if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", each)]

    def test_promises_come_before_previews(self) -> None:
        job = workflow()["jobs"]["promises"]
        commands = [step["run"] for step in job["steps"] if "run" in step]

        assert 2 == len(commands)
        assert "make --silent changes BASE=HEAD^1" in commands[0]
        assert f"{SCRIPT.relative_to(ROOT)}" in commands[1]


class TestPreviews:
    """Every environment is previewed and summed up, even if one is refused."""

    def run(self, tmp_path: Path, refused: str = "") -> tuple[int, list[str], str]:
        """Run the script beside a make that refuses one environment; code, previews, summary."""
        make = tmp_path / "make"
        make.write_text(
            "#!/bin/sh\n"
            'test "$*" = "--silent preview ${3:-}" || exit 9\n'
            f'echo "$3" >>{tmp_path}/asked\n'
            f'echo "said of $3"; test "$3" != "ENV={refused}"\n'
        )
        make.chmod(0o755)
        summary = tmp_path / "summary"
        summary.write_text("## Changed promises\n")
        done = subprocess.run(
            ["bash", SCRIPT, summary],
            env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
            capture_output=True,
            check=False,
            timeout=30,
        )
        asked = (tmp_path / "asked").read_text().split()
        return done.returncode, asked, summary.read_text()

    def test_every_environment_once(self, tmp_path: Path) -> None:
        code, asked, summary = self.run(tmp_path)

        environments = ["comparison", "local", "poc", "production"]
        assert 0 == code
        assert [f"ENV={each}" for each in environments] == asked
        assert summary.startswith("## Changed promises\n")
        headings = re.findall(r"^## Preview of (\w+): passed$", summary, re.MULTILINE)
        assert environments == headings

    def test_a_refused_one_fails_the_run_and_hides_no_other(self, tmp_path: Path) -> None:
        code, asked, summary = self.run(tmp_path, "local")

        assert 1 == code
        assert 4 == len(asked)
        assert "## Preview of local: refused" in summary
        assert "said of ENV=local" in summary
        assert 3 == summary.count(": passed")

    def test_shellcheck_finds_nothing(self) -> None:
        done = subprocess.run(
            [Path(sys.executable).with_name("shellcheck"), SCRIPT],
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )

        assert ("", 0) == (done.stdout, done.returncode)
