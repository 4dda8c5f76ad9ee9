"""What a cluster is made of, as values: machines, versions, networks and sources.

Owns the shape of a plan, and which machine founds the cluster. Doesn't own how a plan is read from
stack files (:mod:`components.cluster.planning`), nor what runs on a machine
(:mod:`components.cluster.steps`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

LOCAL_ENDPOINT: Final = "127.0.0.1:7443"
"""Where each machine reaches the API servers: its own HAProxy knows which of them are alive.

A virtual address (kube-vip, keepalived) needs one layer 2 over all data centres; this needs none.
"""


@dataclass(frozen=True)
class PlannedMachine:
    """One machine, and how it is reached.

    Attributes:
        name: its name, and its node's.
        address: the address of the node, and of its SSH server.
        host_key: its SSH server's public key, as in an authorized_keys file.
        control_plane: whether it runs etcd and an API server.
        labels: the node's labels, set before any operator sees the node.
        devices: paths that must be block devices, empty and unmounted, as Ceph gets them.
        cpu: processors that the stack file promises.
        memory: bytes that the stack file promises.
    """

    name: str
    address: str
    host_key: str
    control_plane: bool
    labels: Mapping[str, str]
    devices: tuple[str, ...]
    cpu: int
    memory: int


@dataclass(frozen=True)
class AptSource:
    """An apt repository.

    Attributes:
        line: its address and suite, as behind the options of a ``deb`` line; DISTRIBUTION and
            CODENAME stand for the machine's.
        key: where its signing key is fetched; None for one that is trusted without.
    """

    line: str
    key: str | None


@dataclass(frozen=True)
class ClusterPlan:
    """A cluster to be made of machines.

    Attributes:
        name: the environment.
        version: of Kubernetes, without a leading v.
        endpoint: where people and Pulumi reach the API server from outside.
        pod_network: of all pods, in CIDR notation.
        service_network: of Services, in CIDR notation.
        user: the login on every machine; root, or one that may sudo without a password.
        port: of the SSH servers.
        machines: control planes and workers, in the order in which they are changed.
        kubernetes_source: the apt repository of kubelet and kubeadm.
        containerd_source: the apt repository of containerd.io.
        image_mirror: a registry that holds registry.k8s.io's images; None for that itself.
        kube_proxy: its configuration; None where the network plugin replaces it.
        tolerated: findings of the preflight, ours or kubeadm's, that don't stop it.
    """

    name: str
    version: str
    endpoint: str
    pod_network: str
    service_network: str
    user: str
    port: int
    machines: tuple[PlannedMachine, ...]
    kubernetes_source: AptSource
    containerd_source: AptSource
    image_mirror: str | None = None
    kube_proxy: Mapping[str, Any] | None = field(default=None)
    tolerated: tuple[str, ...] = ()

    @property
    def control_planes(self) -> tuple[PlannedMachine, ...]:
        """The machines with etcd and an API server; the first of them founds the cluster."""
        return tuple(machine for machine in self.machines if machine.control_plane)

    @property
    def founder(self) -> PlannedMachine:
        """The machine on which the cluster begins, and which admits the others."""
        return self.control_planes[0]


def frozen(values: Mapping[str, str]) -> Mapping[str, str]:
    """Give labels that nobody changes later."""
    return MappingProxyType(dict(values))
