"""The cache of finished tools: whole or absent, however a run that makes one ends.

An entry is a folder `tools/<name>/<version>-<fingerprint>` with the programs and a file that says
where they came from. It is filled elsewhere and renamed into place, under a lock that the kernel
frees when its holder dies. How an entry is filled is not known here.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from local.toolchain.tools import Tool

_ORIGIN = "origin.txt"


def entry(cache: Path, tool: Tool) -> Path:
    """Return the folder of a tool, whether it is there or not."""
    return cache / "tools" / tool.name / f"{tool.version}-{tool.fingerprint()}"


def is_program(path: Path) -> bool:
    """Say whether a file can be run at all: there, not empty, executable."""
    return path.is_file() and path.stat().st_size > 0 and os.access(path, os.X_OK)


def origin(folder: Path, tool: Tool) -> str | None:
    """Return where a whole entry came from; None where it is absent or damaged."""
    if not all(is_program(folder / name) for name in tool.programs):
        return None
    with suppress(OSError):
        return (folder / _ORIGIN).read_text().strip()
    return None


@contextmanager
def exclusive(target: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the lock of a folder that is to be made; call `waiting` once if another run has it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(f"{target}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        waiting()
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def publish(target: Path, fill: Callable[[Path], None]) -> None:
    """Make a folder appear at once, with what `fill` puts into it, in place of a damaged one.

    The caller holds the folder's lock, so what an interrupted run left here is nobody's. That is
    swept twice, since a Go that outlived such a run may write to it until it ends.
    """
    prefix = f".{target.name}-"
    _sweep(target.parent, prefix)
    staging = Path(tempfile.mkdtemp(prefix=prefix, dir=target.parent))
    try:
        fill(staging)
        staging.chmod(0o755)
        if target.exists():
            shutil.rmtree(target)
        staging.rename(target)
    finally:
        _sweep(target.parent, prefix)


def _sweep(folder: Path, prefix: str) -> None:
    for leftover in folder.glob(f"{prefix}*"):
        shutil.rmtree(leftover, ignore_errors=True)


def publish_tool(target: Path, fill: Callable[[Path], str]) -> str:
    """Publish a tool's entry; `fill` puts the programs there and returns where they came from."""
    origins: list[str] = []

    def fill_and_sign(staging: Path) -> None:
        origins.append(fill(staging))
        for program in staging.iterdir():
            program.chmod(0o755)
        (staging / _ORIGIN).write_text(f"{origins[0]}\n")

    publish(target, fill_and_sign)
    return origins[0]


def link_folder(cache: Path, programs: Mapping[str, Path]) -> Path:
    """Return a folder with one link a program, for PATH; the same programs, the same folder."""
    listing = "\n".join(f"{name} {path}" for name, path in sorted(programs.items()))
    folder = cache / "bin" / hashlib.sha256(listing.encode()).hexdigest()[:12]

    def whole() -> bool:
        return all((folder / name).exists() for name in programs)

    def fill(staging: Path) -> None:
        for name, path in programs.items():
            (staging / name).symlink_to(path)

    if not whole():
        with exclusive(folder, waiting=lambda: None):
            if not whole():
                publish(folder, fill)
    return folder
