"""KEDA, as a pinned Helm release: it makes autoscalers from ScaledObjects and feeds them.

Owns the chart's values and its namespace. Doesn't own any ScaledObject
(:mod:`components.monitoring.scaling`). A cluster has one provider of external metrics: a second one
would take its APIService over (research/anchors.md §6).
"""

from __future__ import annotations

from typing import Any, Final

import pulumi
import pulumi_kubernetes as k8s

from components.manifests import register
from components.monitoring.names import KEDA_NAMESPACE, namespace
from components.monitoring.network_policies import network_policies
from components.monitoring.prometheus_values import ON_CONTROL_PLANE

_CHART: Final = "keda"
_REPOSITORY: Final = "https://kedacore.github.io/charts"
_PARTS: Final = ("operator", "metricServer", "webhooks")


class Keda(pulumi.ComponentResource):
    """KEDA's operator, its metrics adapter and its admission webhooks, two of each."""

    def __init__(
        self, name: str, chart_version: str, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("imaging:monitoring:Keda", name, {"chart": chart_version}, opts)
        restricted = namespace(KEDA_NAMESPACE, "restricted")
        place = register(restricted, pulumi.ResourceOptions(parent=self))
        after = pulumi.ResourceOptions(parent=self, depends_on=[place])
        for policy in network_policies(KEDA_NAMESPACE):
            register(policy, after)
        k8s.helm.v3.Release(
            _CHART,
            name=_CHART,
            namespace=KEDA_NAMESPACE,
            chart=_CHART,
            version=chart_version,
            repository_opts={"repo": _REPOSITORY},
            values=values(),
            opts=after,
        )
        self.register_outputs({})


def values() -> dict[str, Any]:
    """Build the chart's values; of two operators and adapters one works and one stands by."""
    size = {"requests": {"cpu": "100m", "memory": "256Mi"}, "limits": {"memory": "1Gi"}}
    return {
        **ON_CONTROL_PLANE,
        # With the definitions, every ScaledObject would go, and its autoscaler with it.
        "crds": {"install": True, "additionalAnnotations": {"helm.sh/resource-policy": "keep"}},
        "operator": {"replicaCount": 2},
        "metricsServer": {"replicaCount": 2},
        # They refuse an invalid ScaledObject, and a second one for the same target.
        "webhooks": {"enabled": True, "replicaCount": 2, "failurePolicy": "Fail"},
        "podDisruptionBudget": {part: {"maxUnavailable": 1} for part in _PARTS},
        "resources": dict.fromkeys(_PARTS, size),
        "prometheus": {part: {"enabled": True} for part in _PARTS},
    }
