"""The component that gives one institution its repository.

Owns the registration and its order. Doesn't own any manifest.
"""

from __future__ import annotations

from dataclasses import asdict

import pulumi

from components.manifests import holds_data, register
from components.storage.repository_manifests import (
    RepositorySpec,
    ceph_clients,
    claims,
    storage_class,
    subvolume_group,
)


class Repository(pulumi.ComponentResource):
    """An institution's group, keys, storage class and claims.

    Attributes:
        claims: the claims for images and index, bound.
    """

    claims: tuple[pulumi.CustomResource, ...]

    def __init__(
        self, name: str, spec: RepositorySpec, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("imaging:storage:Repository", name, asdict(spec), opts)
        group = register(subvolume_group(spec), holds_data(self))
        after = pulumi.ResourceOptions(parent=self, depends_on=[group])
        clients = [register(client, after) for client in ceph_clients(spec)]
        storage = register(
            storage_class(spec), pulumi.ResourceOptions(parent=self, depends_on=clients)
        )
        self.claims = tuple(register(claim, holds_data(self, storage)) for claim in claims(spec))
        self.register_outputs({})
