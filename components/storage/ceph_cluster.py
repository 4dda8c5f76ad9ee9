"""The CephCluster: the workers' devices, merged into one.

Owns its manifest. Doesn't own pools or filesystems, nor the operator that acts on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from components import naming, pins
from components.catalog.quantities import format_bytes
from components.manifests import PHASE_READY, Manifest, wait_for
from components.placement import memory
from components.storage import snapshots

if TYPE_CHECKING:
    from components.catalog import Machine, Platform

_MONS: Final = 3
_MGRS: Final = 2


def ceph_namespace() -> Manifest:
    """Build the namespace of Rook and Ceph; OSDs need the host's devices, hence privileged."""
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {
            "name": naming.CEPH_NAMESPACE,
            "labels": {"pod-security.kubernetes.io/enforce": "privileged"},
        },
    }


def ceph_cluster(platform: Platform) -> Manifest:
    """Build the CephCluster of an environment: named devices of named machines, nothing else."""
    return {
        "apiVersion": "ceph.rook.io/v1",
        "kind": "CephCluster",
        "metadata": {
            "name": naming.CEPH_CLUSTER,
            "namespace": naming.CEPH_NAMESPACE,
            "annotations": wait_for(PHASE_READY),
        },
        "spec": {
            "cephVersion": {"image": pins.CEPH_IMAGE, "allowUnsupported": False},
            "dataDirHostPath": "/var/lib/rook",
            "mon": _mons(platform),
            "mgr": {
                "count": _MGRS,
                "allowMultiplePerNode": False,
                "modules": [{"name": snapshots.MODULE, "enabled": True}],
            },
            "monitoring": {"enabled": True},
            "dashboard": {"enabled": True, "ssl": True},
            "network": {"connections": {"requireMsgr2": True, "encryption": {"enabled": True}}},
            "csi": {
                "readAffinity": {
                    "enabled": True,
                    "crushLocationLabels": [naming.DATA_CENTRE_LABEL, "kubernetes.io/hostname"],
                }
            },
            # Rook's default, aes256k, needs kernel 7.0 on every node (research/rook.md §1.3).
            "security": {"cephx": {"csi": {"keyType": "aes"}}},
            "cleanupPolicy": {"confirmation": "", "allowUninstallWithVolumes": False},
            "cephConfig": {"osd": {"osd_mclock_profile": "high_client_ops"}},
            "resources": _resources(platform),
            "priorityClassNames": {
                "mon": "system-node-critical",
                "osd": "system-node-critical",
                "mgr": "system-cluster-critical",
            },
            "disruptionManagement": {"managePodBudgets": True},
            "placement": {"all": {"nodeAffinity": _storage_machines(platform)}},
            "storage": {
                "useAllNodes": False,
                "useAllDevices": False,
                "nodes": [_node(machine) for machine in platform.machines if machine.devices],
            },
        },
    }


def _resources(platform: Platform) -> dict[str, Any]:
    """Size the daemons; none for the step that prepares a disk: it is killed at any limit."""
    return {
        "mon": _daemon("1", memory.MONITOR),
        "mgr": _daemon("500m", memory.MANAGER),
        # Its memory limit is what Rook makes the OSD's memory target from.
        "osd": _daemon("1", memory.of_osd(platform)),
    }


def _daemon(cpu: str, size: int) -> dict[str, Any]:
    quantity = format_bytes(size)
    return {"requests": {"cpu": cpu, "memory": quantity}, "limits": {"memory": quantity}}


def _storage_machines(platform: Platform) -> dict[str, Any]:
    """Keep Ceph on the machines that have its devices; metadata servers have their own rule."""
    names = [machine.name for machine in platform.machines if machine.devices]
    here = {"key": "kubernetes.io/hostname", "operator": "In", "values": names}
    return {
        "requiredDuringSchedulingIgnoredDuringExecution": {
            "nodeSelectorTerms": [{"matchExpressions": [here]}]
        }
    }


def _mons(platform: Platform) -> dict[str, Any]:
    """Spread the monitors over data centres where there are enough of them."""
    common = {"count": _MONS, "allowMultiplePerNode": False}
    workers = {machine.data_centre for machine in platform.machines if machine.devices}
    if len(workers) < _MONS:
        return common
    return {
        **common,
        "failureDomainLabel": naming.DATA_CENTRE_LABEL,
        "zones": [{"name": name} for name in sorted(workers)[:_MONS]],
    }


def _node(machine: Machine) -> dict[str, Any]:
    devices = [
        {"name": device.name, "config": {"deviceClass": device.device_class.value}}
        for device in machine.devices
    ]
    return {"name": machine.name, "devices": devices}
