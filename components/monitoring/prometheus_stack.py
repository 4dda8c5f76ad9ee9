"""The component that deploys Prometheus, Alertmanager and Grafana, and what watches the platform.

Owns the registration and its order. Doesn't own values, monitors or rules, nor what watches an
institution (:mod:`components.monitoring.watch`).

It comes before Ceph: Rook makes a ServiceMonitor, and fails where that kind isn't known.
"""

from __future__ import annotations

from typing import Final

import pulumi
import pulumi_kubernetes as k8s

from components.manifests import register
from components.monitoring import monitors, platform_alerts, prometheus_values
from components.monitoring.names import NAMESPACE, namespace
from components.monitoring.network_policies import network_policies

_CHART: Final = "kube-prometheus-stack"
_REPOSITORY: Final = "https://prometheus-community.github.io/helm-charts"


class PrometheusStack(pulumi.ComponentResource):
    """Prometheus and its operator, as a pinned Helm release; then what they need to know.

    The namespaces of KEDA and of the watched parts must be there already.
    """

    def __init__(
        self, name: str, chart_version: str, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        intent = {"chart": chart_version}
        super().__init__("imaging:monitoring:PrometheusStack", name, intent, opts)
        # The exporter of the machines' figures needs their network and file systems.
        place = register(namespace(NAMESPACE, "privileged"), pulumi.ResourceOptions(parent=self))
        for policy in network_policies(NAMESPACE):
            register(policy, pulumi.ResourceOptions(parent=self, depends_on=[place]))
        release = k8s.helm.v3.Release(
            _CHART,
            name=_CHART,
            namespace=NAMESPACE,
            chart=_CHART,
            version=chart_version,
            repository_opts={"repo": _REPOSITORY},
            values=prometheus_values.values(),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[place]),
        )
        for manifest in (*monitors.parts(), platform_alerts.rules()):
            register(manifest, pulumi.ResourceOptions(parent=self, depends_on=[release]))
        self.register_outputs({})
