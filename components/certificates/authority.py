"""The authority that signs every identity in an environment, and cert-manager, which renews them.

Owns both. Doesn't own any institution's certificate (:mod:`components.gateway.certificates`).

A key that cert-manager makes and that never leaves the cluster: nobody outside needs to trust it
but those who call, and they get its certificate beside their own.
"""

from __future__ import annotations

from typing import Any, Final

import pulumi
import pulumi_kubernetes as k8s

from components import pins
from components.manifests import Manifest, register

ISSUER: Final = "imaging"
"""The ClusterIssuer of institutions' certificates."""
_NAMESPACE: Final = "cert-manager"
_SEED: Final = "imaging-seed"
_SECRET: Final = "imaging-authority"  # noqa: S105 - a name
_TEN_YEARS: Final = "87600h"
_ONE_YEAR: Final = "8760h"


class CertificateAuthority(pulumi.ComponentResource):
    """A ClusterIssuer with an authority of the environment's own."""

    def __init__(
        self,
        name: str,
        environment: str,
        *,
        with_controller: bool,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        intent = {"environment": environment, "certManager": pins.CERT_MANAGER_CHART}
        super().__init__("imaging:certificates:Authority", name, intent, opts)
        after: list[pulumi.Resource] = [
            register(namespace(), pulumi.ResourceOptions(parent=self)),
        ]
        if with_controller:
            after.append(self._controller(after))
        for manifest in authority(environment):
            options = pulumi.ResourceOptions(parent=self, depends_on=after)
            after = [register(manifest, options)]
        self.register_outputs({})

    def _controller(self, after: list[pulumi.Resource]) -> pulumi.Resource:
        return k8s.helm.v3.Release(
            "cert-manager",
            name="cert-manager",
            namespace=_NAMESPACE,
            chart="cert-manager",
            version=pins.CERT_MANAGER_CHART,
            repository_opts={"repo": "https://charts.jetstack.io"},
            values=values(),
            opts=pulumi.ResourceOptions(parent=self, depends_on=after),
        )


def values() -> dict[str, Any]:
    """Build the values of cert-manager's chart."""
    size = {"requests": {"cpu": "20m", "memory": "64Mi"}, "limits": {"memory": "256Mi"}}
    return {
        # With the definitions, every certificate would go.
        "crds": {"enabled": True, "keep": True},
        "replicaCount": 2,
        "podDisruptionBudget": {"enabled": True},
        "resources": size,
        "webhook": {
            "replicaCount": 2,
            "podDisruptionBudget": {"enabled": True},
            "resources": size,
        },
        "cainjector": {"replicaCount": 2, "resources": size},
    }


def namespace() -> Manifest:
    """Build cert-manager's namespace."""
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {
            "name": _NAMESPACE,
            "labels": {"pod-security.kubernetes.io/enforce": "restricted"},
        },
    }


def authority(environment: str) -> tuple[Manifest, Manifest, Manifest]:
    """Build, in this order, what signs the authority, the authority, and what signs with it."""
    return (
        _issuer(_SEED, {"selfSigned": {}}),
        {
            "apiVersion": "cert-manager.io/v1",
            "kind": "Certificate",
            "metadata": {"name": _SECRET, "namespace": _NAMESPACE},
            "spec": {
                "isCA": True,
                "commonName": f"imaging {environment}",
                "secretName": _SECRET,
                "duration": _TEN_YEARS,
                "renewBefore": _ONE_YEAR,
                # A new key would cut off everybody who trusts the old one.
                "privateKey": {"algorithm": "ECDSA", "size": 384, "rotationPolicy": "Never"},
                "issuerRef": {"group": "cert-manager.io", "kind": "ClusterIssuer", "name": _SEED},
            },
        },
        _issuer(ISSUER, {"ca": {"secretName": _SECRET}}),
    )


def _issuer(name: str, how: dict[str, Any]) -> Manifest:
    """Build a ClusterIssuer; it finds its secret in cert-manager's namespace."""
    return {
        "apiVersion": "cert-manager.io/v1",
        "kind": "ClusterIssuer",
        "metadata": {"name": name},
        "spec": how,
    }
