"""The component that gives one institution its repository.

Owns the registration and its order. Doesn't own any manifest.
"""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_kubernetes as k8s

from components.manifests import holds_data, register
from components.storage import snapshots
from components.storage.reader_volumes import reader_claim, reader_volume
from components.storage.repository_manifests import (
    IMAGES,
    INDEX,
    RepositorySpec,
    ceph_clients,
    claims,
    storage_class,
    subvolume_group,
)


class Repository(pulumi.ComponentResource):
    """An institution's group, keys, volumes for ingest and readers, and snapshots.

    Attributes:
        claims: what ingest mounts (images, index) and what readers mount, bound.
    """

    claims: tuple[pulumi.Resource, ...]

    def __init__(
        self, name: str, spec: RepositorySpec, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("imaging:storage:Repository", name, _intent(spec), opts)
        group = register(subvolume_group(spec), holds_data(self))
        after = pulumi.ResourceOptions(parent=self, depends_on=[group])
        clients = [register(client, after) for client in ceph_clients(spec)]
        storage = register(
            storage_class(spec), pulumi.ResourceOptions(parent=self, depends_on=clients)
        )
        images, index = (register(claim, holds_data(self, storage)) for claim in claims(spec))
        directories = {
            IMAGES: self._directory(IMAGES, images),
            INDEX: self._directory(INDEX, index),
        }
        readable = [
            self._readable(spec, IMAGES, spec.images, directories[IMAGES]),
            self._readable(spec, INDEX, spec.index, directories[INDEX]),
        ]
        self.claims = (images, index, *readable)
        if spec.recovery_point is not None:
            job = snapshots.schedule(
                spec, spec.recovery_point, spec.snapshots, directories[IMAGES].apply(_subvolume)
            )
            register(job, pulumi.ResourceOptions(parent=self))
        self.register_outputs({})

    def _directory(self, name: str, claim: Any) -> pulumi.Output[str]:  # noqa: ANN401 - the SDK's
        """Ask where CSI made a claim's directory; it is unknown until the claim is there.

        A preview shows a claim to be made without a volume's name, not with an unknown one; only
        its ID is unknown then, and makes the name so.
        """
        bound = pulumi.Output.all(claim.id, claim.spec.volume_name).apply(lambda both: both[1])
        volume = k8s.core.v1.PersistentVolume.get(
            f"volume-of-{name}", bound, pulumi.ResourceOptions(parent=self)
        )
        return volume.spec.csi.volume_attributes["subvolumePath"]

    def _readable(
        self, spec: RepositorySpec, name: str, size: int, directory: pulumi.Output[str]
    ) -> pulumi.Resource:
        options = pulumi.ResourceOptions(parent=self)
        volume = register(reader_volume(spec, name, size, directory), options)
        after = pulumi.ResourceOptions(parent=self, depends_on=[volume])
        return register(reader_claim(spec, name, size), after)


def _subvolume(directory: str) -> str:
    """The directory of which Ceph takes snapshots: a subvolume's, above the one that is mounted."""
    return directory.rpartition("/")[0]


def _intent(spec: RepositorySpec) -> dict[str, Any]:
    return {
        "institution": spec.institution,
        "filesystem": spec.filesystem,
        "capacity": spec.capacity,
    }
