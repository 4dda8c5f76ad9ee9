"""The addresses at which DICOM peers reach an institution's gateway.

Owns these Services. Doesn't own the gateway's listeners, which judge every peer again, nor the load
balancer that gives out the addresses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from components import naming
from components.entrance.spec import EntranceSpec, Network
from components.gateway.spec import PLAIN_QUERY_PORT, PLAIN_STORE_PORT, QUERY_PORT, STORE_PORT
from components.gateway.workload import labels
from components.manifests import Manifest

DISTRIBUTION: Final = "PreferSameZone"
"""Stay in the zone where the peer came in, while a gateway is ready there. Without effect on nodes
that have no ``topology.kubernetes.io/zone`` (https://kubernetes.io/docs/reference/networking/virtual-ips/)."""
_TLS_PORT: Final = 2762
"""Registered for DICOM over TLS; free on every door, since each has an address of its own."""
_PLAIN_PORT: Final = 11112
"""Registered for DICOM without TLS, like the privileged 104."""


@dataclass(frozen=True)
class _Door:
    """One address: its Service's name, its port, the gateway's, and whether addresses are kept."""

    name: str
    port: int
    target: int
    networks: tuple[Network, ...]
    policy: Literal["Cluster", "Local"]


def dicom_services(spec: EntranceSpec) -> tuple[Manifest, ...]:
    """Build a Service for each port that is open; none where the stack names no network.

    A Service without source ranges would be open to everybody.
    """
    return tuple(_service(spec.institution, door) for door in _doors(spec) if door.networks)


def _doors(spec: EntranceSpec) -> tuple[_Door, ...]:
    """List all doors; those without networks stay shut.

    With TLS the certificate says who the peer is, so a gateway on another node of the zone may
    serve it. Without, its address is all that says so, and only ``Local`` lets it arrive unchanged.
    """
    tls, plain = spec.networks, spec.plaintext_networks
    return (
        _Door("dicom-store", _TLS_PORT, STORE_PORT, tls, "Cluster"),
        _Door("dicom-query", _TLS_PORT, QUERY_PORT, tls, "Cluster"),
        _Door("dicom-store-plain", _PLAIN_PORT, PLAIN_STORE_PORT, plain, "Local"),
        _Door("dicom-query-plain", _PLAIN_PORT, PLAIN_QUERY_PORT, plain, "Local"),
    )


def _service(institution: str, door: _Door) -> Manifest:
    dicom = {"name": "dicom", "port": door.port, "targetPort": door.target, "protocol": "TCP"}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "name": door.name,
            "namespace": naming.namespace(institution),
            "labels": {naming.INSTITUTION_LABEL: institution},
        },
        "spec": {
            "type": "LoadBalancer",
            "selector": labels(institution),
            "ports": [dicom],
            "loadBalancerSourceRanges": [str(network) for network in door.networks],
            # A node port would be reached around the source ranges.
            "allocateLoadBalancerNodePorts": False,
            "externalTrafficPolicy": door.policy,
            "trafficDistribution": DISTRIBUTION,
            "ipFamilyPolicy": "PreferDualStack",
        },
    }
