"""The component that opens one institution's entrances.

Owns the registration. Doesn't own any manifest.
"""

from __future__ import annotations

from typing import Any

import pulumi

from components.entrance.dicom_services import dicom_services
from components.entrance.route import route
from components.entrance.shared_gateway import SHARED, SharedGateway
from components.entrance.spec import EntranceSpec
from components.manifests import Manifest, register


class Entrance(pulumi.ComponentResource):
    """An institution's route on the environment's Gateway, and its DICOM addresses."""

    def __init__(
        self, name: str, spec: EntranceSpec, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("imaging:entrance:Entrance", name, _intent(spec), opts)
        for manifest in manifests(spec):
            register(manifest, pulumi.ResourceOptions(parent=self))
        self.register_outputs({})


def manifests(spec: EntranceSpec, shared: SharedGateway = SHARED) -> tuple[Manifest, ...]:
    """Build an institution's entrances; none where its stack opens none."""
    routes = () if spec.host is None else (route(spec.institution, spec.host, shared),)
    return (*routes, *dicom_services(spec))


def _intent(spec: EntranceSpec) -> dict[str, Any]:
    return {
        "institution": spec.institution,
        "host": spec.host,
        "networks": [str(network) for network in spec.networks],
        "plaintextNetworks": [str(network) for network in spec.plaintext_networks],
    }
