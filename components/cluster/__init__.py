"""The Kubernetes cluster of an environment: how it comes to be, and its nodes' labels."""

from components.cluster.existing import ExistingCluster
from components.cluster.nodes import NodeLabels
from components.cluster.simulated import SimulatedCluster

__all__ = ["ExistingCluster", "NodeLabels", "SimulatedCluster"]
