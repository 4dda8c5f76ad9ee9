"""What readers mount: static volumes over the same directories, with a key that can only read.

Owns the volumes' and their claims' manifests. Doesn't own the directories: ingest's claims have
these made, and CSI says where they lie (:mod:`components.storage.repository`).

A volume that CSI provisioned is mounted with the key of its storage class, which may write, however
``readOnly`` the mount is. So readers have volumes of their own (research/rook.md §5).
"""

from __future__ import annotations

from typing import Any

import pulumi

from components import naming
from components.catalog.quantities import format_bytes
from components.manifests import Manifest
from components.storage.repository_manifests import RepositorySpec


def reader_volume(spec: RepositorySpec, claim: str, size: int, path: pulumi.Input[str]) -> Manifest:
    """Build the volume over what the claim holds; ``path`` is its directory in the filesystem."""
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {
            "name": _name(spec, claim),
            "labels": {naming.INSTITUTION_LABEL: spec.institution},
        },
        "spec": {
            "capacity": {"storage": format_bytes(size)},
            "accessModes": ["ReadOnlyMany"],
            "persistentVolumeReclaimPolicy": "Retain",
            "storageClassName": "",
            "claimRef": {
                "namespace": naming.namespace(spec.institution),
                "name": naming.reader_claim(claim),
            },
            "csi": {
                "driver": naming.CEPHFS_DRIVER,
                "volumeHandle": _name(spec, claim),
                "readOnly": True,
                "nodeStageSecretRef": {
                    "name": naming.client_secret(naming.reader_client(spec.institution)),
                    "namespace": naming.CEPH_NAMESPACE,
                },
                "volumeAttributes": {
                    "clusterID": naming.subvolume_group(spec.institution),
                    "fsName": spec.filesystem,
                    "staticVolume": "true",
                    "rootPath": path,
                },
            },
        },
    }


def reader_claim(spec: RepositorySpec, claim: str, size: int) -> Manifest:
    """Build the claim that binds the reader volume, and no other."""
    body: dict[str, Any] = {
        "accessModes": ["ReadOnlyMany"],
        "storageClassName": "",
        "volumeName": _name(spec, claim),
        "resources": {"requests": {"storage": format_bytes(size)}},
    }
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {
            "name": naming.reader_claim(claim),
            "namespace": naming.namespace(spec.institution),
        },
        "spec": body,
    }


def _name(spec: RepositorySpec, claim: str) -> str:
    return f"imaging-{spec.institution}-{naming.reader_claim(claim)}"
