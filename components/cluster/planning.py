"""The step from stack files to the plan of a cluster.

Owns which values of the catalogue a plan takes, and what follows from them. Doesn't own the checks
of these values: the catalogue has made them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.catalog.vocabulary import Role
from components.cluster.nodes import labels
from components.cluster.plan import AptSource, ClusterPlan, PlannedMachine, frozen

if TYPE_CHECKING:
    from components.catalog import Catalog
    from components.catalog.cluster import Machines
    from components.catalog.platform import Machine, Platform


def plan(catalog: Catalog, cluster: Machines) -> ClusterPlan:
    """Plan the cluster of an environment of kind machines, control planes first."""
    machines = tuple(_planned(catalog.platform, each) for each in catalog.platform.machines)
    ordered = tuple(sorted(machines, key=lambda each: not each.control_plane))
    return ClusterPlan(
        name=catalog.environment,
        version=cluster.version,
        endpoint=cluster.endpoint or ordered[0].address,
        pod_network=str(cluster.pod_network),
        service_network=str(cluster.service_network),
        user=cluster.ssh.user,
        port=cluster.ssh.port,
        machines=ordered,
        kubernetes_source=_kubernetes(cluster),
        containerd_source=_containerd(cluster),
        image_mirror=cluster.image_mirror,
    )


def _kubernetes(cluster: Machines) -> AptSource:
    """Each minor version has a repository of its own: a machine never leaps by an apt upgrade."""
    if cluster.sources.kubernetes is not None:
        return _mirror(cluster.sources.kubernetes)
    minor = cluster.version.rpartition(".")[0]
    return _mirror(f"https://pkgs.k8s.io/core:/stable:/v{minor}/deb")


def _containerd(cluster: Machines) -> AptSource:
    """The publisher of containerd.io is Docker; the distributions' own is too old for 1.36."""
    if cluster.sources.containerd is not None:
        return _mirror(cluster.sources.containerd)
    docker = "https://download.docker.com/linux/DISTRIBUTION"
    return AptSource(f"{docker} CODENAME stable", f"{docker}/gpg")


def _mirror(address: str) -> AptSource:
    """A flat repository, with its key where the publisher of Kubernetes keeps it too."""
    root = address.rstrip("/")
    return AptSource(f"{root}/ /", f"{root}/Release.key")


def _planned(platform: Platform, machine: Machine) -> PlannedMachine:
    return PlannedMachine(
        name=machine.name,
        address=str(machine.address),
        host_key=machine.host_key or "",
        control_plane=machine.role is Role.CONTROL_PLANE,
        labels=frozen(labels(platform, machine.data_centre)),
        devices=tuple(device.name for device in machine.devices),
        cpu=machine.cpu,
        memory=machine.memory,
    )
