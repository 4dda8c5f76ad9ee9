"""What running a command means, here or over SSH: the request, the output, the failure.

Owns what both ways share: which streams are shown while they come, the outputs' form and the words
of a failure. Starting the command is in `local_runs` and `remote_runs`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from local.providers.command.redaction import Redaction
from local.providers.failures import ProviderError

STDOUT_VARIABLE: Final = "PULUMI_COMMAND_STDOUT"
STDERR_VARIABLE: Final = "PULUMI_COMMAND_STDERR"
_CHUNK: Final = 64 * 1024  # bytes
_TAIL_LINES: Final = 20
_SHOWN_COMMAND: Final = 300  # characters


class Logging(StrEnum):
    """Which streams the user sees; both are captured all the same."""

    STDOUT = "stdout"
    STDERR = "stderr"
    BOTH = "stdoutAndStderr"
    NONE = "none"


@dataclass(frozen=True)
class Execution:
    """One run of a command.

    Attributes:
        step: ``create``, ``update``, ``delete`` or ``run``, for the error.
        command: what the interpreter or the remote login shell gets.
        stdin: the text of its standard input; empty for none.
        environment: added to the process's own.
        previous: the last run's outputs, as the variables `STDOUT_VARIABLE` and `STDERR_VARIABLE`.
        logging: what the user sees.
        redaction: masks secrets in what the user sees.
        report: shows the user a line.
    """

    step: str
    command: str = field(repr=False)
    stdin: str = field(repr=False)
    environment: Mapping[str, str] = field(repr=False)
    previous: Mapping[str, str] = field(repr=False)
    logging: Logging
    redaction: Redaction
    report: Callable[[str], None]

    @property
    def shows_stdout(self) -> bool:
        """Whether standard output may be shown."""
        return self.logging in (Logging.STDOUT, Logging.BOTH)

    @property
    def shows_stderr(self) -> bool:
        """Whether standard error may be shown."""
        return self.logging in (Logging.STDERR, Logging.BOTH)


@dataclass(frozen=True)
class Output:
    """What a command printed, without the last newline of each stream."""

    stdout: str = field(default="", repr=False)
    stderr: str = field(default="", repr=False)


def output_of(stdout: bytes, stderr: bytes) -> Output:
    """Make the outputs' text: one trailing newline less, as in the official plugin.

    The wire carries Unicode only, so bytes that are no UTF-8 become replacement characters.
    """
    return Output(*(each.decode(errors="replace").removesuffix("\n") for each in (stdout, stderr)))


async def capture(
    read: Callable[[int], Awaitable[bytes]], execution: Execution, *, shown: bool
) -> bytes:
    """Read a stream to its end, showing complete lines as they come."""
    captured, rest = bytearray(), b""
    while chunk := await read(_CHUNK):
        captured += chunk
        if shown:
            *lines, rest = (rest + chunk).split(b"\n")
            await _show(lines, execution)
    if rest:
        await _show([rest], execution)
    return bytes(captured)


async def _show(lines: Sequence[bytes], execution: Execution) -> None:
    texts = [line.decode(errors="replace").rstrip("\r") for line in lines]

    def report() -> None:
        for text in texts:
            execution.report(execution.redaction.apply(text))

    if texts:
        await asyncio.to_thread(report)


def failure(
    execution: Execution, where: str, how: str, stdout: bytes, stderr: bytes
) -> ProviderError:
    """Word the failure of a run that ended `how` (``with exit code 3``), as far as may be shown."""
    if execution.logging is Logging.NONE:
        return ProviderError(
            f"The {execution.step} command {where} ended {how}. Its text and output are not shown, "
            "since `logging` is none."
        )
    output, masked = output_of(stdout, stderr), execution.redaction.apply
    # Masked before it is cut: half a secret would no longer be recognised.
    parts = [
        f"The {execution.step} command {where} ended {how}: {_head(masked(execution.command))}"
    ]
    if execution.shows_stdout and output.stdout:
        parts.append(f"The end of its standard output:\n{_tail(masked(output.stdout))}")
    if execution.shows_stderr and output.stderr:
        parts.append(f"The end of its standard error:\n{_tail(masked(output.stderr))}")
    return ProviderError("\n".join(parts))


def _head(command: str) -> str:
    return command if len(command) <= _SHOWN_COMMAND else f"{command[:_SHOWN_COMMAND]}..."


def _tail(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines()[-_TAIL_LINES:])
