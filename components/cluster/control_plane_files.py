"""The files that an API server reads: what it records, what it admits by default.

Owns the audit policy and the admission configuration, and where they and the keys lie. Doesn't own
the keys of the encryption at rest: the first control plane makes them, and nobody sees them here.
"""

from __future__ import annotations

from typing import Any, Final

FOLDER: Final = "/etc/kubernetes/imaging"
ADMISSION: Final = f"{FOLDER}/admission.yaml"
AUDIT_POLICY: Final = f"{FOLDER}/audit-policy.yaml"
KEYS: Final = f"{FOLDER}/encryption.yaml"
AUDIT_LOG_FOLDER: Final = "/var/log/kubernetes"
_LEVELS: Final = ("enforce", "audit", "warn")


def admission() -> dict[str, Any]:
    """Build the admission configuration: a namespace without labels gets the restricted standard.

    kube-system runs what the nodes need, network plugins among it, and is exempt.
    """
    standard = {
        key: value
        for level in _LEVELS
        for key, value in ((level, "restricted"), (f"{level}-version", "latest"))
    }
    return {
        "apiVersion": "apiserver.config.k8s.io/v1",
        "kind": "AdmissionConfiguration",
        "plugins": [
            {
                "name": "PodSecurity",
                "configuration": {
                    "apiVersion": "pod-security.admission.config.k8s.io/v1",
                    "kind": "PodSecurityConfiguration",
                    "defaults": standard,
                    "exemptions": {
                        "usernames": [],
                        "runtimeClasses": [],
                        "namespaces": ["kube-system"],
                    },
                },
            }
        ],
    }


def audit_policy() -> dict[str, Any]:
    """Build the audit policy: who did what to which object, and never what a secret says."""
    return {
        "apiVersion": "audit.k8s.io/v1",
        "kind": "Policy",
        "omitStages": ["RequestReceived"],
        "rules": [
            # The machinery's own noise: it would be nine lines of ten.
            {
                "level": "None",
                "userGroups": ["system:nodes"],
                "verbs": ["get", "list", "watch"],
            },
            {
                "level": "None",
                "resources": [{"group": "coordination.k8s.io", "resources": ["leases"]}],
            },
            {"level": "None", "nonResourceURLs": ["/healthz*", "/livez*", "/readyz*", "/version"]},
            {
                "level": "Metadata",
                "resources": [
                    {"group": "", "resources": ["secrets", "configmaps", "serviceaccounts/token"]},
                    {"group": "authentication.k8s.io", "resources": ["tokenreviews"]},
                ],
            },
            # A shell in a pod, or a look into its logs, may show examinations.
            {
                "level": "Request",
                "resources": [
                    {"group": "", "resources": ["pods/exec", "pods/attach", "pods/portforward"]},
                    {"group": "rbac.authorization.k8s.io"},
                    {"group": "admissionregistration.k8s.io"},
                ],
                "verbs": ["create", "update", "patch", "delete", "get"],
            },
            {"level": "Metadata"},
        ],
    }
