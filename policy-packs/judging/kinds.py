"""The type tokens by which rules name kinds.

Owns their spelling: ``kubernetes:<group>/<version>:<Kind>``, the core group being ``core``.
"""

from __future__ import annotations

from typing import Final

CEPH: Final = "kubernetes:ceph.rook.io/v1:"
CLUSTER: Final = f"{CEPH}CephCluster"
FILESYSTEM: Final = f"{CEPH}CephFilesystem"
GROUP: Final = f"{CEPH}CephFilesystemSubVolumeGroup"
CLIENT: Final = f"{CEPH}CephClient"

STACK: Final = "pulumi:pulumi:Stack"
"""The stack itself, which the engine has judged once a run."""

CONFIG_MAP: Final = "kubernetes:core/v1:ConfigMap"
NAMESPACE: Final = "kubernetes:core/v1:Namespace"
NODE_PATCH: Final = "kubernetes:core/v1:NodePatch"
CLAIM: Final = "kubernetes:core/v1:PersistentVolumeClaim"
VOLUME: Final = "kubernetes:core/v1:PersistentVolume"
POD: Final = "kubernetes:core/v1:Pod"
QUOTA: Final = "kubernetes:core/v1:ResourceQuota"
SECRET: Final = "kubernetes:core/v1:Secret"  # noqa: S105 - a kind
SERVICE: Final = "kubernetes:core/v1:Service"
SERVICE_ACCOUNT: Final = "kubernetes:core/v1:ServiceAccount"

DEPLOYMENT: Final = "kubernetes:apps/v1:Deployment"
STATEFUL_SET: Final = "kubernetes:apps/v1:StatefulSet"
DAEMON_SET: Final = "kubernetes:apps/v1:DaemonSet"
JOB: Final = "kubernetes:batch/v1:Job"
CRON_JOB: Final = "kubernetes:batch/v1:CronJob"
SERVERS: Final = frozenset({DEPLOYMENT, STATEFUL_SET, DAEMON_SET})
"""What serves until it is stopped."""
JOBS: Final = frozenset({JOB, CRON_JOB})
WORKLOADS: Final = SERVERS | JOBS | {POD}
"""Everything that makes pods."""

CLASS: Final = "kubernetes:storage.k8s.io/v1:StorageClass"
NETWORK_POLICY: Final = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
BUDGET: Final = "kubernetes:policy/v1:PodDisruptionBudget"
SCALED_OBJECT: Final = "kubernetes:keda.sh/v1alpha1:ScaledObject"
RULES_OF_PROMETHEUS: Final = "kubernetes:monitoring.coreos.com/v1:PrometheusRule"
RELEASE: Final = "kubernetes:helm.sh/v3:Release"
CERTIFICATE: Final = "kubernetes:cert-manager.io/v1:Certificate"
GATEWAY: Final = "kubernetes:gateway.networking.k8s.io/v1:Gateway"
TLS_ROUTE: Final = "kubernetes:gateway.networking.k8s.io/v1:TLSRoute"
RBAC: Final = "kubernetes:rbac.authorization.k8s.io/v1:"
ROLES: Final = frozenset({f"{RBAC}Role", f"{RBAC}ClusterRole"})
BINDINGS: Final = frozenset({f"{RBAC}RoleBinding", f"{RBAC}ClusterRoleBinding"})
REMOTE_COMMAND: Final = "command:remote:Command"
"""A step on a machine, over SSH."""
ADMISSION: Final = "kubernetes:admissionregistration.k8s.io/v1:"
ADMISSION_POLICY: Final = f"{ADMISSION}ValidatingAdmissionPolicy"
ADMISSION_BINDING: Final = f"{ADMISSION}ValidatingAdmissionPolicyBinding"
