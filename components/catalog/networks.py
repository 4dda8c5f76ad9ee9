"""Addresses, networks and hosts, as stack files name them.

Owns their grammar, and how wide a network without TLS may be. Doesn't own what a peer may do, nor
how a cluster's networks lie to each other (:mod:`components.catalog.machines`).
"""

from __future__ import annotations

import re
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, Field, IPvAnyAddress, IPvAnyNetwork

from components.catalog.refusal import shown

_WIDEST: Final = {4: 8, 6: 32}
_HOST_NAME: Final = re.compile(
    r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z]([a-z0-9-]{0,61}[a-z0-9])?"
)
"""RFC 1123; a last label that starts with a letter is never a misspelt address."""
_URL: Final = r"^https?://[A-Za-z0-9.:\[\]-]+(/[A-Za-z0-9._~%+:-]+)*/?$"
"""No user or password in front of the host, no query, nothing that a shell would read."""


def _address(found: object) -> IPv4Address | IPv6Address:
    """An address from its text alone: pydantic would take 1 or true for 0.0.0.1.

    Python takes any text for an IPv6 zone (``fe80::1%eth0``), which is no part of the address of a
    machine or a peer.
    """
    try:
        return ip_address(str(found).replace("%", " ") if isinstance(found, str) else "")
    except ValueError:
        raise ValueError(
            f"found {shown(found)}; allowed is an IPv4 or IPv6 address, for example 192.0.2.10"
        ) from None


def _network(found: object) -> IPv4Network | IPv6Network:
    try:
        return ip_network(str(found) if isinstance(found, str) else "")
    except ValueError:
        raise ValueError(
            f"found {shown(found)}; allowed is a network in CIDR notation with no bit set behind "
            "its prefix, for example 192.0.2.0/24"
        ) from None


def _narrow(networks: tuple[Network, ...]) -> tuple[Network, ...]:
    for each in networks:
        if each.prefixlen < _WIDEST[each.version]:
            raise ValueError(
                f"found {each}; without TLS a peer's address is all that says who it is: allowed "
                "is a prefix of /8 (IPv4) or /32 (IPv6) at least"
            )
    return networks


def _host(found: str) -> str:
    if _HOST_NAME.fullmatch(found):
        return found
    try:
        return str(_address(found))
    except ValueError:
        raise ValueError(
            f"found {found!r}; allowed is a host name in lower case or an address, without a port, "
            "for example cluster.example.org"
        ) from None


def _url(found: str) -> str:
    if not re.fullmatch(_URL, found):
        raise ValueError(
            f"found {found!r}; allowed is an address that starts with https:// or http://, with no "
            "user, password or query in it, for example https://mirror.example.org/kubernetes"
        )
    return found


Address = Annotated[IPvAnyAddress, BeforeValidator(_address)]
Network = Annotated[IPvAnyNetwork, BeforeValidator(_network)]
PlaintextNetworks = Annotated[tuple[Network, ...], AfterValidator(_narrow)]
Host = Annotated[str, Field(max_length=253), AfterValidator(_host)]
Url = Annotated[str, Field(max_length=200), AfterValidator(_url)]
