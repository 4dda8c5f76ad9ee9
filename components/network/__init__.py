"""The network of a cluster that this program makes itself: Cilium, and the addresses of Services.

What it does here, and what must be checked on the first real cluster: docs/network.md.
"""

from components.network.addresses import AddressRange, ServiceAddresses
from components.network.cilium import Cilium, NetworkSpec
from components.network.monitors import NetworkMonitors

__all__ = ["AddressRange", "Cilium", "NetworkMonitors", "NetworkSpec", "ServiceAddresses"]
