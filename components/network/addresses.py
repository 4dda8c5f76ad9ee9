"""The addresses that Services of the type LoadBalancer get, and who answers for them.

Owns Cilium's pool and its policy of announcements. Doesn't own the Services
(:mod:`components.entrance`), nor which addresses of a hospital's network are free.

One machine at a time answers ARP for an address, so all that may must stand in the address's own
network segment (https://docs.cilium.io/en/v1.20/network/l2-announcements/).
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Any, Final

from components import naming
from components.manifests import Manifest

_NAME: Final = "entrances"
_CONTROL_PLANE: Final = "node-role.kubernetes.io/control-plane"


@dataclass(frozen=True)
class AddressRange:
    """Addresses from the first to the last, both included.

    Raises:
        ValueError: the last comes before the first, or is of another IP version.
    """

    first: IPv4Address | IPv6Address
    last: IPv4Address | IPv6Address

    def __post_init__(self) -> None:
        """Refuse what no range can be."""
        if self.first.version != self.last.version:
            raise ValueError(
                f"found a range from {self.first} to {self.last}; both must be of the same version "
                "of IP: give each version a range of its own"
            )
        if int(self.last) < int(self.first):
            raise ValueError(
                f"found a range from {self.first} to {self.last}, which ends before it begins; "
                "give the lower address first"
            )


@dataclass(frozen=True)
class ServiceAddresses:
    """What Services get their addresses from.

    Attributes:
        ranges: addresses that nothing else in their network uses; where there are none, neither
            pool nor policy is made, and such Services wait for somebody else's load balancer.
        data_centres: where machines stand in the ranges' network segment; empty for all.
    """

    ranges: tuple[AddressRange, ...] = ()
    data_centres: tuple[str, ...] = ()


NO_ADDRESSES: Final = ServiceAddresses()


def manifests(addresses: ServiceAddresses) -> tuple[Manifest, ...]:
    """Build the pool and the policy that announces it; nothing where there are no ranges."""
    return (_pool(addresses), _policy(addresses)) if addresses.ranges else ()


def _pool(addresses: ServiceAddresses) -> Manifest:
    """Build the pool; a range, unlike a network, has no first and last address to leave out."""
    return {
        "apiVersion": "cilium.io/v2",
        "kind": "CiliumLoadBalancerIPPool",
        "metadata": {"name": _NAME},
        "spec": {
            "blocks": [
                {"start": str(each.first), "stop": str(each.last)} for each in addresses.ranges
            ]
        },
    }


def _policy(addresses: ServiceAddresses) -> Manifest:
    """Build the policy, without addresses that a Service names itself: anybody could take one."""
    # What examinations come in through must not load the control planes.
    nodes: list[dict[str, Any]] = [{"key": _CONTROL_PLANE, "operator": "DoesNotExist"}]
    if addresses.data_centres:
        near = sorted(addresses.data_centres)
        nodes.append({"key": naming.DATA_CENTRE_LABEL, "operator": "In", "values": near})
    return {
        "apiVersion": "cilium.io/v2alpha1",
        "kind": "CiliumL2AnnouncementPolicy",
        "metadata": {"name": _NAME},
        "spec": {
            "loadBalancerIPs": True,
            "externalIPs": False,
            "nodeSelector": {"matchExpressions": nodes},
        },
    }
