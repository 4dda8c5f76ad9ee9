"""The component that deploys Ceph and one filesystem per residency class in use.

Owns the registration and its order. Doesn't own any manifest.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pulumi

from components.catalog import Platform
from components.manifests import Manifest, holds_data, register
from components.placement import ResidencyClass
from components.storage import drift, pushgateway, snapshots
from components.storage.ceph_cluster import ceph_cluster
from components.storage.filesystem import ceph_filesystem
from components.storage.gates import gate, gate_client, storage_hosts


class Ceph(pulumi.ComponentResource):
    """One Ceph cluster, and a filesystem for each residency class.

    Attributes:
        cluster: the CephCluster, Ready.
        filesystems: the filesystems by name; each is Ready when its resource is.
    """

    cluster: pulumi.CustomResource
    filesystems: dict[str, pulumi.CustomResource]

    def __init__(
        self,
        name: str,
        platform: Platform,
        classes: Sequence[ResidencyClass],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("imaging:storage:Ceph", name, _intent(classes), opts)
        self.cluster = register(ceph_cluster(platform), holds_data(self))
        after = pulumi.ResourceOptions(parent=self, depends_on=[self.cluster])
        register(snapshots.client(), after)
        gates = self._gates(platform)
        self.filesystems = {
            residency.name: register(
                ceph_filesystem(residency),
                holds_data(self, self.cluster, *(gates[name] for name in residency.data_centres)),
            )
            for residency in classes
        }
        self._watch([ceph_filesystem(residency) for residency in classes])
        self.register_outputs({"filesystems": sorted(self.filesystems)})

    def _gates(self, platform: Platform) -> dict[str, pulumi.CustomResource]:
        """Register a gate for every data centre with storage, by its name."""
        after = pulumi.ResourceOptions(parent=self, depends_on=[self.cluster])
        client = register(gate_client(), after)
        options = pulumi.ResourceOptions(parent=self, depends_on=[client])
        return {
            name: register(gate(name, hosts), options)
            for name, hosts in storage_hosts(platform).items()
        }

    def _watch(self, filesystems: Sequence[Manifest]) -> None:
        """Register the check of drift, once every filesystem that it judges is there."""
        after = pulumi.ResourceOptions(parent=self, depends_on=list(self.filesystems.values()))
        manifests = (
            drift.drift_client(),
            drift.promises(filesystems),
            drift.script(),
            *pushgateway.manifests(),
        )
        needed = [register(manifest, after) for manifest in manifests]
        register(drift.drift_check(), pulumi.ResourceOptions(parent=self, depends_on=needed))


def _intent(classes: Sequence[ResidencyClass]) -> dict[str, Any]:
    return {
        "residencyClasses": {
            residency.name: {
                "dataCentres": list(residency.data_centres),
                "copies": residency.spread.size,
                "survives": residency.spread.survives.value,
            }
            for residency in classes
        }
    }
