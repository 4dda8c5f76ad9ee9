"""Cilium, as a pinned Helm release: pods' network, its policies and encryption, and Services.

Owns the chart's values. Doesn't own any NetworkPolicy (:mod:`components.isolation`), the Gateway
(:mod:`components.entrance`), nor Prometheus's monitors: what they are made of comes later than the
network (:mod:`components.network.monitors`).

The values are those of https://docs.cilium.io/en/v1.20/helm-reference/, and what they do here is
told in docs/network.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from typing import Any, Final

import pulumi
import pulumi_kubernetes as k8s

from components.cluster.plan import LOCAL_ENDPOINT
from components.manifests import register
from components.network.addresses import NO_ADDRESSES, ServiceAddresses, manifests

_CHART: Final = "cilium"
_REPOSITORY: Final = "https://helm.cilium.io"
_NAMESPACE: Final = "kube-system"
_API_HOST, _, _API_PORT = LOCAL_ENDPOINT.partition(":")
"""Every machine's own way to all API servers; a Service's address exists only once Cilium runs."""
_CONTROL_PLANE: Final = "node-role.kubernetes.io/control-plane"
_NOT_READY: Final = "node.kubernetes.io/not-ready"
"""What a node is tainted with until Cilium runs on it; the chart adds Cilium's own taint."""
_PATIENCE: Final = 1200
"""Seconds in which all machines must have loaded the images, also through a slow line."""


@dataclass(frozen=True)
class NetworkSpec:
    """What a cluster's network is made from.

    Attributes:
        pod_network: the network of which Kubernetes gives each node a part.
        control_planes: how many machines the operator may run on.
        gateway: whether Cilium implements the Gateway API, whose definitions must be there before.
        addresses: what Services of the type LoadBalancer get their addresses from.
    """

    pod_network: IPv4Network | IPv6Network
    control_planes: int
    gateway: bool
    addresses: ServiceAddresses = NO_ADDRESSES


class Cilium(pulumi.ComponentResource):
    """Cilium on every machine; no pod outside the machines' own network runs before it."""

    def __init__(
        self,
        name: str,
        chart_version: str,
        spec: NetworkSpec,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("imaging:network:Cilium", name, _intent(chart_version, spec), opts)
        release = k8s.helm.v3.Release(
            _CHART,
            name=_CHART,
            namespace=_NAMESPACE,
            chart=_CHART,
            version=chart_version,
            repository_opts={"repo": _REPOSITORY},
            values=values(spec),
            timeout=_PATIENCE,
            opts=pulumi.ResourceOptions(parent=self),
        )
        # Cilium's operator makes the definitions of these as it starts.
        after = pulumi.ResourceOptions(parent=self, depends_on=[release])
        for manifest in manifests(spec.addresses):
            register(manifest, after)
        self.register_outputs({})


def values(spec: NetworkSpec) -> dict[str, Any]:
    """Build the chart's values.

    MTU and network interfaces are left to Cilium, which looks at each machine; it leaves room for
    its own headers.
    """
    return {
        **_services(),
        **_pods(spec),
        **_encryption(),
        **_processes(spec),
        # Without definitions the chart would leave the class out, and nobody would hear of it.
        "gatewayAPI": {"enabled": spec.gateway, "gatewayClass": {"create": spec.gateway}},
        "policyEnforcementMode": "default",
        # It would keep whom every pod talks to; refused flows show without it, on their machine.
        "hubble": {"enabled": False},
        # Figures, but no monitors: their definitions come with Prometheus, after the network.
        "prometheus": {"enabled": True, "serviceMonitor": {"enabled": False}},
    }


def _services() -> dict[str, Any]:
    return {
        "kubeProxyReplacement": True,
        "k8sServiceHost": _API_HOST,
        "k8sServicePort": int(_API_PORT),
        # Otherwise trafficDistribution has no effect
        # (https://docs.cilium.io/en/v1.20/network/kubernetes/kubeproxy-free/).
        "loadBalancer": {"serviceTopology": True},
        "l2announcements": {"enabled": True},
        # Who answers for a Service renews that every 5 s, at worst one machine for all: this is
        # enough for 250 Services
        # (https://docs.cilium.io/en/v1.20/network/l2-announcements/#sizing-client-rate-limit).
        "k8sClientRateLimit": {"qps": 50, "burst": 100},
    }


def _pods(spec: NetworkSpec) -> dict[str, Any]:
    """Build how pods get addresses and reach each other.

    Kubernetes gives each node its part of the pods' network (kubeadm's podSubnet makes its
    controller do so), and Cilium takes that. With a pool of Cilium's own there would be two
    allotments, and only one of them would show in ``kubectl get node``.
    """
    fourth = spec.pod_network.version == 4  # noqa: PLR2004 - the version of IP
    return {
        "ipam": {"mode": "kubernetes"},
        "k8s": {"requireIPv4PodCIDR": fourth, "requireIPv6PodCIDR": not fourth},
        "ipv4": {"enabled": fourth},
        "ipv6": {"enabled": not fourth},
        # Machines in several data centres share no segment in which to route to pods.
        "routingMode": "tunnel",
        # No pod may start in another network, past all policies, while an agent is away.
        "cni": {"exclusive": True},
    }


def _encryption() -> dict[str, Any]:
    """Build the encryption of all that pods of different machines say to each other.

    Not of what machines say themselves, which Cilium calls beta and never does for control planes
    (https://docs.cilium.io/en/v1.20/security/network/encryption-wireguard/): Ceph, the kubelet, the
    API server and etcd encrypt that already.
    """
    return {"encryption": {"enabled": True, "type": "wireguard", "nodeEncryption": False}}


def _processes(spec: NetworkSpec) -> dict[str, Any]:
    """Build places and sizes; a changed configuration takes effect, one machine at a time."""
    everywhere = {
        "tolerations": [{"operator": "Exists"}],
        "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1}},
    }
    return {
        **everywhere,
        "rollOutCiliumPods": True,
        # Its tables count too, and grow with the machine's memory.
        "resources": _size("100m", "512Mi", "4Gi"),
        "initResources": _size("100m", "128Mi", "512Mi"),
        "envoy": {
            **everywhere,
            "enabled": True,
            "rollOutPods": True,
            "resources": _size("100m", "256Mi", "1Gi"),
        },
        "operator": _operator(spec.control_planes),
    }


def _operator(control_planes: int) -> dict[str, Any]:
    """Build the operator; it uses its machine's network, so two never share one."""
    replicas = min(2, control_planes)
    return {
        "replicas": replicas,
        "nodeSelector": {_CONTROL_PLANE: ""},
        # No node is ready before the network is, and the network waits for the operator.
        "tolerations": [{"key": key, "operator": "Exists"} for key in (_CONTROL_PLANE, _NOT_READY)],
        # Of one, none might ever be evicted.
        "podDisruptionBudget": {"enabled": replicas > 1, "maxUnavailable": 1},
        "rollOutPods": True,
        "resources": _size("100m", "128Mi", "1Gi"),
        "prometheus": {"enabled": True, "serviceMonitor": {"enabled": False}},
    }


def _size(cpu: str, memory: str, limit: str) -> dict[str, Any]:
    return {"requests": {"cpu": cpu, "memory": memory}, "limits": {"memory": limit}}


def _intent(chart_version: str, spec: NetworkSpec) -> dict[str, Any]:
    return {
        "chart": chart_version,
        "podNetwork": str(spec.pod_network),
        "controlPlanes": spec.control_planes,
        "gateway": spec.gateway,
        "addresses": [f"{each.first}-{each.last}" for each in spec.addresses.ranges],
        "announcedIn": list(spec.addresses.data_centres),
    }
