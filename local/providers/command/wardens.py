"""Ending a command's processes when its run does not end by itself.

Owns the one way in which a run is stopped, for a cancellation, a time limit and the plugin's own
death alike, SIGKILL included: a shell that leads a process group, which the command joins at birth,
and that waits for a word from the plugin. When the plugin lets go without that word, the group gets
SIGTERM and two seconds later SIGKILL.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

_SCRIPT: Final = """
trap '' TERM
read -r _ && exit
kill -s TERM -- "-$$"
sleep 2
kill -s KILL -- "-$$"
"""


@asynccontextmanager
async def process_group() -> AsyncIterator[int]:
    """Give a process group that ends unless the block is left without an exception.

    A block that is left without one may leave daemons of the group behind.
    """
    warden = await asyncio.create_subprocess_exec(
        *("/bin/sh", "-c", _SCRIPT),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        process_group=0,
    )
    if warden.stdin is None:
        raise TypeError("The warden was started without a pipe.")
    try:
        yield warden.pid
        warden.stdin.write(b"\n")
    finally:
        warden.stdin.close()
        await warden.wait()
