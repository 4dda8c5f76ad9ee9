"""What one institution has on a file server: storage class, claims, the readers' volumes.

Owns their manifests. Doesn't own the refusals of what a file server can't promise
(:mod:`components.placement.file_server`), nor the claims' shape, which is the same as on Ceph.

Shapes as csi-driver-nfs 4.13 reads them (its docs/driver-parameters.md and pkg/nfs).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from components import naming
from components.catalog.quantities import format_bytes
from components.storage.repository_manifests import IMAGES, INDEX, RepositorySpec

if TYPE_CHECKING:
    from components.catalog.platform import NfsStorage
    from components.manifests import Manifest

DRIVER: Final = "nfs.csi.k8s.io"
_MOUNT: Final = ("nfsvers=4.1", "hard", "nosuid", "nodev")
"""Hard: a server that is away makes a write wait; a soft mount would give it an error instead, and
Dicoogle answers Success all the same (research/dicoogle.md)."""
_FOLLOW: Final = "actimeo=1"
"""Seconds for which a reader trusts what it knows of a directory. By default it is up to a minute
(nfs(5), acdirmax), for which a reader wouldn't see what ingest has stored."""


def storage_class(spec: RepositorySpec, storage: NfsStorage) -> Manifest:
    """Build the class of the institution's volumes: each a directory of its own on the server."""
    directory = f"{spec.institution}/${{pvc.metadata.name}}"
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": naming.storage_class(spec.institution)},
        "provisioner": DRIVER,
        "parameters": {
            "server": storage.server,
            "share": storage.path,
            "subDir": directory,
            "onDelete": "retain",
        },
        "reclaimPolicy": "Retain",
        "allowVolumeExpansion": True,
        "volumeBindingMode": "Immediate",
        "mountOptions": list(_MOUNT),
    }


def reader_volumes(spec: RepositorySpec, storage: NfsStorage) -> tuple[Manifest, Manifest]:
    """Build the readers' volumes over the directories that ingest's claims have made.

    Only the mount is read-only: NFS knows machines and no keys, so a node could mount it otherwise.
    """
    return (
        _volume(spec, storage, IMAGES, spec.images),
        _volume(spec, storage, INDEX, spec.index),
    )


def _volume(spec: RepositorySpec, storage: NfsStorage, claim: str, size: int) -> Manifest:
    directory = f"{spec.institution}/{claim}"
    reference = {
        "namespace": naming.namespace(spec.institution),
        "name": naming.reader_claim(claim),
    }
    body: dict[str, Any] = {
        "capacity": {"storage": format_bytes(size)},
        "accessModes": ["ReadOnlyMany"],
        "persistentVolumeReclaimPolicy": "Retain",
        "storageClassName": "",
        "claimRef": reference,
        "mountOptions": [*_MOUNT, _FOLLOW],
        "csi": {
            "driver": DRIVER,
            # Unlike that of ingest's volume, which ends with that volume's name: kubelet would
            # otherwise take the two for one.
            "volumeHandle": f"{storage.server}#{storage.path}#{directory}#readers",
            "readOnly": True,
            "volumeAttributes": {
                "server": storage.server,
                "share": f"{storage.path}/{directory}",
            },
        },
    }
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {
            "name": f"imaging-{spec.institution}-{naming.reader_claim(claim)}",
            "labels": {naming.INSTITUTION_LABEL: spec.institution},
        },
        "spec": body,
    }
