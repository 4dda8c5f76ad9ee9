"""The objects that ingest and readers both have: settings, account, headless service, set of pods.

Owns their manifests. Doesn't own what distinguishes the two (:mod:`components.archive.ingest`,
:mod:`components.archive.readers`), nor the inside of a pod (:mod:`components.archive.pod`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from components import naming
from components.manifests import Manifest


@dataclass(frozen=True)
class Workload:
    """One of an institution's two kinds of Dicoogle.

    Attributes:
        institution: whose it is.
        name: of all its objects.
        files: Dicoogle's settings, by file name.
        ports: its ports by name.
    """

    institution: str
    name: str
    files: Mapping[str, str]
    ports: Mapping[str, int]

    @property
    def labels(self) -> dict[str, str]:
        """The labels of its objects and pods."""
        return {
            "app.kubernetes.io/name": "dicoogle",
            "app.kubernetes.io/component": self.name,
            "app.kubernetes.io/part-of": "imaging-repository",
            naming.INSTITUTION_LABEL: self.institution,
        }

    def object(self, api_version: str, kind: str, name: str | None = None) -> Manifest:
        """Build the head of one of its objects."""
        return {
            "apiVersion": api_version,
            "kind": kind,
            "metadata": {
                "name": name or self.name,
                "namespace": naming.namespace(self.institution),
                "labels": self.labels,
            },
        }


def common(workload: Workload) -> tuple[Manifest, ...]:
    """Build what must be there before the pods."""
    return (
        {**workload.object("v1", "ConfigMap"), "data": dict(workload.files)},
        {**workload.object("v1", "ServiceAccount"), "automountServiceAccountToken": False},
        {
            **workload.object("v1", "Service"),
            "spec": {
                "clusterIP": "None",
                "selector": workload.labels,
                "ports": [{"name": name, "port": port} for name, port in workload.ports.items()],
            },
        },
    )


def stateful_set(
    workload: Workload, replicas: int, pod: Mapping[str, Any], **more: str
) -> Manifest:
    """Build the set of pods; ``pod`` is the pod's specification, ``more`` goes beside it.

    Dicoogle reads its settings once, at start, so changed files start the pods anew.
    """
    content = "\n".join(workload.files[name] for name in sorted(workload.files))
    digest = hashlib.sha256(content.encode()).hexdigest()[:16]
    return {
        **workload.object("apps/v1", "StatefulSet"),
        "spec": {
            "replicas": replicas,
            "serviceName": workload.name,
            "selector": {"matchLabels": workload.labels},
            **more,
            "template": {
                "metadata": {
                    "labels": workload.labels,
                    "annotations": {"imaging/settings": digest},
                },
                "spec": {
                    "serviceAccountName": workload.name,
                    "automountServiceAccountToken": False,
                    "enableServiceLinks": False,
                    **pod,
                },
            },
        },
    }
