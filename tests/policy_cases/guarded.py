"""The guarded fields of every kind: what a promise rests on, so that breaking it must be caught.

Owns the list, which an auditor can read: paths by kind, keys and positions parted by bars, ``*``
for any of them, and what is put in beside what stands there. Doesn't own how a field is broken
(:mod:`tests.policy_cases.mutations`). Kinds that aren't listed hold no promise that a pack judges
by field; that such kinds are known at all is judged by ``operations/kinds-are-judged``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_CONTAINER: Final = (
    "image",
    "resources|requests|cpu",
    "resources|requests|memory",
    "resources|limits|memory",
    "securityContext|allowPrivilegeEscalation",
    "securityContext|readOnlyRootFilesystem",
    "securityContext|capabilities|drop",
)
_POD: Final = (
    "securityContext|runAsNonRoot",
    "securityContext|runAsUser",
    "securityContext|seccompProfile|type",
    "automountServiceAccountToken",
    "volumes|*|emptyDir|medium",
    "volumes|*|persistentVolumeClaim|claimName",
    *(f"containers|*|{path}" for path in _CONTAINER),
    *(f"initContainers|*|{path}" for path in _CONTAINER),
)
_SERVER: Final = (
    "spec|replicas",
    *(f"spec|template|spec|{path}" for path in _POD),
    "spec|template|spec|containers|*|readinessProbe",
    "spec|template|spec|containers|*|livenessProbe",
    "spec|template|spec|topologySpreadConstraints|*|topologyKey",
    "spec|template|spec|topologySpreadConstraints|*|maxSkew",
    "spec|template|spec|topologySpreadConstraints|*|labelSelector|matchLabels",
    "metadata|namespace",
)
_NAMES: Final = ("metadata|namespace",)

GUARDED: Final[Mapping[str, tuple[str, ...]]] = {
    "ceph.rook.io/v1:CephCluster": (
        "spec|cephVersion|image",
        "spec|cephVersion|allowUnsupported",
        "spec|dataDirHostPath",
        "spec|mon|count",
        "spec|mon|allowMultiplePerNode",
        "spec|mon|failureDomainLabel",
        "spec|mon|zones|*|name",
        "spec|storage|useAllNodes",
        "spec|storage|useAllDevices",
        "spec|storage|nodes|*|name",
        "spec|storage|nodes|*|devices|*|name",
        "spec|cleanupPolicy|confirmation",
        "spec|cleanupPolicy|allowUninstallWithVolumes",
        "spec|network|connections|encryption|enabled",
        "spec|network|connections|requireMsgr2",
        "spec|disruptionManagement|managePodBudgets",
        "spec|resources|*|requests|memory",
        "spec|resources|*|limits|memory",
    ),
    "ceph.rook.io/v1:CephFilesystem": (
        "metadata|name",
        "spec|preserveFilesystemOnDelete",
        "spec|metadataServer|resources|limits|memory",
        *(
            f"spec|{pool}|{path}"
            for pool in ("metadataPool", "dataPools|*")
            for path in (
                "crushRoot",
                "failureDomain",
                "replicated|size",
                "replicated|replicasPerFailureDomain",
                "parameters|min_size",
            )
        ),
    ),
    "ceph.rook.io/v1:CephFilesystemSubVolumeGroup": (
        "metadata|name",
        "spec|name",
        "spec|clusterID",
        "spec|filesystemName",
        "spec|quota",
    ),
    "ceph.rook.io/v1:CephClient": ("metadata|name", "spec|caps|*"),
    "storage.k8s.io/v1:StorageClass": (
        "metadata|name",
        "provisioner",
        "reclaimPolicy",
        "parameters|clusterID",
        "parameters|fsName",
        "parameters|csi.storage.k8s.io/node-stage-secret-name",
    ),
    "core/v1:PersistentVolume": (
        "metadata|name",
        "spec|accessModes",
        "spec|persistentVolumeReclaimPolicy",
        "spec|claimRef|namespace",
        "spec|csi|driver",
        "spec|csi|readOnly",
        "spec|csi|nodeStageSecretRef|name",
        "spec|csi|volumeAttributes|clusterID",
        "spec|csi|volumeAttributes|fsName",
    ),
    "core/v1:PersistentVolumeClaim": (
        *_NAMES,
        "spec|accessModes",
        "spec|storageClassName",
        "spec|volumeName",
        "spec|resources|requests|storage",
    ),
    "core/v1:NodePatch": ("metadata|name", "metadata|labels|topology.rook.io/datacenter"),
    "core/v1:Namespace": (
        "metadata|name",
        "metadata|labels|pod-security.kubernetes.io/enforce",
    ),
    "core/v1:Service": (*_NAMES, "spec|selector"),
    "core/v1:ServiceAccount": (*_NAMES, "automountServiceAccountToken"),
    "core/v1:Secret": (*_NAMES, "stringData"),
    "apps/v1:Deployment": _SERVER,
    "apps/v1:StatefulSet": _SERVER,
    "batch/v1:Job": (
        *_NAMES,
        "spec|activeDeadlineSeconds",
        "spec|backoffLimit",
        *(f"spec|template|spec|{path}" for path in _POD),
    ),
    "batch/v1:CronJob": (
        *_NAMES,
        "spec|concurrencyPolicy",
        "spec|jobTemplate|spec|activeDeadlineSeconds",
        "spec|jobTemplate|spec|backoffLimit",
        *(f"spec|jobTemplate|spec|template|spec|{path}" for path in _POD),
    ),
    "policy/v1:PodDisruptionBudget": (
        *_NAMES,
        "spec|maxUnavailable",
        "spec|selector",
        "spec|unhealthyPodEvictionPolicy",
    ),
    "keda.sh/v1alpha1:ScaledObject": (
        *_NAMES,
        "spec|minReplicaCount",
        "spec|maxReplicaCount",
        "spec|fallback",
        "spec|fallback|behavior",
        "spec|fallback|replicas",
        "spec|triggers|0|metadata|ignoreNullValues",
    ),
    "networking.k8s.io/v1:NetworkPolicy": (
        *_NAMES,
        "spec|policyTypes",
        "spec|ingress|*|ports",
        "spec|egress|*|ports",
        "spec|ingress|*|from|*|podSelector",
        "spec|egress|*|to|*|podSelector",
        "spec|ingress|*|from|*|namespaceSelector|matchLabels|kubernetes.io/metadata.name",
        "spec|egress|*|to|*|namespaceSelector|matchLabels|kubernetes.io/metadata.name",
        "spec|egress|*|to|*|ipBlock|cidr",
    ),
    "cert-manager.io/v1:Certificate": (
        *_NAMES,
        "spec|uris",
        "spec|duration",
        "spec|issuerRef|name",
        "spec|privateKey|rotationPolicy",
    ),
    "command:remote:Command": (
        "connection|value|host",
        "connection|value|hostKey",
        "create",
        "delete",
        "logging",
    ),
    "helm.sh/v3:Release": ("chart", "version", "repositoryOpts|repo"),
    "rbac.authorization.k8s.io/v1:ClusterRole": ("rules|*|verbs", "rules|*|apiGroups"),
    "rbac.authorization.k8s.io/v1:ClusterRoleBinding": ("subjects|*|name", "roleRef|name"),
    "rbac.authorization.k8s.io/v1:RoleBinding": (*_NAMES, "subjects|*|name", "roleRef|name"),
    "admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding": ("spec|validationActions",),
}

ADDED: Final[Mapping[str, tuple[tuple[str, object], ...]]] = {
    "apps/v1:Deployment": (
        ("spec|template|spec|hostNetwork", True),
        ("spec|template|spec|hostPID", True),
        ("spec|template|spec|containers|0|securityContext|privileged", True),
        ("spec|template|spec|containers|0|ports|0|hostPort", 80),
        ("spec|template|spec|containers|0|securityContext|capabilities|add", ["SYS_ADMIN"]),
    ),
    "apps/v1:StatefulSet": (
        ("spec|template|spec|hostNetwork", True),
        ("spec|template|spec|containers|0|securityContext|runAsUser", 0),
        ("spec|template|spec|volumes|0|hostPath", {"path": "/"}),
        ("spec|persistentVolumeClaimRetentionPolicy", {"whenDeleted": "Delete"}),
    ),
    "core/v1:Service": (
        ("spec|type", "NodePort"),
        ("spec|type", "LoadBalancer"),
        ("spec|externalIPs", ["192.0.2.1"]),
        ("spec|externalName", "example.org"),
    ),
    "core/v1:PersistentVolumeClaim": (("spec|dataSource", {"name": "other"}),),
    "ceph.rook.io/v1:CephFilesystem": (("spec|mirroring", {"enabled": True}),),
    "ceph.rook.io/v1:CephCluster": (
        ("spec|network|provider", "host"),
        ("spec|storage|deviceFilter", "."),
    ),
    "storage.k8s.io/v1:StorageClass": (("parameters|pool", "elsewhere"),),
    "networking.k8s.io/v1:NetworkPolicy": (
        ("spec|ingress", [{"ports": [{"port": 8080}]}]),
        ("spec|egress", [{"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}], "ports": [{"port": 443}]}]),
        ("spec|ingress", [{"from": [{"namespaceSelector": {}}], "ports": [{"port": 8080}]}]),
    ),
}
"""What doesn't stand there and breaks a promise once it does."""

_MORE_SPREAD: Final = "more copies fall apart than were promised to"
_POOLS: Final = "Ceph's own default is as strict or stricter"
HARMLESS: Final[Mapping[tuple[str, str, str], str]] = {
    ("CephClient", "changed", "metadata|name"): "a platform's key has rights by its caps alone",
    ("CephClient", "removed", "spec|caps|*"): "a platform's key with fewer rights",
    ("CephCluster", "removed", "spec|cephVersion|allowUnsupported"): "Rook's default is false",
    ("CephCluster", "removed", "spec|cleanupPolicy|confirmation"): "nothing is wiped without it",
    ("CephCluster", "removed", "spec|cleanupPolicy|allowUninstallWithVolumes"): (
        "Rook's default is false"
    ),
    ("CephFilesystem", "lowered", "spec|*|replicated|replicasPerFailureDomain"): _MORE_SPREAD,
    ("CephFilesystem", "removed", "spec|*|replicated|replicasPerFailureDomain"): _MORE_SPREAD,
    ("CephFilesystem", "removed", "spec|*|parameters|min_size"): _POOLS,
    ("CephFilesystem", "lowered", "spec|*|parameters|min_size"): (
        "of six copies, writes still rest on more than two"
    ),
    ("CephFilesystem", "removed", "spec|*|crushRoot"): (
        "Rook's default is the root of every data centre, which this name promises"
    ),
    ("CephFilesystem", "removed", "spec|*|failureDomain"): (
        "Rook's default is host, at least what a home's name promises"
    ),
    **{
        ("Certificate", how, f"spec|{field}"): "the authority's own outlives those that it signs"
        for how in ("changed", "removed", "unknown")
        for field in ("duration", "privateKey|rotationPolicy")
    },
    ("*", "lowered", "spec|activeDeadlineSeconds"): "a shorter deadline ends it earlier",
    ("*", "lowered", "spec|backoffLimit"): "fewer attempts",
    ("*", "lowered", "spec|jobTemplate|spec|activeDeadlineSeconds"): (
        "a shorter deadline ends it earlier"
    ),
    ("*", "lowered", "spec|jobTemplate|spec|backoffLimit"): "fewer attempts",
    ("*", "lowered", "spec|template|spec|securityContext|runAsUser"): "another user, not root",
    ("*", "lowered", "spec|jobTemplate|spec|template|spec|securityContext|runAsUser"): (
        "another user, not root"
    ),
    ("Deployment", "removed", "spec|replicas"): "the platform's pushgateway is one",
    ("StatefulSet", "removed", "spec|replicas"): "one ingest; readers are the autoscaler's",
    ("StatefulSet", "lowered", "spec|replicas"): "the number of readers is the autoscaler's",
    ("NetworkPolicy", "emptied", "spec|ingress|*|from|*|podSelector"): (
        "pods of the platform's own namespace"
    ),
    ("PersistentVolume", "changed", "metadata|name"): "its claim binds no other",
    ("StorageClass", "changed", "metadata|name"): "no claim names it",
    ("ScaledObject", "lowered", "spec|fallback|replicas"): (
        "currentReplicasIfHigher takes nobody away"
    ),
}
"""Changes that break no promise, and the reason: by kind, how, and field."""
