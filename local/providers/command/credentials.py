"""The keys of an SSH connection: its private key, those of an agent, the pinned host key.

Owns reading them, with errors that never quote them.
"""

from __future__ import annotations

import os
from contextlib import AsyncExitStack
from typing import Any

import asyncssh

from local.providers.command.connections import Connection
from local.providers.failures import ProviderError


async def client_keys(connection: Connection, stack: AsyncExitStack) -> list[Any] | None:
    """Collect the keys to log in with, in the order in which they are tried.

    Args:
        connection: names the key and the agent.
        stack: keeps the agent open, since it signs.

    Returns:
        The keys, or None without any; an empty list would make asyncssh read ~/.ssh.

    Raises:
        ProviderError: the private key can't be read, or the named agent can't be reached.
    """
    keys = [*_private_keys(connection), *await _agent_keys(connection, stack)]
    return keys or None


def import_host_key(connection: Connection) -> asyncssh.SSHKey | None:
    """Read the pinned host key, if there is one.

    Raises:
        ProviderError: it is not a public key as in an authorized_keys file.
    """
    if connection.host_key is None:
        return None
    try:
        return asyncssh.import_public_key(connection.host_key)
    except asyncssh.KeyImportError:
        raise ProviderError(
            f"`hostKey` of {connection.address} is not a public key; it takes one line like "
            "`ssh-ed25519 AAAA...`, the machine's /etc/ssh/ssh_host_ed25519_key.pub."
        ) from None


def _private_keys(connection: Connection) -> list[asyncssh.SSHKey]:
    if connection.private_key is None:
        return []
    key, password = connection.private_key, connection.private_key_password
    try:
        return [asyncssh.import_private_key(key, password)]
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError) as error:
        raise ProviderError(
            f"`privateKey` for {connection.address} can't be used: {error}. It takes the whole "
            "text of an OpenSSH or PEM key file, and `privateKeyPassword` if that is encrypted."
        ) from None


async def _agent_keys(connection: Connection, stack: AsyncExitStack) -> list[Any]:
    path = connection.agent_socket_path or os.environ.get("SSH_AUTH_SOCK")
    if not path:
        return []
    try:
        agent = await stack.enter_async_context(asyncssh.connect_agent(path))
        return list(await agent.get_keys())
    except (OSError, ValueError, asyncssh.Error) as error:
        if connection.agent_socket_path is None:  # a stale SSH_AUTH_SOCK is nobody's wish
            return []
        raise ProviderError(
            f"The SSH agent at `agentSocketPath` {path} can't be used: {error}. "
            "Start it, or remove `agentSocketPath`."
        ) from None
