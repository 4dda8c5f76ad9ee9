"""The Kubernetes provider of an environment; there is no other.

Owns its identity. Doesn't own where the kubeconfig comes from.
"""

from __future__ import annotations

import json
from typing import Final

import pulumi
import pulumi_kubernetes as k8s

from components import naming

NOWHERE: Final = json.dumps(
    {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "none", "cluster": {"server": "https://127.0.0.1:1"}}],
        "contexts": [{"name": "none", "context": {"cluster": "none", "user": "none"}}],
        "users": [{"name": "none", "user": {}}],
        "current-context": "none",
    }
)
"""A kubeconfig that reaches nothing: without any, the shell's own cluster would be taken."""


def kubernetes_provider(environment: str, kubeconfig: pulumi.Input[str]) -> k8s.Provider:
    """Make the provider of an environment's cluster.

    ``cluster_identifier`` is constant: without it a kubeconfig that is unknown in a preview
    replaces the provider, and with it every object (research/pulumi.md §2.5).
    """
    return k8s.Provider(
        "kubernetes",
        cluster_identifier=f"{naming.PROJECT}-{environment}",
        enable_server_side_apply=True,
        # Else a changed setting deletes the ConfigMap under the running pods, and makes it anew.
        enable_config_map_mutable=True,
        kubeconfig=kubeconfig,
    )
