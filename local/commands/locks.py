"""Stale locks of a file backend.

Owns their removal. Doesn't own locks of living processes or other backends. A run that was killed
leaves its lock behind, and Pulumi then refuses every other run; ``pulumi cancel`` would also break
the lock of a run that is alive.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psutil


def remove_stale(backend: str, stack: str) -> Iterator[int]:
    """Remove the locks of processes that are gone from this host; yield their numbers."""
    url = urlsplit(backend)
    if url.scheme != "file":
        return
    folder = Path(unquote(url.path)) / ".pulumi" / "locks"
    for lock in folder.glob(f"organization/*/{stack}/*.json"):
        owner = json.loads(lock.read_text(encoding="utf-8"))
        here = owner.get("hostname") == socket.gethostname()
        if here and not _lives(owner["pid"], lock.stat().st_mtime):
            lock.unlink(missing_ok=True)
            yield owner["pid"]


def _lives(pid: int, locked: float) -> bool:
    """Whether the process that took the lock lives: not a later one with its number, nor a zombie.

    A killed process stays a zombie until somebody reaps it, which in a container may be never.
    """
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and process.create_time() <= locked
    except psutil.NoSuchProcess:
        return False
