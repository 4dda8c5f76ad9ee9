"""Progress: lines for a log, one line for a terminal."""

import io
from contextlib import suppress

import pytest

from local.toolchain.progress import Step, clock


class _Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


class TestALog:
    """A log gets a line at the start and one at the end."""

    def test_shows_what_began_and_how_it_ended(self) -> None:
        stream = io.StringIO()
        with Step("[1/2] etcd", stream) as step:
            step.doing("building")
            step.doing("building")
            step.outcome = "built"

        assert "[1/2] etcd: building …\n[1/2] etcd: built after 0 s\n" == stream.getvalue()

    def test_leaves_the_last_word_to_the_error(self) -> None:
        stream = io.StringIO()
        with suppress(ValueError), Step("etcd", stream) as step:
            step.doing("building")
            raise ValueError

        assert "etcd: building …\n" == stream.getvalue()


class TestATerminal:
    """A terminal gets one line that is written over."""

    def test_keeps_only_the_end_and_the_remarks(self) -> None:
        stream = _Terminal()
        with Step("etcd", stream) as step:
            step.doing("downloading")
            step.remark("a wrong checksum")
            step.doing("building")
        left = [line.rpartition("\x1b[K")[2] for line in stream.getvalue().split("\n")]

        assert ["etcd: a wrong checksum", "etcd: done after 0 s", ""] == left

    def test_never_wraps(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("COLUMNS", "20")
        stream = _Terminal()
        with Step("etcd", stream) as step:
            step.doing("x" * 100)
            shown = stream.getvalue().rpartition("\x1b[K")[2]

        assert 20 > len(shown)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "0 s"), (59.4, "59 s"), (60, "1:00 min"), (185, "3:05 min"), (3725, "62:05 min")],
)
def test_durations_read_as_people_say_them(seconds: float, text: str) -> None:
    """Seconds up to a minute, then minutes and seconds."""
    assert text == clock(seconds)
