"""The scripts that run on machines: how one is put together out of its parts.

Owns the form that a shell is fed: what all share, the step's settings, its files, its script, and
at the very end the call. Doesn't own what a script does: each is a file of its own below
``scripts/``.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

Setting = str | Sequence[str]
"""A shell variable, or an array."""

_FOLDER: Final = Path(__file__).parent / "scripts"
_END: Final = "END-OF-THIS-FILE"


def script(
    name: str,
    settings: Mapping[str, Setting],
    files: Mapping[str, str] | None = None,
) -> str:
    """Put a step's script together, as bash reads it from standard input.

    ``files`` are the contents that ``write_files`` puts at these paths. Nothing runs before the
    last line was read.
    """
    parts = [
        _read("prelude"),
        "".join(f"{key}={_quoted(value)}\n" for key, value in settings.items()),
        _writer(files or {}),
        _read(name),
        'main "$@" </dev/null\n',
    ]
    return "\n".join(parts)


def command(user: str, *arguments: str) -> str:
    """Give the command line that feeds a script to a shell: short, and without any secret."""
    shell = shlex.join(["bash", "-s", "--", *arguments])
    return shell if user == "root" else f"sudo -n {shell}"


def _read(name: str) -> str:
    return (_FOLDER / f"{name}.sh").read_text(encoding="utf-8")


def _quoted(value: Setting) -> str:
    if isinstance(value, str):
        return shlex.quote(value)
    return f"({' '.join(shlex.quote(each) for each in value)})"


def _writer(files: Mapping[str, str]) -> str:
    written = "".join(
        f"put {shlex.quote(path)} 0600 <<'{_END}'\n{text.rstrip()}\n{_END}\n"
        for path, text in files.items()
    )
    return f"write_files() {{\n:\n{written}}}\n"
