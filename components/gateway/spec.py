"""What an institution's gateway is made from.

Owns the values that all builders of this folder take, and the limits' derivation. Doesn't own where
they come from.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from typing import Final

from components.catalog.institution import Grant, Readers

WEB_PORT: Final = 8443
STORE_PORT: Final = 2762
QUERY_PORT: Final = 2763
PLAIN_STORE_PORT: Final = 11112
PLAIN_QUERY_PORT: Final = 11113
STATS_PORT: Final = 9901
DRAIN_PORT: Final = 9902
"""The kubelet's alone: no network policy opens it."""

_OVERCOMMIT: Final = 4
_LEAST_REQUESTS: Final = 100


@dataclass(frozen=True)
class Limits:
    """What one gateway pod lets through at once.

    Attributes:
        requests: requests to readers in flight.
        queue: requests that wait for their turn; the next one is refused with 503.
        rate: requests a second of one institution, refused with 429 beyond; twice that in a burst.
        connections: connections from callers, of all kinds.
        associations: DICOM associations, of each port.
    """

    requests: int
    queue: int
    rate: int = 200
    connections: int = 2000
    associations: int = 40


def limits(readers: Readers) -> Limits:
    """Derive the limits from what the readers can do together.

    Another reader is started at ``in_flight`` requests per reader. The limit lies well above, or
    the signal that starts one would be cut off; 100 at once in one reader were measured without
    failure (research/dicoogle-topology.md §4).
    """
    requests = max(_LEAST_REQUESTS, _OVERCOMMIT * readers.in_flight * readers.max)
    return Limits(requests=requests, queue=requests)


@dataclass(frozen=True)
class GatewaySpec:
    """One institution's gateway.

    Attributes:
        environment: the environment's name, part of every identity.
        institution: its name, which is its namespace.
        image: Envoy's image.
        issuer: the ClusterIssuer that signs identities in this environment.
        hosts: the names under which callers reach the web API; at least one.
        access: what other institutions may do here.
        readiness_path: what a reader that finds the sentinel object answers with 200.
        limits: what one pod lets through.
        networks: networks that may speak DICOM without TLS; none: there is no such port.
        replicas: pods.
    """

    environment: str
    institution: str
    image: str
    issuer: str
    hosts: tuple[str, ...]
    access: tuple[Grant, ...]
    readiness_path: str
    limits: Limits
    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    replicas: int = 2
