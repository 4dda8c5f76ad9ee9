"""Names and namespaces that the user left out, as the official plugin fills them in.

Source: ``provider/pkg/metadata/naming.go`` of pulumi-kubernetes.
"""

import hashlib
from typing import Any, Final

from local.providers.kubernetes.objects import (
    AUTONAMED,
    Manifest,
    annotation,
    group_of,
    is_named,
    with_metadata,
)

_SUFFIX_LENGTH: Final = 8

# Those of Kubernetes 1.36, so that a preview needs no cluster to tell.
_CLUSTER_SCOPED: Final = frozenset(
    {
        "APIService",
        "CSIDriver",
        "CSINode",
        "CertificateSigningRequest",
        "ClusterRole",
        "ClusterRoleBinding",
        "ClusterTrustBundle",
        "CustomResourceDefinition",
        "DeviceClass",
        "FlowSchema",
        "IPAddress",
        "IngressClass",
        "MutatingAdmissionPolicy",
        "MutatingAdmissionPolicyBinding",
        "MutatingWebhookConfiguration",
        "Namespace",
        "Node",
        "PersistentVolume",
        "PriorityClass",
        "PriorityLevelConfiguration",
        "ResourceSlice",
        "RuntimeClass",
        "ServiceCIDR",
        "StorageClass",
        "StorageVersionMigration",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration",
        "VolumeAttachment",
        "VolumeAttributesClass",
    }
)
_BUILTIN_GROUPS: Final = frozenset(
    {
        "",
        "admissionregistration.k8s.io",
        "apiextensions.k8s.io",
        "apiregistration.k8s.io",
        "apps",
        "autoscaling",
        "batch",
        "certificates.k8s.io",
        "coordination.k8s.io",
        "discovery.k8s.io",
        "events.k8s.io",
        "flowcontrol.apiserver.k8s.io",
        "networking.k8s.io",
        "node.k8s.io",
        "policy",
        "rbac.authorization.k8s.io",
        "resource.k8s.io",
        "scheduling.k8s.io",
        "storage.k8s.io",
        "storagemigration.k8s.io",
    }
)


def builtin_scope(api_version: str, kind: str) -> bool | None:
    """Tell whether a kind of Kubernetes itself is namespaced; None for a custom resource."""
    if group_of(api_version) not in _BUILTIN_GROUPS:
        return None
    return kind not in _CLUSTER_SCOPED


def with_name(manifest: Manifest, old: Manifest, resource_name: str, seed: bytes) -> Manifest:
    """Give an unnamed object its old automatic name, or a new one.

    Args:
        manifest: what the program asks for.
        old: what it asked for the last time; empty for a new resource.
        resource_name: the Pulumi resource's name, which the automatic name begins with.
        seed: the engine's, so that a preview and its update agree.

    """
    if is_named(manifest):
        return manifest
    if annotation(old, AUTONAMED) == "true":
        name = old["metadata"]["name"]
    else:
        name = f"{resource_name}-{hashlib.sha256(seed).hexdigest()[:_SUFFIX_LENGTH]}"
    metadata: dict[str, Any] = manifest.get("metadata") or {}
    annotations = metadata.get("annotations")
    if annotations is None or isinstance(annotations, dict):
        annotations = {**(annotations or {}), AUTONAMED: "true"}
    return with_metadata(manifest, name=name, annotations=annotations)


def with_namespace(manifest: Manifest, default: str, *, namespaced: bool) -> Manifest:
    """Put a namespaced object into a namespace; take a cluster-scoped one out of any."""
    metadata = manifest.get("metadata")
    if not isinstance(metadata, dict):
        return manifest
    if not namespaced:
        kept = {key: value for key, value in metadata.items() if key != "namespace"}
        return {**manifest, "metadata": kept}
    return manifest if metadata.get("namespace") else with_metadata(manifest, namespace=default)
