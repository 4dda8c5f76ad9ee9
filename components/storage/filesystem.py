"""A residency class as a CephFilesystem whose pools and metadata servers stay inside the boundary.

Owns its manifest. Doesn't own the choice of the placement, nor what institutions put into it.

Names and inodes leak out of a boundary through a metadata pool or a default data pool that lies
elsewhere (proved in research/ceph-lab.md §2), so both pools carry the same rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from components import naming
from components.catalog.quantities import format_bytes
from components.manifests import PHASE_READY, Manifest, wait_for
from components.placement.memory import METADATA_SERVER

if TYPE_CHECKING:
    from components.placement import ResidencyClass

DATA_POOL: Final = "data"


def ceph_filesystem(residency: ResidencyClass) -> Manifest:
    """Build the CephFilesystem of a residency class."""
    return {
        "apiVersion": "ceph.rook.io/v1",
        "kind": "CephFilesystem",
        "metadata": {
            "name": residency.name,
            "namespace": naming.CEPH_NAMESPACE,
            "annotations": wait_for(PHASE_READY),
        },
        "spec": {
            "metadataPool": _pool(residency, residency.metadata_pgs),
            "dataPools": [{"name": DATA_POOL, **_pool(residency, residency.data_pgs)}],
            "preserveFilesystemOnDelete": True,
            "metadataServer": {
                "activeCount": 1,
                "activeStandby": True,
                "placement": _metadata_servers(residency),
                "priorityClassName": "system-cluster-critical",
                "resources": {
                    "requests": {"cpu": "500m", "memory": format_bytes(METADATA_SERVER)},
                    "limits": {"memory": format_bytes(METADATA_SERVER)},
                },
            },
        },
    }


def _pool(residency: ResidencyClass, placement_groups: int) -> dict[str, Any]:
    spread = residency.spread
    replicated: dict[str, Any] = {
        "size": spread.size,
        "requireSafeReplicaSize": spread.size > 1,
    }
    if spread.sub_domain is not None:
        replicated["replicasPerFailureDomain"] = spread.per_domain
        replicated["subFailureDomain"] = spread.sub_domain.value
    return {
        "crushRoot": spread.crush_root,
        "failureDomain": spread.failure_domain.value,
        "deviceClass": residency.device_class.value,
        "replicated": replicated,
        "parameters": {
            "min_size": str(residency.min_size),
            "pg_num": str(placement_groups),
            # Overlapping CRUSH roots stop the autoscaler for all their pools (rook/rook#16181).
            "pg_autoscale_mode": "off",
        },
    }


def _metadata_servers(residency: ResidencyClass) -> dict[str, Any]:
    """Keep the servers inside the boundary, and the active one away from its standby."""
    selector = {
        "matchExpressions": [
            {"key": "app", "operator": "In", "values": ["rook-ceph-mds"]},
            {"key": "rook_file_system", "operator": "In", "values": [residency.name]},
        ]
    }
    boundary = residency.spread.boundary
    key = "kubernetes.io/hostname" if boundary else naming.DATA_CENTRE_LABEL
    placement: dict[str, Any] = {
        "podAntiAffinity": {
            "preferredDuringSchedulingIgnoredDuringExecution": [
                {
                    "weight": 100,
                    "podAffinityTerm": {"labelSelector": selector, "topologyKey": key},
                }
            ]
        }
    }
    if boundary:
        placement["nodeAffinity"] = within(boundary)
    return placement


def within(data_centre: str) -> dict[str, Any]:
    """Build the node affinity that keeps a pod in one data centre."""
    here = {"key": naming.DATA_CENTRE_LABEL, "operator": "In", "values": [data_centre]}
    return {
        "requiredDuringSchedulingIgnoredDuringExecution": {
            "nodeSelectorTerms": [{"matchExpressions": [here]}]
        }
    }
