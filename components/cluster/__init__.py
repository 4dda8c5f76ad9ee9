"""The Kubernetes cluster of an environment: how it comes to be, and its nodes' labels."""

from components.cluster.existing import ExistingCluster
from components.cluster.machines import MachinesCluster
from components.cluster.nodes import NodeLabels
from components.cluster.planning import plan
from components.cluster.simulated import SimulatedCluster
from components.cluster.ssh_key import ssh_key

__all__ = [
    "ExistingCluster",
    "MachinesCluster",
    "NodeLabels",
    "SimulatedCluster",
    "plan",
    "ssh_key",
]
