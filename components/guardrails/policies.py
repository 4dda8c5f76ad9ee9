"""All admission policies.

Owns the list. Doesn't own any rule.
"""

from __future__ import annotations

from components.guardrails import network, parameters, pods, repositories, residency, volumes
from components.guardrails.policy import Policy, manifests
from components.manifests import Manifest


def policies() -> tuple[Policy, ...]:
    """Every policy that an environment has."""
    return (
        residency.policy(),
        repositories.group_policy(),
        repositories.keys_policy(),
        volumes.policy(),
        network.flows_policy(),
        network.namespace_policy(),
        pods.pods_policy(),
        pods.replicas_policy(),
        parameters.policy(),
    )


def pairs() -> tuple[tuple[Manifest, Manifest], ...]:
    """Build every policy with its binding."""
    return tuple(manifests(policy) for policy in policies())
