"""The gateway's Kubernetes objects.

Owns their manifests. Doesn't own the inside of a pod (:mod:`components.gateway.pod`), network
policies, nor what leads callers to the Service.
"""

from __future__ import annotations

import hashlib

from components.gateway.certificates import certificates
from components.gateway.envoy import bootstrap
from components.gateway.pod import pod, ports
from components.gateway.spec import GatewaySpec
from components.gateway.workload import labels, manifest
from components.manifests import Manifest


def manifests(spec: GatewaySpec) -> tuple[Manifest, ...]:
    """Build all objects; the pods' Deployment is the last."""
    files = bootstrap.files(spec)
    return (
        {**manifest(spec, "v1", "ConfigMap"), "data": files},
        {**manifest(spec, "v1", "ServiceAccount"), "automountServiceAccountToken": False},
        *certificates(spec),
        _service(spec),
        _disruptions(spec),
        _deployment(spec, files),
    )


def _service(spec: GatewaySpec) -> Manifest:
    return {
        **manifest(spec, "v1", "Service"),
        "spec": {
            "selector": labels(spec.institution),
            "trafficDistribution": "PreferSameZone",
            "ports": [
                {"name": name, "port": port, "targetPort": name}
                for name, port in ports(spec).items()
            ],
        },
    }


def _disruptions(spec: GatewaySpec) -> Manifest:
    return {
        **manifest(spec, "policy/v1", "PodDisruptionBudget"),
        "spec": {
            "maxUnavailable": 1,
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
            "selector": {"matchLabels": labels(spec.institution)},
        },
    }


def _deployment(spec: GatewaySpec, files: dict[str, str]) -> Manifest:
    """Build the set of pods; Envoy reads its rules once, so changed files start the pods anew."""
    content = "\n".join(files[name] for name in sorted(files))
    digest = hashlib.sha256(content.encode()).hexdigest()[:16]
    return {
        **manifest(spec, "apps/v1", "Deployment"),
        "spec": {
            "replicas": spec.replicas,
            "selector": {"matchLabels": labels(spec.institution)},
            # A new pod is ready before an old one goes.
            "strategy": {
                "type": "RollingUpdate",
                "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1},
            },
            "template": {
                "metadata": {
                    "labels": labels(spec.institution),
                    "annotations": {"imaging/settings": digest},
                },
                "spec": pod(spec),
            },
        },
    }
