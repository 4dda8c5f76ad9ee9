"""From a Kubernetes manifest to a Pulumi resource.

Owns the step from plain dicts, which builders return and tests judge, to the SDK's classes. Doesn't
own any manifest, and never decides options: the components do.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import pulumi
import pulumi_kubernetes as k8s
from pydantic.alias_generators import to_snake

Manifest = dict[str, Any]
"""A whole Kubernetes object: apiVersion, kind, metadata and the rest, keys as Kubernetes spells."""

_CLASSES: Final[Mapping[tuple[str, str], Any]] = {
    ("v1", "ConfigMap"): k8s.core.v1.ConfigMap,
    ("v1", "LimitRange"): k8s.core.v1.LimitRange,
    ("v1", "Namespace"): k8s.core.v1.Namespace,
    ("v1", "PersistentVolume"): k8s.core.v1.PersistentVolume,
    ("v1", "PersistentVolumeClaim"): k8s.core.v1.PersistentVolumeClaim,
    ("v1", "ResourceQuota"): k8s.core.v1.ResourceQuota,
    ("v1", "Secret"): k8s.core.v1.Secret,
    ("v1", "Service"): k8s.core.v1.Service,
    ("v1", "ServiceAccount"): k8s.core.v1.ServiceAccount,
    ("rbac.authorization.k8s.io/v1", "ClusterRole"): k8s.rbac.v1.ClusterRole,
    ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"): k8s.rbac.v1.ClusterRoleBinding,
    ("rbac.authorization.k8s.io/v1", "RoleBinding"): k8s.rbac.v1.RoleBinding,
    ("apps/v1", "Deployment"): k8s.apps.v1.Deployment,
    ("apps/v1", "StatefulSet"): k8s.apps.v1.StatefulSet,
    ("batch/v1", "CronJob"): k8s.batch.v1.CronJob,
    ("batch/v1", "Job"): k8s.batch.v1.Job,
    ("networking.k8s.io/v1", "NetworkPolicy"): k8s.networking.v1.NetworkPolicy,
    ("policy/v1", "PodDisruptionBudget"): k8s.policy.v1.PodDisruptionBudget,
    ("scheduling.k8s.io/v1", "PriorityClass"): k8s.scheduling.v1.PriorityClass,
    ("storage.k8s.io/v1", "StorageClass"): k8s.storage.v1.StorageClass,
}


def register(manifest: Manifest, opts: pulumi.ResourceOptions) -> pulumi.CustomResource:
    """Register a manifest as a resource of its own kind, named after the object.

    Its Pulumi name is ``<kind>-<name>``, unique where Kubernetes' names are unique in a namespace.
    """
    name = f"{manifest['kind'].lower()}-{manifest['metadata']['name']}"
    body = {key: value for key, value in manifest.items() if key not in {"apiVersion", "kind"}}
    known = _CLASSES.get((manifest["apiVersion"], manifest["kind"]))
    if known is not None:
        arguments = {to_snake(key): value for key, value in body.items()}
        resource: pulumi.CustomResource = known(name, opts=opts, **arguments)
        return resource
    return k8s.apiextensions.CustomResource(
        name, api_version=manifest["apiVersion"], kind=manifest["kind"], opts=opts, **body
    )


def holds_data(parent: pulumi.Resource, *after: pulumi.Resource) -> pulumi.ResourceOptions:
    """Make the options of a resource that can't go without examinations going with it.

    Pulumi then refuses to delete or replace it, also when a changed placement has another name.
    """
    return pulumi.ResourceOptions(parent=parent, depends_on=list(after), protect=True)


def wait_for(*conditions: str) -> dict[str, str]:
    """Build the annotation that makes the provider wait, for example for ``.status.phase``.

    Custom resources are not waited for otherwise (research/pulumi.md §2.5).
    """
    return {"pulumi.com/waitFor": conditions[0] if len(conditions) == 1 else json.dumps(conditions)}


PHASE_READY: Final = "jsonpath={.status.phase}=Ready"
"""What Rook's resources report when they are done; some have no conditions at all."""
