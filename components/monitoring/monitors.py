"""Where Prometheus finds figures: gateways, Dicoogles, the Pushgateway, KEDA, cert-manager.

Owns these PodMonitors and ServiceMonitors. Doesn't own Ceph's: Rook makes it, since the
CephCluster says ``monitoring: enabled``; nor those of Kubernetes, which kube-prometheus-stack
brings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from components import naming
from components.archive.dicoogle import METRICS
from components.gateway.envoy.operations import STATS_PATH
from components.gateway.workload import NAME as GATEWAY
from components.gateway.workload import labels as gateway_labels
from components.manifests import Manifest
from components.monitoring.names import (
    DICOOGLE,
    KEDA_NAMESPACE,
    institution_metadata,
    platform_metadata,
)
from components.storage import pushgateway

GATEWAY_INTERVAL: Final = "10s"
"""Between two looks at a gateway: the load scales readers, so it must be young."""
_PATIENCE: Final = "5s"
_API: Final = "monitoring.coreos.com/v1"


@dataclass(frozen=True)
class Part:
    """A part of the platform whose pods tell figures.

    Attributes:
        job: the label by which alerts know it.
        namespace: where its pods are.
        pods: their labels.
        port: the port's name.
        own_labels: whether its series say whose they are, and are right; where not, Prometheus's
            labels win.
    """

    job: str
    namespace: str
    pods: tuple[tuple[str, str], ...]
    port: str
    own_labels: bool = False


PARTS: Final = (
    # Its series carry the namespace of the ScaledObject that they are about.
    Part("keda-operator", KEDA_NAMESPACE, (("app", "keda-operator"),), "metrics", own_labels=True),
    Part("keda-adapter", KEDA_NAMESPACE, (("app", "keda-operator-metrics-apiserver"),), "metrics"),
    # Its series carry the namespace of the certificate that they are about.
    Part(
        "cert-manager",
        "cert-manager",
        (
            ("app.kubernetes.io/name", "cert-manager"),
            ("app.kubernetes.io/component", "controller"),
        ),
        "http-metrics",
        own_labels=True,
    ),
    # What is pushed says whose it is.
    Part(
        "pushgateway",
        naming.CEPH_NAMESPACE,
        (("app.kubernetes.io/name", pushgateway.NAME),),
        "http",
        own_labels=True,
    ),
)


def parts() -> tuple[Manifest, ...]:
    """Build the monitors of the platform's parts, each in its part's namespace."""
    return tuple(_part(part) for part in PARTS)


def _part(part: Part) -> Manifest:
    endpoint = {
        "port": part.port,
        "honorLabels": part.own_labels,
        "scrapeTimeout": "10s",
        "relabelings": [_says("job", part.job)],
    }
    return _monitor(platform_metadata(part.job, part.namespace), dict(part.pods), endpoint)


def gateway(institution: str) -> Manifest:
    """Build the monitor of an institution's gateways.

    The institution is written onto every series, so that no gateway can speak for another.
    """
    endpoint = {
        "port": "stats",
        "path": STATS_PATH,
        "interval": GATEWAY_INTERVAL,
        "scrapeTimeout": _PATIENCE,
        "honorLabels": False,
        "relabelings": [_says("institution", institution), _says("job", GATEWAY)],
        "metricRelabelings": [
            # A series' own label, moved aside by what is written onto it.
            {"action": "labeldrop", "regex": "exported_.*"},
        ],
    }
    return _monitor(
        institution_metadata(institution, GATEWAY), gateway_labels(institution), endpoint
    )


def dicoogle(institution: str) -> Manifest:
    """Build the monitor of an institution's ingest and readers, and of their JVMs.

    ``component`` tells the one from the others. The pods of reconciliation bear the same name and
    have no such port. The storage plugin labels requests with ``endpoint``, which is also what
    Prometheus's operator calls the port; the port's is dropped, or theirs would be moved aside.
    """
    endpoint = {
        "port": METRICS,
        "scrapeTimeout": "10s",
        "honorLabels": False,
        "relabelings": [
            {
                "action": "replace",
                "sourceLabels": ["__meta_kubernetes_pod_label_app_kubernetes_io_component"],
                "targetLabel": "component",
            },
            _says("institution", institution),
            _says("job", DICOOGLE),
            {"action": "labeldrop", "regex": "endpoint"},
        ],
        "metricRelabelings": [{"action": "labeldrop", "regex": "exported_.*"}],
    }
    pods = {"app.kubernetes.io/name": DICOOGLE, naming.INSTITUTION_LABEL: institution}
    return _monitor(institution_metadata(institution, DICOOGLE), pods, endpoint)


def _says(label: str, value: str) -> dict[str, Any]:
    return {"action": "replace", "targetLabel": label, "replacement": value}


def _monitor(metadata: dict[str, Any], pods: dict[str, str], endpoint: dict[str, Any]) -> Manifest:
    return {
        "apiVersion": _API,
        "kind": "PodMonitor",
        "metadata": metadata,
        "spec": {
            "selector": {"matchLabels": pods},
            "podMetricsEndpoints": [endpoint],
            # What grows without end, a page or its labels, must not take Prometheus with it. It is
            # left out whole, which an alert tells.
            "sampleLimit": 20_000,
            "labelLimit": 64,
            "labelNameLengthLimit": 128,
            "labelValueLengthLimit": 2048,
        },
    }
