"""Progress for people, on stderr: what is being done, n of m, and for how long.

A terminal gets one line that is kept up to date; anything else (a CI log) gets a line when
something begins, when it ends and every 30 seconds between. It knows nothing of tools.
"""

import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self, TextIO

_REPORT_EVERY = 30.0  # seconds, where there is no terminal
_CLEAR = "\r\x1b[K"


def clock(seconds: float) -> str:
    """Return a duration as people read it: 42 s, 3:05 min."""
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60}:{whole % 60:02} min"  # noqa: PLR2004 - seconds of a minute


def announce(sentence: str) -> None:
    """Write a line on stderr."""
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()


class Step:
    """One line of progress, from its first `doing` to the end of the `with` block.

    Attributes:
        outcome: the end of the last line, such as "built"; set by whoever did it.
    """

    def __init__(self, title: str, stream: TextIO) -> None:
        """Show nothing yet."""
        self.outcome = "done"
        self._title = title
        self._stream = stream
        self._live = stream.isatty()
        self._started = time.monotonic()
        self._activity = ""
        self._ended = threading.Event()
        self._ticker = threading.Thread(target=self._tick, daemon=True)

    def doing(self, activity: str) -> None:
        """Say what is being done now; the same again adds nothing."""
        if activity != self._activity:
            self._activity = activity
            self._show(" …")

    def remark(self, sentence: str) -> None:
        """Leave a line of its own that stays, for what someone should know."""
        self._stream.write(f"{_CLEAR if self._live else ''}{self._title}: {sentence}\n")
        self._stream.flush()

    def __enter__(self) -> Self:
        """Begin to count."""
        self._ticker.start()
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        """Leave a last line; after a failure, none: the error says more."""
        self._ended.set()
        self._ticker.join()
        if self._live:
            self._stream.write(_CLEAR)
        if error is None:
            spent = clock(time.monotonic() - self._started)
            self._stream.write(f"{self._title}: {self.outcome} after {spent}\n")
        self._stream.flush()

    def _tick(self) -> None:
        while not self._ended.wait(1.0 if self._live else _REPORT_EVERY):
            self._show(f" … {clock(time.monotonic() - self._started)}")

    def _show(self, end: str) -> None:
        line = f"{self._title}: {self._activity}"
        if self._live:
            room = shutil.get_terminal_size().columns - len(end) - 1
            self._stream.write(f"{_CLEAR}{line[:room]}{end}")
        else:
            self._stream.write(f"{line}{end}\n")
        self._stream.flush()


@contextmanager
def step(title: str) -> Iterator[Step]:
    """Show one step on stderr."""
    with Step(title, sys.stderr) as shown:
        yield shown
