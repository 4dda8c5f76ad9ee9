"""The component that deploys one institution's gateway.

Owns the registration and its order. Doesn't own any manifest.
"""

from __future__ import annotations

import pulumi

from components import naming
from components.gateway.objects import manifests
from components.gateway.spec import WEB_PORT, GatewaySpec
from components.gateway.workload import NAME
from components.manifests import register


class Gateway(pulumi.ComponentResource):
    """The Envoys in front of an institution's Dicoogles.

    Attributes:
        endpoint: where they answer inside the cluster.
    """

    endpoint: str

    def __init__(
        self, name: str, spec: GatewaySpec, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        intent = {
            "institution": spec.institution,
            "hosts": list(spec.hosts),
            "access": [grant.model_dump(mode="json", by_alias=True) for grant in spec.access],
            "networks": [str(network) for network in spec.networks],
            "image": spec.image,
        }
        super().__init__("imaging:gateway:Gateway", name, intent, opts)
        *before, pods = manifests(spec)
        needed = [register(each, pulumi.ResourceOptions(parent=self)) for each in before]
        register(pods, pulumi.ResourceOptions(parent=self, depends_on=needed))
        self.endpoint = f"https://{NAME}.{naming.namespace(spec.institution)}.svc:{WEB_PORT}"
        self.register_outputs({"endpoint": self.endpoint})
