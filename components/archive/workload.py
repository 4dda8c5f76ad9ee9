"""The objects that ingest and readers both have: settings, account, headless service, set of pods.

Owns their manifests. Doesn't own what distinguishes the two (:mod:`components.archive.ingest`,
:mod:`components.archive.readers`), nor the inside of a pod (:mod:`components.archive.pod`).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi

from components import naming
from components.manifests import Manifest


@dataclass(frozen=True)
class Workload:
    """One of an institution's two kinds of Dicoogle.

    Attributes:
        institution: whose it is.
        name: of all its objects.
        files: Dicoogle's settings and the pods' scripts, by file name.
        ports: its ports by name.
        accounts: which accounts its pods were started with, in a word.
        binaries: files that aren't text, by file name.
    """

    institution: str
    name: str
    files: Mapping[str, str]
    ports: Mapping[str, int]
    accounts: pulumi.Input[str]
    binaries: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def labels(self) -> dict[str, str]:
        """The labels of its objects and pods."""
        return labels(self.institution, self.name)

    @property
    def digest(self) -> str:
        """The content of all files, in a word."""
        texts = {name: text.encode() for name, text in self.files.items()}
        content = b"\0".join(
            part
            for name, value in sorted({**texts, **self.binaries}.items())
            for part in (name.encode(), value)
        )
        return hashlib.sha256(content).hexdigest()[:16]

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


def labels(institution: str, component: str) -> dict[str, str]:
    """Build the labels by which a part of an institution's archive is known."""
    return {
        "app.kubernetes.io/name": "dicoogle",
        "app.kubernetes.io/component": component,
        "app.kubernetes.io/part-of": "imaging-repository",
        naming.INSTITUTION_LABEL: institution,
    }


def common(workload: Workload) -> tuple[Manifest, ...]:
    """Build what must be there before the pods."""
    return (
        _configuration(workload),
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


def _configuration(workload: Workload) -> Manifest:
    binaries = {
        name: base64.b64encode(content).decode() for name, content in workload.binaries.items()
    }
    return {
        **workload.object("v1", "ConfigMap"),
        "data": dict(workload.files),
        **({"binaryData": binaries} if binaries else {}),
    }


def disruptions(workload: Workload) -> Manifest:
    """Build the budget that lets a drain take one pod at a time; a broken one never blocks it."""
    return {
        **workload.object("policy/v1", "PodDisruptionBudget"),
        "spec": {
            "maxUnavailable": 1,
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
            "selector": {"matchLabels": workload.labels},
        },
    }


def stateful_set(
    workload: Workload, replicas: int, pod: Mapping[str, Any], **more: str
) -> Manifest:
    """Build the set of pods; ``pod`` is the pod's specification, ``more`` goes beside it.

    A StatefulSet ends a pod before it makes another of the same name, also in an update. Dicoogle
    reads its settings once, at start, so changed files and accounts start the pods anew.
    """
    started_with = {"imaging/settings": workload.digest, "imaging/accounts": workload.accounts}
    return {
        **workload.object("apps/v1", "StatefulSet"),
        "spec": {
            "replicas": replicas,
            "serviceName": workload.name,
            "selector": {"matchLabels": workload.labels},
            "updateStrategy": {"type": "RollingUpdate"},
            **more,
            "template": {
                "metadata": {"labels": workload.labels, "annotations": started_with},
                "spec": {
                    "serviceAccountName": workload.name,
                    "automountServiceAccountToken": False,
                    "enableServiceLinks": False,
                    **pod,
                },
            },
        },
    }
