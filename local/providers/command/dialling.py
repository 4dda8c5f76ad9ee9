"""Opening SSH connections: credentials, the pinned host key, redials, jump hosts.

Owns everything until a connection is authenticated. What can heal is redialled with the pauses of
the official plugin: a machine that still boots, a name that doesn't resolve yet, a reset. A wrong
host key and a refused login don't heal, so they fail at once with a sentence; the official plugin
redials those too, which looks like a hang (research: an update still waiting after 94 s).

Neither ~/.ssh/config nor the keys in ~/.ssh are read: a resource behaves alike on every machine.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final

import asyncssh

from local.providers.command.connections import Connection
from local.providers.command.credentials import client_keys, import_host_key
from local.providers.failures import ProviderError

_FIRST_PAUSE: Final = 0.1  # seconds; these three as in sdk/go/common/util/retry/until.go
_GROWTH: Final = 1.5
_LONGEST_PAUSE: Final = 5.0
_KEEPALIVE_SECONDS: Final = 15  # with the count: a silent peer is given up after a minute
_KEEPALIVE_COUNT: Final = 4

Report = Callable[[str], None]
"""Shows the user a line of progress."""


@asynccontextmanager
async def dial(
    connection: Connection, report: Report
) -> AsyncIterator[asyncssh.SSHClientConnection]:
    """Connect, redialling as often as the connection allows, and close at the end.

    Raises:
        ProviderError: the host key or the login was refused, or every dial failed.
    """
    async with AsyncExitStack() as stack:
        tunnel = None
        if connection.proxy is not None:
            tunnel = await _dial_patiently(stack, connection.proxy, None, report)
        yield await _dial_patiently(stack, connection, tunnel, report)


async def _dial_patiently(
    stack: AsyncExitStack,
    connection: Connection,
    tunnel: asyncssh.SSHClientConnection | None,
    report: Report,
) -> asyncssh.SSHClientConnection:
    keys = await client_keys(connection, stack)
    via = (
        "" if tunnel is None or connection.proxy is None else f" through {connection.proxy.address}"
    )
    pause, failed = _FIRST_PAUSE, 0
    while True:
        try:
            dialled = await _dial_once(connection, tunnel, keys)
        except (OSError, TimeoutError, asyncssh.Error) as error:
            failed += 1
            reason = _reason(error, connection)
            if failed > connection.dial_error_limit:
                raise ProviderError(
                    f"No SSH connection to {connection.address}{via} after {failed} dials: "
                    f"{reason}. Check that the machine runs and that `connection` names its "
                    "address and port; `dialErrorLimit` sets how many failed dials are forgiven."
                ) from None
            await asyncio.to_thread(
                report, f"Dial {failed} to {connection.address}{via} failed, retrying: {reason}"
            )
            await asyncio.sleep(pause)
            pause = min(pause * _GROWTH, _LONGEST_PAUSE)
        else:
            stack.push_async_callback(_close, dialled)
            return dialled


async def _dial_once(
    connection: Connection,
    tunnel: asyncssh.SSHClientConnection | None,
    keys: list[Any] | None,
) -> asyncssh.SSHClientConnection:
    pinned = import_host_key(connection)
    witness = _Witness()
    try:
        return await asyncssh.connect(
            connection.host,
            connection.port,
            tunnel=tunnel,
            config=None,
            client_factory=lambda: witness,
            known_hosts=None if pinned is None else ([pinned], [], []),
            username=connection.user,
            password=connection.password,
            client_keys=keys,
            agent_path=None,
            gss_host=None,
            connect_timeout=connection.per_dial_timeout,
            login_timeout=0,
            keepalive_interval=_KEEPALIVE_SECONDS,
            keepalive_count_max=_KEEPALIVE_COUNT,
        )
    except (asyncssh.HostKeyNotVerifiable, asyncssh.KeyExchangeFailed) as error:
        if pinned is None:
            raise
        raise ProviderError(_wrong_host_key(connection, pinned, witness.seen, error)) from None
    except asyncssh.PermissionDenied:
        raise ProviderError(_refused_login(connection, keys)) from None


class _Witness(asyncssh.SSHClient):
    """Remembers the host key that wasn't the pinned one, for the error."""

    def __init__(self) -> None:
        self.seen: asyncssh.SSHKey | None = None

    def validate_host_public_key(
        self,
        host: str,  # noqa: ARG002 asyncssh's signature
        addr: str,  # noqa: ARG002 asyncssh's signature
        port: int,  # noqa: ARG002 asyncssh's signature
        key: asyncssh.SSHKey,
    ) -> bool:
        self.seen = key
        return False


def _wrong_host_key(
    connection: Connection,
    pinned: asyncssh.SSHKey,
    seen: asyncssh.SSHKey | None,
    error: asyncssh.Error,
) -> str:
    found = f"shows {_fingerprint(seen)}" if seen is not None else f"offers no such key ({error})"
    return (
        f"The host key of {connection.address} is not the pinned one: `connection.hostKey` names "
        f"{_fingerprint(pinned)}, but the server {found}. Nothing was sent. If the machine was "
        "reinstalled, pin its new key; otherwise somebody may stand between you and it."
    )


def _fingerprint(key: asyncssh.SSHKey) -> str:
    return f"{key.get_algorithm()} {key.get_fingerprint()}"


def _refused_login(connection: Connection, keys: list[Any] | None) -> str:
    tried = [f"{len(keys)} key(s)"] if keys else []
    tried += ["a password"] if connection.password is not None else []
    return (
        f"{connection.address} refused the login of user {connection.user!r} with "
        f"{' and '.join(tried) or 'no credential at all'}. Check `connection.user` and that its "
        "authorized_keys hold the key; `privateKey`, `password` or an SSH agent gives a credential."
    )


def _reason(error: Exception, connection: Connection) -> str:
    if isinstance(error, TimeoutError):
        return f"no answer within {connection.per_dial_timeout} s"
    if isinstance(error, OSError) and error.errno is not None and error.errno > 0:
        return os.strerror(error.errno)
    return str(error).rstrip(".") or type(error).__name__


async def _close(dialled: asyncssh.SSHClientConnection) -> None:
    dialled.close()
    await dialled.wait_closed()
