"""Grafana: its part of the chart's values, and what it may read of the cluster.

Owns both. Doesn't own any dashboard (:mod:`components.monitoring.dashboards`).
"""

from __future__ import annotations

from typing import Any, Final

from components.manifests import Manifest
from components.monitoring.dashboards.config_map import LABEL, VALUE
from components.monitoring.names import PREFIX

ROLE: Final = f"{PREFIX}-grafana"
_WITHOUT_ADMINISTRATOR: Final = {"GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION": "true"}
"""The chart makes no password then either."""
_RELOADS_BY_ITSELF: Final = {"skipReload": True, "resource": "configmap"}
"""To tell it to reload, a sidecar would have to log in; Grafana looks by itself."""


def values() -> dict[str, Any]:
    """Build Grafana's values: everybody who reaches it looks, and nobody can change it.

    Dashboards are code, so there is nothing to log in for: it has no users and keeps nothing. No
    network policy lets anybody reach it but through the API server.
    """
    return {
        "persistence": {"enabled": False},
        "env": _WITHOUT_ADMINISTRATOR,
        "grafana.ini": {
            "auth": {"disable_login_form": True},
            "auth.basic": {"enabled": False},
            "auth.anonymous": {"enabled": True, "org_role": "Viewer"},
            "users": {"viewers_can_edit": False},
        },
        "rbac": {"useExistingClusterRole": ROLE},
        "sidecar": {
            "dashboards": {
                "enabled": True,
                "label": LABEL,
                "labelValue": VALUE,
                "searchNamespace": "ALL",
                **_RELOADS_BY_ITSELF,
            },
            # Grafana reads its sources when it starts, so they are there before.
            "datasources": {"initDatasources": True, **_RELOADS_BY_ITSELF},
        },
    }


def cluster_role() -> Manifest:
    """Build what Grafana may read: ConfigMaps.

    The chart's own role reads all Secrets of all institutions too
    (https://github.com/grafana-community/helm-charts, charts/grafana/templates/clusterrole.yaml).
    """
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": ROLE, "labels": {"app.kubernetes.io/part-of": "imaging-repository"}},
        "rules": [
            {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "list", "watch"]}
        ],
    }
