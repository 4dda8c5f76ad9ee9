"""Processes that a killed engine left behind: policy packs, the language host, plugins.

Owns their end. Doesn't own what a living engine started. An engine that is killed can't end its
children, and a policy pack waits for its next question for ever.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator, Sequence
from typing import Final

import psutil

from local.paths import checkout

_ENGINE: Final = re.compile(r"127\.0\.0\.1:([0-9]+)")
_CHILDREN: Final = re.compile(r"pulumi\.policy|pulumi-language-python|local\.providers\.")


def end() -> Iterator[str]:
    """End this checkout's orphans; yield what each of them was."""
    for process in psutil.process_iter():
        try:
            command = process.cmdline()
            ours = any(str(checkout()) in word for word in (process.cwd(), *command))
            if ours and is_orphan(command):
                process.kill()
                yield next(word for word in command if _CHILDREN.search(word))
        except psutil.Error:
            continue


def is_orphan(command: Sequence[str]) -> bool:
    """Whether a command line is that of an engine's child whose engine doesn't listen any more."""
    if not any(_CHILDREN.search(word) for word in command):
        return False
    ports = [int(match[1]) for word in command if (match := _ENGINE.fullmatch(word))]
    return bool(ports) and not any(_listens(port) for port in ports)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
