"""The values of kube-prometheus-stack's chart.

Owns sizes, places and selectors. Doesn't own rules and monitors: they are plain resources, shipped
with what they watch. Metrics hold no patient's data, so they may lie on any worker.
"""

from __future__ import annotations

from typing import Any, Final

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


def values() -> dict[str, Any]:
    """Build the chart's values."""
    return {
        "fullnameOverride": PREFIX,
        "crds": {"enabled": True},
        "prometheusOperator": _operator(),
        "prometheus": {"prometheusSpec": _prometheus()},
        "alertmanager": {"alertmanagerSpec": _alertmanager()},
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


def _alertmanager() -> dict[str, Any]:
    return {
        "replicas": 2,
        "podAntiAffinity": "hard",
        "affinity": _ON_WORKERS,
        "resources": _size("20m", "128Mi"),
        "storage": _scratch(1),
    }


def _grafana() -> dict[str, Any]:
    """Build Grafana's values: everybody who reaches it looks, and nobody can change it.

    Dashboards are code, so there is nothing to log in for; no network policy lets anybody reach it
    but through the API server.
    """
    return {
        "affinity": _ON_WORKERS,
        "resources": _size("100m", "512Mi"),
        "persistence": {"enabled": False},
        "grafana.ini": {
            "auth": {"disable_login_form": True},
            "auth.anonymous": {"enabled": True, "org_role": "Viewer"},
        },
        "sidecar": {
            "dashboards": {"enabled": True, "searchNamespace": "ALL"},
            "resources": _size("20m", "128Mi"),
        },
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
