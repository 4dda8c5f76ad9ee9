"""The component that watches one institution and scales its readers.

Owns the registration. Doesn't own any manifest, nor Prometheus and KEDA, which are the platform's.
"""

from __future__ import annotations

import pulumi

from components.manifests import Manifest, register
from components.monitoring import (
    archive_alerts,
    autoscaler_alerts,
    burn_rates,
    fulfilment,
    monitors,
    scaling,
    signals,
)
from components.monitoring.dashboards.config_map import config_map
from components.monitoring.dashboards.institution_board import institution_board
from components.monitoring.names import institution_metadata
from components.monitoring.rule import Group, prometheus_rule
from components.monitoring.watch_spec import WatchSpec


class Watch(pulumi.ComponentResource):
    """An institution's monitors, rules, autoscaling and dashboard."""

    def __init__(
        self, name: str, spec: WatchSpec, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        readers = spec.promises.readers
        intent = {
            "institution": spec.institution,
            "readers": readers.model_dump(mode="json", by_alias=True),
            "latencyBound": spec.promises.bound,
            "availability": spec.promises.availability,
        }
        super().__init__("imaging:monitoring:Watch", name, intent, opts)
        for manifest in (*manifests(spec), dashboard(spec)):
            register(manifest, pulumi.ResourceOptions(parent=self))
        self.register_outputs({})


def dashboard(spec: WatchSpec) -> Manifest:
    """Build an institution's dashboard, which Grafana finds in its namespace."""
    return config_map(institution_metadata(spec.institution, "dashboard"), institution_board(spec))


def manifests(spec: WatchSpec) -> tuple[Manifest, ...]:
    """Build all objects of an institution but its dashboard."""
    return (
        monitors.gateway(spec.institution),
        monitors.dicoogle(spec.institution),
        rules(spec),
        scaling.scaled_object(spec),
    )


def rules(spec: WatchSpec) -> Manifest:
    """Build an institution's rules: what is recorded comes first."""
    labels = {"institution": spec.institution}
    alerts = (
        *burn_rates.alerts(spec),
        *archive_alerts.alerts(spec),
        *autoscaler_alerts.alerts(spec),
    )
    groups = (
        Group(f"{spec.institution}-signals", signals.records(spec), labels),
        Group(f"{spec.institution}-fulfilment", fulfilment.records(spec.fulfilments), labels),
        Group(f"{spec.institution}-alerts", alerts, labels, spec.runbooks),
    )
    return prometheus_rule(institution_metadata(spec.institution, "promises"), groups)
