"""Commands on a machine over SSH, as the product gives them: the host's key pinned, a key for root.

Owns nothing but the connection.
"""

from __future__ import annotations

import asyncio

import asyncssh

from tests.machines.machine import Machine


def over_ssh(machine: Machine, key: asyncssh.SSHKey, command: str, host_key: str = "") -> str:
    """Run a command and return what it prints.

    Args:
        machine: where.
        key: root's private key.
        command: for the shell.
        host_key: what the host must prove itself with; the machine's own where it isn't given.

    Raises:
        asyncssh.HostKeyNotVerifiable: the host proves itself with another key.
        asyncssh.ProcessError: the command failed.
    """
    return asyncio.run(_run(machine, key, command, host_key or machine.host_key))


async def _run(machine: Machine, key: asyncssh.SSHKey, command: str, host_key: str) -> str:
    known = asyncssh.import_known_hosts(f"{machine.address} {host_key}\n")
    async with asyncssh.connect(
        machine.address,
        username="root",
        client_keys=[key],
        known_hosts=known,
        config=None,
        agent_path=None,
    ) as connection:
        done = await connection.run(command, check=True)
    return str(done.stdout)
