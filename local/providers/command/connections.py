"""The typed form of a resource's ``connection``.

Owns the fields and their defaults' meaning; dialling is in `dialling`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Connection:
    """How to reach one SSH server.

    Attributes:
        host: name or address.
        port: TCP port.
        user: the login.
        password: for password and keyboard-interactive authentication.
        private_key: in OpenSSH or PEM form; tried before the password.
        private_key_password: decrypts `private_key`.
        agent_socket_path: of the SSH agent; None for the one in SSH_AUTH_SOCK, if any.
        host_key: the pinned key as in an authorized_keys file; None trusts any.
        dial_error_limit: failed dials that are forgiven; infinite for ever.
        per_dial_timeout: seconds for a dial, login included; None for no limit.
        proxy: the jump host to go through.
    """

    host: str
    port: int
    user: str
    password: str | None = field(default=None, repr=False)
    private_key: str | None = field(default=None, repr=False)
    private_key_password: str | None = field(default=None, repr=False)
    agent_socket_path: str | None = None
    host_key: str | None = None
    dial_error_limit: float = 10
    per_dial_timeout: float | None = 15
    proxy: Connection | None = None

    @property
    def address(self) -> str:
        """The server as shown to the user, ``host:port``."""
        return f"{self.host}:{self.port}"


def parse_connection(properties: Mapping[str, Any]) -> Connection:
    """Read a connection that was checked, with its defaults filled in and its secrets revealed."""
    limit = properties["dialErrorLimit"]
    proxy = properties.get("proxy")
    return Connection(
        host=properties["host"],
        port=properties["port"],
        user=properties["user"],
        password=properties.get("password"),
        private_key=properties.get("privateKey"),
        private_key_password=properties.get("privateKeyPassword"),
        agent_socket_path=properties.get("agentSocketPath"),
        host_key=properties.get("hostKey"),
        dial_error_limit=math.inf if limit < 0 else limit,
        per_dial_timeout=properties["perDialTimeout"] or None,
        proxy=parse_connection(proxy) if proxy is not None else None,
    )
