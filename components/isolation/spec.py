"""What an institution's isolation is made from.

Owns the value that the builders of this folder take. Doesn't own where its parts come from.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

from components.catalog.institution import MoveDestination
from components.isolation.demand import Demand


@dataclass(frozen=True)
class IsolationSpec:
    """Who may talk to an institution's pods, and how much they may use.

    Attributes:
        institution: its name, which is its namespace.
        demand: the most that its own pods need at a time.
        move_destinations: the peers to which its readers may send.
        plaintext_networks: the networks whose DICOM peers may connect without TLS.
    """

    institution: str
    demand: Demand
    move_destinations: tuple[MoveDestination, ...] = ()
    plaintext_networks: tuple[IPv4Network | IPv6Network, ...] = ()
