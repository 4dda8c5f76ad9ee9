"""The component that makes an institution's namespace and closes it.

Owns the registration and its order. Doesn't own any manifest.
"""

from __future__ import annotations

from typing import Any

import pulumi

from components.isolation.limits import limit_range, resource_quota
from components.isolation.namespace import namespace
from components.isolation.network_policies import network_policies
from components.isolation.spec import IsolationSpec
from components.manifests import Manifest, register


class Isolation(pulumi.ComponentResource):
    """An institution's namespace, closed before the first pod is in it."""

    def __init__(
        self, name: str, spec: IsolationSpec, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("imaging:isolation:Isolation", name, _intent(spec), opts)
        home, *rules = manifests(spec)
        inside = [register(home, pulumi.ResourceOptions(parent=self))]
        for rule in rules:
            register(rule, pulumi.ResourceOptions(parent=self, depends_on=inside))
        self.register_outputs({})


def manifests(spec: IsolationSpec) -> tuple[Manifest, ...]:
    """Build the namespace, which is the first, and what closes it."""
    return (
        namespace(spec.institution),
        *network_policies(spec),
        resource_quota(spec),
        limit_range(spec),
    )


def _intent(spec: IsolationSpec) -> dict[str, Any]:
    return {
        "institution": spec.institution,
        "moveDestinations": [f"{each.address}:{each.port}" for each in spec.move_destinations],
        "plaintextNetworks": [str(network) for network in spec.plaintext_networks],
        "pods": spec.demand.pods,
    }
