"""The values of kube-prometheus-stack's chart.

Owns sizes, places and selectors. Doesn't own rules and monitors, which are plain resources, shipped
with what they watch, nor what Grafana and Alertmanager do with them. Metrics hold no patient's
data, so they may lie on any worker.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from components.catalog.alerting import Receiver
from components.monitoring import alertmanager, grafana_values
from components.monitoring.names import PREFIX

_CONTROL_PLANE: Final = "node-role.kubernetes.io/control-plane"
ON_CONTROL_PLANE: Final[dict[str, Any]] = {
    "nodeSelector": {_CONTROL_PLANE: ""},
    "tolerations": [{"key": _CONTROL_PLANE, "operator": "Exists", "effect": "NoSchedule"}],
}
_ON_WORKERS: Final[dict[str, Any]] = {
    "nodeAffinity": {
        "requiredDuringSchedulingIgnoredDuringExecution": {
            "nodeSelectorTerms": [
                {"matchExpressions": [{"key": _CONTROL_PLANE, "operator": "DoesNotExist"}]}
            ]
        }
    }
}
RETENTION_GIB: Final = 16
"""What Prometheus keeps, below its volume: it also needs room for what it is writing."""
VOLUME_GIB: Final = 20
_FIND_ALL: Final = (
    "ruleSelectorNilUsesHelmValues",
    "serviceMonitorSelectorNilUsesHelmValues",
    "podMonitorSelectorNilUsesHelmValues",
    "probeSelectorNilUsesHelmValues",
    "scrapeConfigSelectorNilUsesHelmValues",
)


def values(receivers: Sequence[Receiver] = ()) -> dict[str, Any]:
    """Build the chart's values; alerts go to these receivers."""
    return {
        "fullnameOverride": PREFIX,
        "crds": {"enabled": True},
        "prometheusOperator": _operator(),
        "prometheus": {"prometheusSpec": _prometheus()},
        "alertmanager": _alertmanager(receivers),
        "grafana": _grafana(),
        "kube-state-metrics": {"affinity": _ON_WORKERS, "resources": _size("20m", "256Mi")},
        # kubeadm lets these tell their figures to their own machine only, so they would always
        # look down.
        **{
            name: {"enabled": False}
            for name in ("kubeControllerManager", "kubeEtcd", "kubeProxy", "kubeScheduler")
        },
    }


def _operator() -> dict[str, Any]:
    return {
        **ON_CONTROL_PLANE,
        "resources": _size("100m", "256Mi"),
        "admissionWebhooks": {"certManager": {"enabled": True}},
    }


def _prometheus() -> dict[str, Any]:
    return {
        "replicas": 2,
        "podAntiAffinity": "hard",
        "affinity": _ON_WORKERS,
        "resources": _size("500m", "4Gi"),
        "retention": "15d",
        "retentionSize": f"{RETENTION_GIB}GB",
        "storageSpec": _scratch(VOLUME_GIB),
        # What an institution brings is found by its kind, wherever it is.
        **dict.fromkeys(_FIND_ALL, False),
        "scrapeInterval": "30s",
        "evaluationInterval": "30s",
    }


def _alertmanager(receivers: Sequence[Receiver]) -> dict[str, Any]:
    own = alertmanager.values(receivers)
    spec = {
        "replicas": 2,
        "podAntiAffinity": "hard",
        "affinity": _ON_WORKERS,
        "resources": _size("20m", "128Mi"),
        "storage": _scratch(1),
        **own.get("alertmanagerSpec", {}),
    }
    return {**own, "alertmanagerSpec": spec}


def _grafana() -> dict[str, Any]:
    own = grafana_values.values()
    sidecar = {**own["sidecar"], "resources": _size("20m", "128Mi")}
    return {
        **own,
        "affinity": _ON_WORKERS,
        "resources": _size("100m", "512Mi"),
        "sidecar": sidecar,
    }


def _scratch(gib: int) -> dict[str, Any]:
    """Build storage on the machine's own disk.

    Not on Ceph, whose failure it has to tell of; nor on a local volume, which binds a replica to
    its machine. A replica that moves starts empty; the other has the history, and no alert looks
    back more than three days.
    """
    return {"emptyDir": {"sizeLimit": f"{gib}Gi"}}


def _size(cpu: str, memory: str) -> dict[str, Any]:
    return {"requests": {"cpu": cpu, "memory": memory}, "limits": {"memory": memory}}
