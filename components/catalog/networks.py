"""Networks from which DICOM peers may connect, as stack files name them.

Owns their grammar, and how wide a network without TLS may be. Doesn't own what a peer may do.
"""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, IPvAnyNetwork

from components.catalog.refusal import shown

_WIDEST: Final = {4: 8, 6: 32}


def _written(found: object) -> IPv4Network | IPv6Network:
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


Network = Annotated[IPvAnyNetwork, BeforeValidator(_written)]
PlaintextNetworks = Annotated[tuple[Network, ...], AfterValidator(_narrow)]
