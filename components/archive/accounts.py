"""The people who may log in to an institution's Dicoogle, as the Secret that holds ``users.xml``.

Owns that file and its refusals. Doesn't own passwords: the stack's secret holds bcrypt hashes, and
nobody can log in where it holds none. Nor what an account may do: Dicoogle up to 3.5.1 asks almost
nowhere who it is (research/dicoogle.md §2), so the gateway decides.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Any, Final
from xml.etree import ElementTree as ET

import pulumi

from components import naming
from components.archive.markup import text
from components.archive.spec import ArchiveSpec
from components.manifests import Manifest

NAME: Final = "accounts"
_USER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_HASH: Final = re.compile(r"\$2[aby]\$(?:1[0-9]|2[0-9]|3[01])\$[./A-Za-z0-9]{53}")
"""bcrypt, cost 10 or more: what Dicoogle's HashService verifies (all three variants were tried)."""


def manifest(spec: ArchiveSpec) -> Manifest:
    """Build the Secret that ingest and readers mount. Raises ValueError as :func:`users_file`."""
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": NAME,
            "namespace": naming.namespace(spec.institution),
            "labels": {naming.INSTITUTION_LABEL: spec.institution},
        },
        "type": "Opaque",
        "stringData": {"users.xml": _from_accounts(spec, users_file)},
    }


def revision(spec: ArchiveSpec) -> pulumi.Input[str]:
    """Tell which accounts these are, in a word: Dicoogle reads them once, at start."""
    found = _from_accounts(
        spec, lambda accounts: hashlib.sha256(users_file(accounts).encode()).hexdigest()[:16]
    )
    # A digest of hashes gives none of them away, and a secret here would hide the pods' diff.
    return pulumi.Output.unsecret(found) if isinstance(found, pulumi.Output) else found


def users_file(accounts: Mapping[str, str]) -> str:
    """Render ``users.xml``. Raises ValueError for a user name or hash that can't be one.

    There is always a file, since without one Dicoogle makes an administrator with a password that
    everybody knows. Nobody is an administrator: settings change by deploying them.
    """
    users = ET.Element("Users")
    for name, bcrypt in sorted(accounts.items()):
        if not _USER.fullmatch(name):
            raise ValueError(
                f"imaging:users: found the user name {name!r}; allowed are 1 to 64 of letters, "
                "digits, dot, underscore and hyphen, the first a letter or digit"
            )
        if not isinstance(bcrypt, str) or not _HASH.fullmatch(bcrypt):
            raise ValueError(
                f"imaging:users.{name}: found something that isn't a bcrypt hash of cost 10 or "
                "more; store a hash, never the password (docs/archive.md says how)"
            )
        ET.SubElement(users, "user", username=name, hash=bcrypt, admin="false", roles="")
    return text(users)


def _from_accounts(
    spec: ArchiveSpec, render: Callable[[Mapping[str, str]], str]
) -> pulumi.Input[str]:
    accounts: Any = spec.users
    if isinstance(accounts, pulumi.Output):
        rendered: pulumi.Output[str] = accounts.apply(lambda known: render(known or {}))
        return rendered
    return render(accounts or {})
