"""The component that deploys Prometheus, Alertmanager and Grafana, and what watches the platform.

Owns the registration and its order. Doesn't own values, monitors, rules or dashboards, nor what
watches an institution (:mod:`components.monitoring.watch`).

It comes before Ceph: Rook makes a ServiceMonitor, and fails where that kind isn't known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_kubernetes as k8s

from components.catalog.alerting import Receiver
from components.manifests import Manifest, register
from components.monitoring import grafana_values, monitors, platform_alerts, prometheus_values
from components.monitoring.dashboards.config_map import config_map
from components.monitoring.dashboards.load_test_board import load_test_board
from components.monitoring.dashboards.platform_board import platform_board
from components.monitoring.dashboards.promises_board import promises_board
from components.monitoring.names import NAMESPACE, namespace, platform_metadata
from components.monitoring.network_policies import network_policies
from components.monitoring.receivers import secret
from components.monitoring.rule import RUNBOOKS

_CHART: Final = "kube-prometheus-stack"
_REPOSITORY: Final = "https://prometheus-community.github.io/helm-charts"


@dataclass(frozen=True)
class Alerting:
    """Where alerts go.

    Attributes:
        receivers: who hears of which; with none, people must look themselves.
        secrets: what they need: receiver to web address or password.
        runbooks: where the pages of ``docs/runbooks`` are read, without a slash at its end.
    """

    receivers: tuple[Receiver, ...] = ()
    secrets: pulumi.Input[Mapping[str, str]] | None = None
    runbooks: str = RUNBOOKS


_UNHEARD: Final = Alerting()


class PrometheusStack(pulumi.ComponentResource):
    """Prometheus and its operator, as a pinned Helm release; then what they need to know.

    The namespaces of KEDA and of the watched parts must be there already.
    """

    def __init__(
        self,
        name: str,
        chart_version: str,
        opts: pulumi.ResourceOptions | None = None,
        alerting: Alerting = _UNHEARD,
    ) -> None:
        intent = {"chart": chart_version, "receivers": [each.name for each in alerting.receivers]}
        super().__init__("imaging:monitoring:PrometheusStack", name, intent, opts)
        under = pulumi.ResourceOptions(parent=self)
        # The exporter of the machines' figures needs their network and file systems.
        place = register(namespace(NAMESPACE, "privileged"), under)
        inside = pulumi.ResourceOptions(parent=self, depends_on=[place])
        for policy in network_policies(NAMESPACE):
            register(policy, inside)
        needed: list[pulumi.Resource] = [place, register(grafana_values.cluster_role(), under)]
        if any(each.needs_secret for each in alerting.receivers):
            needed.append(register(secret(alerting.receivers, alerting.secrets or {}), inside))
        release = k8s.helm.v3.Release(
            _CHART,
            name=_CHART,
            namespace=NAMESPACE,
            chart=_CHART,
            version=chart_version,
            repository_opts={"repo": _REPOSITORY},
            values=prometheus_values.values(alerting.receivers),
            opts=pulumi.ResourceOptions(parent=self, depends_on=needed),
        )
        known = pulumi.ResourceOptions(parent=self, depends_on=[release])
        for manifest in (*monitors.parts(), platform_alerts.rules(alerting.runbooks)):
            register(manifest, known)
        for dashboard in dashboards():
            register(dashboard, inside)
        self.register_outputs({})


def dashboards() -> tuple[Manifest, ...]:
    """Build the dashboards that no single institution owns."""
    boards = {
        "platform": platform_board(),
        "promises": promises_board(),
        "load-test": load_test_board(),
    }
    return tuple(
        config_map(platform_metadata(f"dashboard-{name}"), board) for name, board in boards.items()
    )
