"""The SSH host key of a machine, as its stack file states it.

Owns the grammar of the line. Doesn't own whether a machine has that key (SSH does), nor whether two
machines share one (:mod:`components.catalog.machines`).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from itertools import islice
from typing import Annotated, Final

from pydantic import BeforeValidator, WithJsonSchema

from components.catalog.refusal import shown

_PARTS: Final = {"ssh-ed25519": 2, "ecdsa-sha2-nistp256": 3, "ssh-rsa": 3}
"""Of how many parts a key of each type is made, its type among them (RFC 4253 §6.6, RFC 5656 §3.1,
RFC 8709 §4)."""
_LONGEST: Final = 4096
"""Characters; the key of 16384 bits, the longest that OpenSSH makes, has 2800."""


def parse_host_key(found: object) -> str:
    """Type and key of a line, without the comment that ssh-keygen writes behind them.

    Raises ValueError where the line isn't one whole key, for example one that was cut off.
    """
    if isinstance(found, str) and len(found) <= _LONGEST and len(found.splitlines()) == 1:
        kind, _, rest = found.strip().partition(" ")
        blob, _, _ = rest.partition(" ")
        if kind in _PARTS and _is_whole(kind, blob):
            return f"{kind} {blob}"
    short = f"{found[:40]!r}..." if isinstance(found, str) and found[40:] else shown(found)
    raise ValueError(
        f"found {short}; allowed is one whole line as in /etc/ssh/ssh_host_ed25519_key.pub of the "
        f"machine, its type one of {', '.join(_PARTS)} and the same as in the key behind it"
    )


def _is_whole(kind: str, blob: str) -> bool:
    try:
        key = base64.b64decode(blob, validate=True)
    except (binascii.Error, ValueError):
        return False
    parts = list(islice(_parts(key), _PARTS[kind] + 1))
    return len(parts) == _PARTS[kind] and parts[0] == kind.encode() and all(parts)


def _parts(key: bytes) -> Iterator[bytes]:
    """The parts of a key, each behind its length; the last one is empty where the key is cut."""
    while key:
        length = int.from_bytes(key[:4])
        part, key = key[4 : 4 + length], key[4 + length :]
        yield part if len(part) == length else b""


HostKey = Annotated[
    str,
    BeforeValidator(parse_host_key),
    WithJsonSchema({"type": "string", "pattern": f"^\\s*({'|'.join(_PARTS)}) [A-Za-z0-9+/=]+"}),
]
