"""The monitoring: what watches promises and failures, and what scales readers by their load."""

from components.monitoring.fit import Claims, fits
from components.monitoring.keda import Keda
from components.monitoring.metrics_server import MetricsServer
from components.monitoring.prometheus_stack import Alerting, PrometheusStack
from components.monitoring.promised import fulfilments
from components.monitoring.rule import RUNBOOKS
from components.monitoring.watch import Watch
from components.monitoring.watch_spec import WatchSpec, promises

__all__ = [
    "RUNBOOKS",
    "Alerting",
    "Claims",
    "Keda",
    "MetricsServer",
    "PrometheusStack",
    "Watch",
    "WatchSpec",
    "fits",
    "fulfilments",
    "promises",
]
