"""The environment's Gateway: one address for HTTPS, behind which host names lead to institutions.

Owns its manifests. Doesn't own any institution's route, nor who implements the class of Gateway.

TLS passes through it untouched. It ends at the institution's own Envoy, since there the client's
certificate decides what the client may do: a Gateway that ended TLS would have to pass the identity
on in a header, which any pod that reaches the Envoy could write.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pulumi

from components import naming
from components.manifests import Manifest, register

API: Final = "gateway.networking.k8s.io/v1"
LISTENER: Final = "archives"
_HTTPS: Final = 443


@dataclass(frozen=True)
class SharedGateway:
    """Where the environment's Gateway is.

    Attributes:
        name: its name.
        namespace: its namespace, which no institution may have as its name.
        implementation: the GatewayClass that implements it.
    """

    name: str
    namespace: str
    implementation: str


SHARED: Final = SharedGateway("entrance", "entrance", "cilium")


class PlatformEntrance(pulumi.ComponentResource):
    """The environment's Gateway, in a namespace of its own."""

    def __init__(self, name: str, domain: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("imaging:entrance:PlatformEntrance", name, {"domain": domain}, opts)
        namespace, gateway = shared_gateway(domain)
        home = register(namespace, pulumi.ResourceOptions(parent=self))
        register(gateway, pulumi.ResourceOptions(parent=self, depends_on=[home]))
        self.register_outputs({})


def shared_gateway(domain: str, shared: SharedGateway = SHARED) -> tuple[Manifest, Manifest]:
    """Build the Gateway's namespace and the Gateway for the hosts right below ``domain``.

    Only namespaces of institutions may put routes on it.
    """
    namespace = {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {
            "name": shared.namespace,
            "labels": {"pod-security.kubernetes.io/enforce": "restricted"},
        },
    }
    institutions = {"matchExpressions": [{"key": naming.INSTITUTION_LABEL, "operator": "Exists"}]}
    gateway = {
        "apiVersion": API,
        "kind": "Gateway",
        "metadata": {"name": shared.name, "namespace": shared.namespace},
        "spec": {
            "gatewayClassName": shared.implementation,
            "listeners": [
                {
                    "name": LISTENER,
                    "port": _HTTPS,
                    "protocol": "TLS",
                    "hostname": f"*.{domain}",
                    "tls": {"mode": "Passthrough"},
                    "allowedRoutes": {
                        "kinds": [{"group": "gateway.networking.k8s.io", "kind": "TLSRoute"}],
                        "namespaces": {"from": "Selector", "selector": institutions},
                    },
                }
            ],
        },
    }
    return namespace, gateway
