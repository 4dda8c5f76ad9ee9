"""A network of the laboratory's own: nothing but loopback, and nobody else on it.

Owns the network namespace. Doesn't own what runs in it. KEDA's adapter tells its own figures on
every address, which no flag changes (research/autoscaling-loop.md); here the only one is loopback.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_NEW_NETWORK: Final = 0x40000000
_OURS: Final = Path("/proc/thread-self/ns/net")


@contextmanager
def own_network() -> Iterator[None]:
    """Put this thread, and the threads and processes that it starts, into a network of their own.

    Raises OSError for a user who may not make one.
    """
    system = ctypes.CDLL(None, use_errno=True)
    with _OURS.open() as before:
        _demand(system.unshare(_NEW_NETWORK))
        try:
            subprocess.run(["ip", "link", "set", "lo", "up"], check=True, timeout=10)
            yield
        finally:
            _demand(system.setns(before.fileno(), _NEW_NETWORK))


def _demand(status: int) -> None:
    if status != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"no network of its own can be made: {os.strerror(error)}")
