"""What one institution has in its class's filesystem: group, keys, storage class, claims.

Owns their manifests. Doesn't own the filesystem, nor who mounts the claims.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from components import naming
from components.catalog.institution import Snapshots
from components.catalog.quantities import format_bytes
from components.manifests import PHASE_READY, Manifest, wait_for

IMAGES: Final = "images"
INDEX: Final = "index"
_INDEX_SHARE: Final = 20
"""One part in this many of the capacity is the index's: Lucene keeps headers, not pixels."""
_GRAIN: Final = 2**20


@dataclass(frozen=True)
class RepositorySpec:
    """What a repository is made from.

    Attributes:
        institution: its name.
        filesystem: the residency class's CephFilesystem.
        capacity: bytes that images and index together may use, before copies.
        recovery_point: how much work may be lost to a mistake, or None for no snapshots.
        snapshots: how many of these are kept.
        pool: the filesystem's pool for the files, or None for its default.
    """

    institution: str
    filesystem: str
    capacity: int
    recovery_point: timedelta | None = None
    snapshots: Snapshots = field(default_factory=Snapshots)
    pool: str | None = None

    @property
    def index(self) -> int:
        """The index's share in bytes, a whole number of MiB."""
        return self.capacity // _INDEX_SHARE // _GRAIN * _GRAIN

    @property
    def images(self) -> int:
        """The images' share in bytes."""
        return self.capacity - self.index


def _ceph(kind: str, name: str, spec: dict[str, Any]) -> Manifest:
    return {
        "apiVersion": "ceph.rook.io/v1",
        "kind": kind,
        "metadata": {
            "name": name,
            "namespace": naming.CEPH_NAMESPACE,
            "annotations": wait_for(PHASE_READY),
        },
        "spec": spec,
    }


def subvolume_group(spec: RepositorySpec) -> Manifest:
    """Build the institution's group: its quota, and the ID by which CSI knows it."""
    group = naming.subvolume_group(spec.institution)
    return _ceph(
        "CephFilesystemSubVolumeGroup",
        group,
        {
            "filesystemName": spec.filesystem,
            "name": group,
            "clusterID": group,
            "quota": format_bytes(spec.capacity),
            **({"dataPoolName": spec.pool} if spec.pool else {}),
        },
    )


def ceph_clients(spec: RepositorySpec) -> tuple[Manifest, Manifest]:
    """Build the key that writes and the key that only reads, both bound to the group's path.

    Path caps don't bind RADOS: institutions that share a filesystem share its data pool's tag
    (research/rook.md §5). Only CSI holds the keys.
    """
    path = f"/volumes/{naming.subvolume_group(spec.institution)}"
    return (
        _client(naming.ingest_client(spec.institution), spec.filesystem, path, "rw"),
        _client(naming.reader_client(spec.institution), spec.filesystem, path, "r"),
    )


def _client(name: str, filesystem: str, path: str, may: str) -> Manifest:
    caps = {
        "mon": f"allow r fsname={filesystem}",
        "mds": f"allow {may} fsname={filesystem} path={path}",
        "osd": f"allow {may} tag cephfs data={filesystem}",
    }
    return _ceph("CephClient", name, {"caps": caps, "security": {"cephx": {"keyType": "aes"}}})


def storage_class(spec: RepositorySpec) -> Manifest:
    """Build the class of the institution's volumes; nodes mount with the institution's own key.

    No ``pool``: snapshots mounted in place need it unset (ceph-csi, docs/cephfs/deploy.md).
    """
    provisioner = "rook-csi-cephfs-provisioner"
    mount = naming.client_secret(naming.ingest_client(spec.institution))
    secrets = {
        "provisioner": provisioner,
        "controller-expand": provisioner,
        "controller-publish": provisioner,
        "node-stage": mount,
    }
    parameters = {
        "clusterID": naming.subvolume_group(spec.institution),
        "fsName": spec.filesystem,
    }
    for purpose, secret in secrets.items():
        parameters[f"csi.storage.k8s.io/{purpose}-secret-name"] = secret
        parameters[f"csi.storage.k8s.io/{purpose}-secret-namespace"] = naming.CEPH_NAMESPACE
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": naming.storage_class(spec.institution)},
        "provisioner": naming.CEPHFS_DRIVER,
        "parameters": parameters,
        "reclaimPolicy": "Retain",
        "allowVolumeExpansion": True,
        "volumeBindingMode": "Immediate",
    }


def claims(spec: RepositorySpec) -> tuple[Manifest, Manifest]:
    """Build the claims for images and index, which one pod at a time may mount: the ingest.

    A second writer would destroy the index (research/dicoogle.md §4).
    """
    return _claim(spec, IMAGES, spec.images), _claim(spec, INDEX, spec.index)


def _claim(spec: RepositorySpec, name: str, size: int) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": name, "namespace": naming.namespace(spec.institution)},
        "spec": {
            "accessModes": ["ReadWriteOncePod"],
            "storageClassName": naming.storage_class(spec.institution),
            "resources": {"requests": {"storage": format_bytes(size)}},
        },
    }
