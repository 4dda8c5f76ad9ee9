"""The bytes of the disks themselves, whatever Ceph says about them.

Owns the search. Doesn't own where anything should be.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from tests.ceph.blueprint import Disk

_BLOCK: Final = 8 * 2**20


def holders(folder: Path, disks: Iterable[Disk], needle: bytes) -> set[str]:
    """The data centres with a disk on which these bytes lie."""
    return {
        disk.centre for disk in disks if _holds(folder / f"osd-{disk.number}" / "block", needle)
    }


def _holds(disk: Path, needle: bytes) -> bool:
    opened = os.open(disk, os.O_RDONLY)
    try:
        return any(
            needle in os.pread(opened, _BLOCK + len(needle), offset)
            for start, end in _written(opened)
            for offset in range(start, end, _BLOCK)
        )
    finally:
        os.close(opened)


def _written(opened: int) -> Iterator[tuple[int, int]]:
    """The parts of a sparse file that were ever written."""
    end = 0
    while True:
        try:
            start = os.lseek(opened, end, os.SEEK_DATA)
        except OSError as error:
            if error.errno == errno.ENXIO:  # only a hole is left
                return
            raise
        end = os.lseek(opened, start, os.SEEK_HOLE)
        yield start, end
