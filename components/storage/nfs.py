"""The components of an environment that stores on a file server: the driver, and each repository.

Owns the registration, its order and the driver's values. Doesn't own any other manifest, nor the
server: it is there already. For the comparison with Ceph only (docs/comparison.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pulumi
import pulumi_kubernetes as k8s

from components import pins
from components.manifests import holds_data, register
from components.storage.nfs_manifests import reader_volumes, storage_class
from components.storage.reader_volumes import reader_claim
from components.storage.repository_manifests import IMAGES, INDEX, claims

if TYPE_CHECKING:
    from components.catalog.platform import NfsStorage
    from components.storage.repository_manifests import RepositorySpec

_CHART: Final = "csi-driver-nfs"
_NAMESPACE: Final = "kube-system"
"""Where its chart expects it; the node plugin needs what restricted namespaces refuse."""
_SOURCE: Final = "https://kubernetes-csi.github.io/csi-driver-nfs"


class NfsDriver(pulumi.ComponentResource):
    """The CSI driver: its controller on the control plane's nodes, its node plugin on all."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        versions = {"csiDriverNfs": pins.CSI_NFS_CHART}
        super().__init__("imaging:storage:NfsDriver", name, versions, opts)
        k8s.helm.v3.Release(
            _CHART,
            name=_CHART,
            namespace=_NAMESPACE,
            chart=_CHART,
            version=pins.CSI_NFS_CHART,
            repository_opts={"repo": _SOURCE},
            values=driver_values(),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})


class FileServerRepository(pulumi.ComponentResource):
    """An institution's storage class, and its volumes for ingest and readers.

    Attributes:
        claims: what ingest mounts (images, index) and what readers mount, bound.
    """

    claims: tuple[pulumi.Resource, ...]

    def __init__(
        self,
        name: str,
        spec: RepositorySpec,
        storage: NfsStorage,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("imaging:storage:FileServerRepository", name, _intent(spec, storage), opts)
        kind = register(storage_class(spec, storage), pulumi.ResourceOptions(parent=self))
        written = [register(claim, holds_data(self, kind)) for claim in claims(spec)]
        # The driver makes the directories for ingest's claims; without them no reader could mount.
        after = pulumi.ResourceOptions(parent=self, depends_on=written)
        volumes = [register(volume, after) for volume in reader_volumes(spec, storage)]
        bound = pulumi.ResourceOptions(parent=self, depends_on=volumes)
        readable = [
            register(reader_claim(spec, claim, size), bound)
            for claim, size in ((IMAGES, spec.images), (INDEX, spec.index))
        ]
        self.claims = (*written, *readable)
        self.register_outputs({})


def driver_values() -> dict[str, Any]:
    """Build the values of the driver's chart; a volume that goes leaves its directory."""
    plugin = {
        "requests": {"cpu": "20m", "memory": "64Mi"},
        "limits": {"memory": "300Mi"},
    }
    sidecar = {
        "requests": {"cpu": "10m", "memory": "32Mi"},
        "limits": {"memory": "256Mi"},
    }
    return {
        "feature": {"enableFSGroupPolicy": True, "enableInlineVolume": False},
        "controller": {
            "runOnControlPlane": True,
            "enableSnapshotter": False,
            "defaultOnDeletePolicy": "retain",
            "resources": {
                "csiProvisioner": sidecar,
                "csiResizer": sidecar,
                "livenessProbe": sidecar,
                "nfs": plugin,
            },
        },
        "node": {
            "priorityClassName": "system-node-critical",
            "resources": {
                "livenessProbe": sidecar,
                "nodeDriverRegistrar": sidecar,
                "nfs": plugin,
            },
        },
        "externalSnapshotter": {"enabled": False},
        "storageClass": {"create": False},
    }


def _intent(spec: RepositorySpec, storage: NfsStorage) -> dict[str, Any]:
    return {
        "institution": spec.institution,
        "server": storage.server,
        "path": storage.path,
        "capacity": spec.capacity,
    }
