"""Running a command on this machine.

Owns its start, its standard input and its end. `wardens` ends the processes of a cancelled run; a
command that ends by itself may leave daemons behind, as with the official plugin.
"""

from __future__ import annotations

import asyncio
import errno
import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from local.providers.command.executions import Execution, Output, capture, failure, output_of
from local.providers.command.wardens import process_group
from local.providers.failures import ProviderError

_SHELL: Final = ("/bin/sh", "-c")


@dataclass(frozen=True)
class LocalRun:
    """Where and with what a command runs here.

    Attributes:
        directory: the working directory; None for the program's.
        interpreter: the program and arguments that get the command as last argument; empty for
            ``/bin/sh -c``.
    """

    directory: str | None = None
    interpreter: Sequence[str] = ()


async def run_local(execution: Execution, how: LocalRun) -> Output:
    """Run the command to its end.

    Raises:
        ProviderError: it could not be started, or ended with another exit code than 0.
    """
    async with process_group() as group:
        process = await _start(execution, how, group)
        stdout, stderr, _ = await asyncio.gather(
            capture(_stream(process.stdout).read, execution, shown=execution.shows_stdout),
            capture(_stream(process.stderr).read, execution, shown=execution.shows_stderr),
            _feed(process, execution.stdin),
        )
        code = await process.wait()
    if code != 0:
        ending = f"with exit code {code}" if code > 0 else f"by signal {signal.Signals(-code).name}"
        raise failure(execution, "on this machine", ending, stdout, stderr)
    return output_of(stdout, stderr)


async def _start(execution: Execution, how: LocalRun, group: int) -> asyncio.subprocess.Process:
    arguments = [*(how.interpreter or _SHELL), execution.command]
    try:
        return await asyncio.create_subprocess_exec(
            *arguments,
            stdin=asyncio.subprocess.PIPE if execution.stdin else asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=how.directory,
            env={**os.environ, **execution.environment, **execution.previous},
            process_group=group,
        )
    except (OSError, ValueError) as error:
        reason = _why_not_started(error, arguments[0], how)
        raise ProviderError(f"The {execution.step} command can't start: {reason}") from None


def _why_not_started(error: OSError | ValueError, program: str, how: LocalRun) -> str:
    if isinstance(error, ValueError):
        return f"{error} in the command, its `interpreter` or `environment`."
    if error.errno == errno.E2BIG:
        return (
            "it is too long. Shorten the command or its `environment`, give the text on `stdin`, "
            "or set `addPreviousOutputInEnv` to false."
        )
    if how.directory is not None and error.filename == how.directory:
        return f"its `dir` {how.directory!r} can't be entered ({error.strerror})."
    return f"the program {program!r} can't be run ({error.strerror}); check `interpreter`."


async def _feed(process: asyncio.subprocess.Process, text: str) -> None:
    if process.stdin is None:
        return
    with suppress(BrokenPipeError, ConnectionResetError):  # it need not read all of it
        process.stdin.write(text.encode())
        await process.stdin.drain()
    process.stdin.close()


def _stream(stream: asyncio.StreamReader | None) -> asyncio.StreamReader:
    if stream is None:
        raise TypeError("The process was started without pipes.")
    return stream
