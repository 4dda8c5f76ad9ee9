"""Where Prometheus finds the network's figures.

Owns these PodMonitors. They lie beside Prometheus, whose stack brings their definition; Cilium's
own chart could make them only if it came after that, and nothing comes before the network.
"""

from __future__ import annotations

from typing import Any, Final

import pulumi

from components.manifests import Manifest, register
from components.monitoring.names import platform_metadata

_NAMESPACE: Final = "kube-system"
_PARTS: Final = (
    ("cilium-agent", {"k8s-app": "cilium"}, "prometheus"),
    ("cilium-envoy", {"k8s-app": "cilium-envoy"}, "envoy-metrics"),
    ("cilium-operator", {"io.cilium/app": "operator"}, "prometheus"),
)
"""Of each part its name, its pods' labels and the name of its port, as the chart has them."""


class NetworkMonitors(pulumi.ComponentResource):
    """Prometheus looks at every machine's Cilium; its stack must be there already."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("imaging:network:NetworkMonitors", name, {}, opts)
        for manifest in monitors():
            register(manifest, pulumi.ResourceOptions(parent=self))
        self.register_outputs({})


def monitors() -> tuple[Manifest, ...]:
    """Build the monitors of agents, proxies and operators."""
    return tuple(_monitor(*part) for part in _PARTS)


def _monitor(job: str, pods: dict[str, str], port: str) -> Manifest:
    endpoint: dict[str, Any] = {
        "port": port,
        "scrapeTimeout": "10s",
        "relabelings": [{"action": "replace", "targetLabel": "job", "replacement": job}],
    }
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PodMonitor",
        "metadata": platform_metadata(job),
        "spec": {
            "namespaceSelector": {"matchNames": [_NAMESPACE]},
            "selector": {"matchLabels": pods},
            "podMetricsEndpoints": [endpoint],
            # Figures that grow without end must not take Prometheus with them.
            "sampleLimit": 20_000,
        },
    }
