"""A residency class as a CephFilesystem whose pools and metadata servers stay inside the boundary.

Owns its manifest. Doesn't own the choice of the placement, nor what institutions put into it.

Names and inodes leak out of a boundary through a metadata pool or a default data pool that lies
elsewhere (proved in research/ceph-lab.md §2), so every pool has the same boundary.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from components import naming
from components.catalog.quantities import format_bytes
from components.manifests import PHASE_READY, Manifest, wait_for
from components.placement.memory import METADATA_SERVER

if TYPE_CHECKING:
    from components.placement import ResidencyClass
    from components.placement.residency import Coding

DATA_POOL: Final = "data"
CODED_POOL: Final = "coded"


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
            "metadataPool": _replicated(residency, residency.metadata_pgs),
            "dataPools": _data_pools(residency),
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


def file_pool(residency: ResidencyClass) -> str | None:
    """The pool into which a group must put its files, under the name by which Ceph knows it.

    None where it is the filesystem's default. Rook prefixes a pool's name with the filesystem's
    (generateDataPoolNames, pkg/operator/ceph/file/filesystem.go).
    """
    return f"{residency.name}-{CODED_POOL}" if residency.spread.coding else None


def _data_pools(residency: ResidencyClass) -> list[dict[str, Any]]:
    """The default pool, and the coded one if there is one.

    The default pool keeps an object with the path of every file, wherever the file lies, and must
    be replicated (Ceph, doc/cephfs/createfs.rst; research/rook.md §2.3).
    """
    coding = residency.spread.coding
    if coding is None:
        return [{"name": DATA_POOL, **_replicated(residency, residency.data_pgs)}]
    return [
        {"name": DATA_POOL, **_replicated(residency, residency.metadata_pgs)},
        {"name": CODED_POOL, **_coded(residency, coding)},
    ]


def _coded(residency: ResidencyClass, coding: Coding) -> dict[str, Any]:
    """Rook allows overwrites, which CephFS needs, by itself (createECPoolForApp).

    Without ``allow_ec_optimizations``: OSDs crashed with it (tracker.ceph.com/issues/74813), and a
    pool that has it can't give it back.
    """
    pool = _pool(residency, coding.min_size, residency.data_pgs)
    pool["erasureCoded"] = {
        "dataChunks": coding.data_chunks,
        "codingChunks": coding.coding_chunks,
    }
    return pool


def _replicated(residency: ResidencyClass, placement_groups: int) -> dict[str, Any]:
    spread = residency.spread
    replicated: dict[str, Any] = {
        "size": spread.size,
        "requireSafeReplicaSize": spread.size > 1,
    }
    if spread.sub_domain is not None:
        replicated["replicasPerFailureDomain"] = spread.per_domain
        replicated["subFailureDomain"] = spread.sub_domain.value
    return {**_pool(residency, residency.min_size, placement_groups), "replicated": replicated}


def _pool(residency: ResidencyClass, min_size: int, placement_groups: int) -> dict[str, Any]:
    spread = residency.spread
    return {
        "crushRoot": spread.crush_root,
        "failureDomain": spread.failure_domain.value,
        "deviceClass": residency.device_class.value,
        "parameters": {
            "min_size": str(min_size),
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
