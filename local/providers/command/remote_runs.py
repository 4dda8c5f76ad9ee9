"""Running a command over SSH.

Owns the session: its environment, its standard input and its end. Connections come from
`dialling`.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

import asyncssh

from local.providers.command.connections import Connection
from local.providers.command.dialling import dial
from local.providers.command.executions import Execution, Output, capture, failure, output_of
from local.providers.failures import ProviderError

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LONGEST_VALUE: Final = 30_000  # bytes; servers need not take packets over 32768 (RFC 4253, 6.1)


async def run_remote(execution: Execution, connection: Connection) -> Output:
    """Run the command in the remote login shell to its end.

    Raises:
        ProviderError: no connection, a refused environment, a connection lost half-way, or another
            exit code than 0.
    """
    async with dial(connection, execution.report) as ssh:
        try:
            environment = await _environment(ssh, execution, connection)
            return await _run(ssh, execution, environment, connection)
        except (OSError, asyncssh.Error) as error:
            raise _lost(execution, connection, str(error)) from None


async def _run(
    ssh: asyncssh.SSHClientConnection,
    execution: Execution,
    environment: Mapping[str, str],
    connection: Connection,
) -> Output:
    process = await ssh.create_process(execution.command, env=environment, encoding=None)
    try:
        stdout, stderr, _ = await asyncio.gather(
            capture(process.stdout.read, execution, shown=execution.shows_stdout),
            capture(process.stderr.read, execution, shown=execution.shows_stderr),
            _feed(process, execution.stdin),
        )
        await process.wait_closed()
    except asyncio.CancelledError:
        with suppress(OSError, asyncssh.Error):
            process.terminate()
        raise
    if process.exit_signal is None and process.exit_status is None:
        raise _lost(execution, connection, "it closed without an exit code")
    if process.exit_signal is not None or process.exit_status != 0:
        ending = (
            f"with exit code {process.exit_status}"
            if process.exit_signal is None
            else f"by signal SIG{process.exit_signal[0]}"
        )
        raise failure(execution, f"on {connection.address}", ending, stdout, stderr)
    return output_of(stdout, stderr)


async def _feed(process: asyncssh.SSHClientProcess[bytes], text: str) -> None:
    with suppress(BrokenPipeError, ConnectionResetError):  # it need not read all of it
        process.stdin.write(text.encode())
        await process.stdin.drain()
        process.stdin.write_eof()


async def _environment(
    ssh: asyncssh.SSHClientConnection, execution: Execution, connection: Connection
) -> dict[str, str]:
    """Give the variables that the server accepts, after asking it.

    An SSH server drops what its AcceptEnv does not name, and asyncssh sends variables without
    asking for a reply. So a first session prints them back (with ``printenv``), where the command
    could still be spared.
    """
    wanted = {**execution.environment, **execution.previous}
    sent = {name: text for name, text in wanted.items() if _sendable(name, text)}
    seen = await _printed(ssh, sent) if sent else {}
    refused = [name for name, text in wanted.items() if seen.get(name) != text]
    needed = [name for name in refused if name in execution.environment]
    if needed:
        raise ProviderError(
            f"{connection.address} refused the environment variable(s) {', '.join(needed)}, so the "
            f"{execution.step} command was not run. Name them in AcceptEnv of its sshd_config "
            "(values of up to 30000 bytes), or write them into the command: VAR=value command."
        )
    if refused:
        await asyncio.to_thread(
            execution.report,
            f"{connection.address} refused {' and '.join(refused)}, which the command may miss; "
            "its sshd accepts only the variables in AcceptEnv.",
        )
    return {name: text for name, text in sent.items() if name not in refused}


def _sendable(name: str, text: str) -> bool:
    return _NAME.fullmatch(name) is not None and len(text.encode()) <= _LONGEST_VALUE


async def _printed(
    ssh: asyncssh.SSHClientConnection, variables: Mapping[str, str]
) -> dict[str, str]:
    script = "; ".join(
        f"printenv {name} && printf '{name}\\0' || printf '\\0'" for name in variables
    )
    answer = await ssh.run(script, env=variables, encoding=None, stdin=asyncssh.DEVNULL)
    seen = {}
    printed = answer.stdout if isinstance(answer.stdout, bytes) else b""
    for part in printed.split(b"\0"):
        text, _, name = part.decode(errors="replace").rpartition("\n")
        seen[name] = text
    return seen


def _lost(execution: Execution, connection: Connection, reason: str) -> ProviderError:
    return ProviderError(
        f"The connection to {connection.address} was lost during the {execution.step} command "
        f"({reason.rstrip('.') or 'no reason given'}), so it is not known whether it finished. "
        "Once the machine answers again, run the same again: the command runs a second time."
    )
