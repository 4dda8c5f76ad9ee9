"""Where the monitoring lives and by what it is found.

Owns names that several of this folder's builders, KEDA and Grafana must agree on. Doesn't own any
object.
"""

from __future__ import annotations

from typing import Any, Final

from components import naming
from components.manifests import Manifest

NAMESPACE: Final = "monitoring"
KEDA_NAMESPACE: Final = "keda"
PREFIX: Final = "imaging"
"""The chart's objects are named after it; the chart cuts what is longer than 26."""
PROMETHEUS_PORT: Final = 9090
PROMETHEUS: Final = f"http://{PREFIX}-prometheus.{NAMESPACE}.svc:{PROMETHEUS_PORT}"
"""Both replicas: one that starts isn't ready, so it isn't asked."""
SCALED: Final = "readers"
"""The StatefulSet that is scaled; the ScaledObject and its autoscaler are called the same."""
DICOOGLE: Final = "dicoogle"
"""The label ``job`` of what an institution's Dicoogles tell, and the name of their pods."""


def institution_labels(institution: str) -> dict[str, str]:
    """The labels of what watches an institution."""
    return {
        "app.kubernetes.io/part-of": "imaging-repository",
        "app.kubernetes.io/component": NAMESPACE,
        naming.INSTITUTION_LABEL: institution,
    }


def institution_metadata(institution: str, name: str) -> dict[str, Any]:
    """The head of an object that watches an institution; it goes with the institution."""
    return {
        "name": name,
        "namespace": naming.namespace(institution),
        "labels": institution_labels(institution),
    }


def platform_metadata(name: str, namespace: str = NAMESPACE) -> dict[str, Any]:
    """The head of an object of the platform's monitoring."""
    labels = {
        "app.kubernetes.io/part-of": "imaging-repository",
        "app.kubernetes.io/component": NAMESPACE,
    }
    return {"name": name, "namespace": namespace, "labels": labels}


def namespace(name: str, level: str) -> Manifest:
    """Build a namespace with its level of Pod Security."""
    labels = {"pod-security.kubernetes.io/enforce": level}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}
