"""Who may do what with ``kubectl``: an institution's staff, the platform's operators, CI's preview.

Owns the roles, the groups' names and who is in which role. Doesn't own who is in a group: the
cluster's identity provider, or the certificates that it accepts, says that.

Nobody of these may change what the program deploys, a role, an admission policy or a promise: that
is for the program, with the kubeconfig of its platform's stack.
"""

from __future__ import annotations

from typing import Any, Final

from components import naming
from components.manifests import Manifest

STAFF: Final = "imaging:staff"
OPERATORS: Final = "imaging:operators"
PREVIEW: Final = "imaging:preview"
"""Roles; those of the whole cluster are also the names of their groups."""
_RBAC: Final = "rbac.authorization.k8s.io"
_API: Final = f"{_RBAC}/v1"
_READ: Final = ("get", "list", "watch")
_EVERYTHING: Final = ("*",)

Rights = dict[str, list[str]]


def staff_group(institution: str) -> str:
    """The group of an institution's staff."""
    return f"imaging:{institution}:staff"


def cluster_roles() -> tuple[Manifest, ...]:
    """Build the three roles."""
    return (
        _role(STAFF, _archive()),
        _role(OPERATORS, [*_overview(), *_handling()]),
        _role(PREVIEW, _overview()),
    )


def cluster_bindings() -> tuple[Manifest, ...]:
    """Build the bindings of the roles that hold in every namespace."""
    return tuple(
        {
            "apiVersion": _API,
            "kind": "ClusterRoleBinding",
            "metadata": {"name": role},
            **_bound(role, role),
        }
        for role in (OPERATORS, PREVIEW)
    )


def staff_binding(institution: str) -> Manifest:
    """Build the binding that lets an institution's staff see their own namespace, and no other."""
    return {
        "apiVersion": _API,
        "kind": "RoleBinding",
        "metadata": {
            "name": "staff",
            "namespace": naming.namespace(institution),
            "labels": {naming.INSTITUTION_LABEL: institution},
        },
        **_bound(STAFF, staff_group(institution)),
    }


def _archive() -> list[Rights]:
    """What an archive is made of, and how it fares; no Secret, and no shell in a pod."""
    return [
        _may(
            _READ,
            "",
            *("configmaps", "endpoints", "events", "limitranges", "persistentvolumeclaims"),
            *("pods", "pods/log", "resourcequotas", "serviceaccounts", "services"),
        ),
        _may(_READ, "apps", "deployments", "replicasets", "statefulsets"),
        _may(_READ, "autoscaling", "horizontalpodautoscalers"),
        _may(_READ, "batch", "cronjobs", "jobs"),
        _may(_READ, "cert-manager.io", "certificates"),
        _may(_READ, "discovery.k8s.io", "endpointslices"),
        _may(_READ, "events.k8s.io", "events"),
        _may(_READ, "keda.sh", "scaledobjects"),
        _may(_READ, "metrics.k8s.io", "pods"),
        _may(_READ, "monitoring.coreos.com", "podmonitors", "prometheusrules"),
        _may(_READ, "networking.k8s.io", "networkpolicies"),
        _may(_READ, "policy", "poddisruptionbudgets"),
    ]


def _overview() -> list[Rights]:
    """Everything that the program deploys, and what becomes of it, but Secrets.

    It is enough for a preview. What one compares on the server's side counts as a change there, and
    needs the right to make it (dry runs are authorized like others:
    https://kubernetes.io/docs/reference/using-api/api-concepts/#dry-run-authorization); without
    that right the provider compares by itself (pulumi/pulumi-kubernetes#2419).
    """
    whole = (
        *("admissionregistration.k8s.io", "apiextensions.k8s.io", "ceph.rook.io"),
        *("cert-manager.io", "csi.ceph.io", "gateway.networking.k8s.io", "keda.sh"),
        *("metrics.k8s.io", "monitoring.coreos.com", "networking.k8s.io", "policy"),
        *(_RBAC, "scheduling.k8s.io", "storage.k8s.io"),
    )
    return [
        *_archive(),
        _may(_READ, "", "namespaces", "nodes", "persistentvolumes", "replicationcontrollers"),
        _may(_READ, "apiregistration.k8s.io", "apiservices"),
        _may(_READ, "apps", "daemonsets"),
        *(_may(_READ, group, *_EVERYTHING) for group in whole),
    ]


def _handling() -> list[Rights]:
    """What runbooks ask for.

    A shell in a pod of Rook's namespace has the keys of all of Ceph at hand.
    """
    return [
        _may(("delete",), "", "pods"),
        _may(("create",), "", "pods/eviction", "pods/exec", "pods/portforward"),
        # The API server asks for both, by the way in which a client connects.
        _may(("get",), "", "pods/exec", "pods/portforward"),
        # Cordons.
        _may(("patch",), "", "nodes"),
        # Restarts.
        _may(("patch",), "apps", "deployments", "statefulsets"),
        _may(("get", "patch", "update"), "apps", "deployments/scale", "statefulsets/scale"),
        # Suspends, and starts now what a schedule would start later.
        _may(("patch",), "batch", "cronjobs"),
        _may(("create", "delete"), "batch", "jobs"),
    ]


def _may(verbs: tuple[str, ...], group: str, *resources: str) -> Rights:
    return {"apiGroups": [group], "resources": list(resources), "verbs": list(verbs)}


def _role(name: str, rules: list[Rights]) -> Manifest:
    return {"apiVersion": _API, "kind": "ClusterRole", "metadata": {"name": name}, "rules": rules}


def _bound(role: str, group: str) -> dict[str, Any]:
    return {
        "roleRef": {"apiGroup": _RBAC, "kind": "ClusterRole", "name": role},
        "subjects": [{"apiGroup": _RBAC, "kind": "Group", "name": group}],
    }
