"""metrics-server, as a pinned Helm release: it tells autoscalers what processors pods use.

Owns the chart's values. Doesn't own the trigger by processors, which works while Prometheus is down
(:mod:`components.monitoring.scaling`). A cluster has one: where its maker brings one, the release
fails at the APIService that is there already, and says so.
"""

from __future__ import annotations

from typing import Any, Final

import pulumi
import pulumi_kubernetes as k8s

from components.monitoring.prometheus_values import ON_CONTROL_PLANE

_CHART: Final = "metrics-server"
_REPOSITORY: Final = "https://kubernetes-sigs.github.io/metrics-server/"
_NAMESPACE: Final = "kube-system"


class MetricsServer(pulumi.ComponentResource):
    """metrics-server, two of it; cert-manager must be there already."""

    def __init__(
        self, name: str, chart_version: str, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        intent = {"chart": chart_version}
        super().__init__("imaging:monitoring:MetricsServer", name, intent, opts)
        k8s.helm.v3.Release(
            _CHART,
            name=_CHART,
            namespace=_NAMESPACE,
            chart=_CHART,
            version=chart_version,
            repository_opts={"repo": _REPOSITORY},
            values=values(),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})


def values() -> dict[str, Any]:
    """Build the chart's values.

    The API server verifies metrics-server, which can't verify kubelets: kubeadm gives each a
    certificate that it signed itself
    (https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/kubeadm-certs/#kubelet-serving-certs).
    Who stood between could tell wrong figures, and get a token that reads figures only; the other
    triggers of the readers don't rest on them.
    """
    return {
        **ON_CONTROL_PLANE,
        "replicas": 2,
        "podDisruptionBudget": {"enabled": True, "maxUnavailable": 1},
        "args": ["--kubelet-insecure-tls"],
        "tls": {"type": "cert-manager"},
        "apiService": {"insecureSkipTLSVerify": False},
        "resources": {
            "requests": {"cpu": "100m", "memory": "200Mi"},
            "limits": {"memory": "512Mi"},
        },
    }
