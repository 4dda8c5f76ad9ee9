"""What a stack file still holds for somebody to fill: example addresses, hosts, keys and disks.

Owns how a placeholder looks. Doesn't own when one is refused: a preview works with them
(:mod:`components.program`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_interface, ip_network
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from pydantic import BaseModel

from components.catalog.refusal import Refusal
from components.catalog.stack_files import INSTITUTION_KEY, PLATFORM_KEY

if TYPE_CHECKING:
    from components.catalog.catalog import Catalog

PLACEHOLDER_HOST_KEY: Final = f"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{'A' * 43}"
"""The key of 32 zero bytes; any number of machines may have it until somebody knows theirs."""
_NETWORKS: Final = tuple(
    map(ip_network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"))
)
"""For documentation alone (RFC 5737, RFC 3849)."""
_NAMES: Final = re.compile(
    r"([a-z0-9.-]+\.)?example\.(com|net|org)\.?|[a-z0-9.-]+\.(example|invalid|test)\.?"
)
"""Names that are nobody's (RFC 2606)."""
_PARTITION: Final = re.compile(r"/by-partuuid/0{8}-(0{4}-){3}[0-9a-f]{12}")


def placeholders(catalog: Catalog) -> Iterator[Refusal]:
    """Every value of the environment's stack files that somebody must still fill."""
    values = [(catalog.file(), PLATFORM_KEY, catalog.platform)]
    institutions = [
        (catalog.file(name), INSTITUTION_KEY, value) for name, value in catalog.institutions.items()
    ]
    for file, key, model in (*values, *institutions):
        for path, text, description in _texts(model, key, ""):
            what = _placeholder(text)
            if what is not None:
                says = " ".join(description.split())
                yield Refusal(file, path, f"found {text}, {what}. The key says: {says}")


def _texts(value: Any, path: str, description: str) -> Iterator[tuple[str, str, str]]:  # noqa: ANN401 - whatever a key holds
    """Path, text and the nearest key's description of every single value, however deep."""
    if isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            inside = f"{path}.{field.alias or name}"
            yield from _texts(getattr(value, name), inside, field.description or "")
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _texts(each, f"{path}.{key}", description)
    elif isinstance(value, tuple):
        for index, each in enumerate(value):
            yield from _texts(each, f"{path}[{index}]", description)
    else:
        yield path, str(value), description


def _placeholder(text: str) -> str | None:
    """As what a text is a placeholder and what belongs there, if it is one."""
    if text == PLACEHOLDER_HOST_KEY:
        return "the example key; write the line in the machine's /etc/ssh/ssh_host_ed25519_key.pub"
    if _PARTITION.search(text):
        return "an example partition; write the name that lsblk -o NAME,PARTUUID shows there"
    host = _host(text)
    if isinstance(host, str):
        return "below a name for examples; write your own" if _NAMES.fullmatch(host) else None
    if any(host in network for network in _NETWORKS):
        return "an address for examples; write your own"
    return None


def _host(text: str) -> IPv4Address | IPv6Address | str:
    """The host that a text names: alone, with a port, in a URL, a mailbox or an image's name."""
    try:
        return ip_interface(text).ip
    except ValueError:
        pass
    try:
        host = urlsplit(text if "://" in text else f"//{text}").hostname or ""
    except ValueError:
        return ""
    try:
        return ip_address(host)
    except ValueError:
        return host
