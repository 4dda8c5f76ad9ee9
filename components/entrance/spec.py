"""What an institution's entrance is made from.

Owns the value that the builders of this folder take. Doesn't own where its parts come from.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

Network = IPv4Network | IPv6Network


@dataclass(frozen=True)
class EntranceSpec:
    """From where an institution's gateway is reached.

    Attributes:
        institution: its name.
        host: the host name of its HTTPS; None where it has none outside the cluster.
        networks: the networks whose DICOM peers may connect with TLS; without any there is no
            DICOM entrance.
        plaintext_networks: the networks whose DICOM peers may connect without TLS.
    """

    institution: str
    host: str | None = None
    networks: tuple[Network, ...] = ()
    plaintext_networks: tuple[Network, ...] = ()
