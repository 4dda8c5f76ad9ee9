"""`make changes` says which promises differ from another commit's, what weakens them first."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from local.commands import changes
from local.commands.__main__ import main

STACKS = Path(__file__).resolve().parents[3] / "stacks"
Edit = Callable[[str, str, str], None]
Rows = list[list[str]]


@pytest.fixture
def edit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Edit:
    """Make a clone of the stack files that people edit after its one commit."""
    shutil.copytree(STACKS, tmp_path / "stacks")
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-C", str(tmp_path)]
    for command in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "before"]):
        subprocess.run([*git, *command], check=True, timeout=30)
    monkeypatch.setattr(changes, "checkout", lambda: tmp_path)

    def write(stack: str, old: str, new: str) -> None:
        path = tmp_path / f"stacks/Pulumi.{stack}.yaml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return write


def printed(capsys: pytest.CaptureFixture[str]) -> str:
    assert 0 == main(["changes", "--base", "HEAD"])
    return capsys.readouterr().out


def rows(text: str) -> Rows:
    found = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in found[1:]]


@pytest.mark.usefixtures("edit")
class TestNoChange:
    def test_it_says_so(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert "## Changed promises\n\nNo other promise changes.\n" == printed(capsys)


class TestChanges:
    """Both sides of each changed promise, the ones that need a look first."""

    @pytest.mark.parametrize(
        ("edited", "row"),
        [
            (
                ("production.evora", "copies: 3", "copies: 2"),
                ["weaker", "production", "evora", "copies"],
            ),
            (
                ("local.aveiro", "recoveryPoint: 1h", "recoveryPoint: 24h"),
                ["weaker", "local", "aveiro", "recovery-point"],
            ),
            (
                ("local.aveiro", "p95: 800ms", "p95: 900ms"),
                ["otherwise", "local", "aveiro", "latency"],
            ),
            (("local.aveiro", "20Ti", "10Ti"), ["weaker", "local", "aveiro", "capacity"]),
            (
                ("local.aveiro", "availability: 99.9", "availability: 99.95"),
                ["stronger", "local", "aveiro", "availability"],
            ),
            (
                ("local.aveiro", "[query, retrieve]", "[query]"),
                ["otherwise", "local", "aveiro", "access-evora"],
            ),
        ],
    )
    def test_a_promise_is_shown_as_it_was_and_as_it_is(
        self,
        edited: tuple[str, str, str],
        row: list[str],
        edit: Edit,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        edit(*edited)

        (found,) = rows(printed(capsys))

        assert row == found[: len(row)]
        assert found[4] != found[5]

    def test_who_gains_access_comes_first_and_a_stronger_promise_last(
        self, edit: Edit, capsys: pytest.CaptureFixture[str]
    ) -> None:
        edit("local.aveiro", "availability: 99.9", "availability: 99.95")
        edit("local.aveiro", "    recoveryPoint: 1h\n", "")
        edit(
            "local.evora",
            "  dicom:\n",
            "  access:\n      - {institution: aveiro, may: [query]}\n    dicom:\n",
        )

        text = printed(capsys)

        assert ["wider", "gone", "stronger"] == [row[0] for row in rows(text)], text


class TestRefused:
    def test_files_that_are_refused_are_told_and_hide_no_other_environment(
        self, edit: Edit, capsys: pytest.CaptureFixture[str]
    ) -> None:
        edit("local.evora", "copies: 2", "copies: 9")
        edit("production.evora", "copies: 3", "copies: 2")

        text = printed(capsys)

        assert "**Refused: local**" in text
        assert "evora asks for 9 copies" in text
        assert [["weaker", "production", "evora"]] == [row[:3] for row in rows(text)]

    def test_a_commit_that_is_not_there_is_refused_with_what_to_give(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert 1 == main(["changes", "--base", "nowhere"])
        assert "for example BASE=origin/main after a git fetch" in capsys.readouterr().err
