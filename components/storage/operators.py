"""Rook's operators, as pinned Helm releases: the operator, then the CSI drivers it needs.

Owns the charts' values. Doesn't own what the operators act on: that is plain resources, so that
packs and tests see it. Facts: research/rook.md §1.2.
"""

from __future__ import annotations

from typing import Any, Final

import pulumi
import pulumi_kubernetes as k8s

from components import naming, pins

_CONTROL_PLANE: Final = "node-role.kubernetes.io/control-plane"
_ON_CONTROL_PLANE: Final[dict[str, Any]] = {
    "nodeSelector": {_CONTROL_PLANE: ""},
    "tolerations": [{"key": _CONTROL_PLANE, "operator": "Exists", "effect": "NoSchedule"}],
}


class Operators(pulumi.ComponentResource):
    """The operator on the control plane's nodes, and the CephFS driver on all."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        versions = {"rook": pins.ROOK_CHART, "csiDrivers": pins.CSI_DRIVERS_CHART}
        super().__init__("imaging:storage:Operators", name, versions, opts)
        operator = _release(
            "rook-ceph",
            "https://charts.rook.io/release",
            pins.ROOK_CHART,
            operator_values(),
            pulumi.ResourceOptions(parent=self),
        )
        _release(
            "ceph-csi-drivers",
            "https://ceph.github.io/ceph-csi-operator",
            pins.CSI_DRIVERS_CHART,
            driver_values(),
            pulumi.ResourceOptions(parent=self, depends_on=[operator]),
        )
        self.register_outputs({})


def operator_values() -> dict[str, Any]:
    """Build the values of Rook's chart."""
    return {
        # Never switched off later: with the definitions, every Ceph resource would go.
        "crds": {"enabled": True},
        **_ON_CONTROL_PLANE,
        "resources": {
            "requests": {"cpu": "200m", "memory": "128Mi"},
            "limits": {"memory": "512Mi"},
        },
        "currentNamespaceOnly": False,
        "enableDiscoveryDaemon": False,
        "monitoring": {"enabled": True},
        "csi": {"installCsiOperator": True, "serviceMonitor": {"enabled": True}},
        "allowLoopDevices": False,
    }


def driver_values() -> dict[str, Any]:
    """Build the values of the drivers' chart; with its own defaults the drivers fail."""
    plugin = {"requests": {"cpu": "50m", "memory": "256Mi"}, "limits": {"memory": "1Gi"}}
    sidecar = {"requests": {"cpu": "10m", "memory": "64Mi"}, "limits": {"memory": "256Mi"}}
    return {
        "operatorConfig": {
            "namespace": naming.CEPH_NAMESPACE,
            "driverSpecDefaults": {
                "imageSet": {"name": "rook-csi-operator-image-set-configmap"},
                "nodePlugin": {
                    "priorityClassName": "system-node-critical",
                    "resources": {"plugin": plugin, "registrar": sidecar},
                },
                "controllerPlugin": {
                    "replicas": 2,
                    "priorityClassName": "system-cluster-critical",
                    "resources": {"plugin": plugin, "provisioner": sidecar, "resizer": sidecar},
                },
            },
        },
        "drivers": {
            "cephfs": {"enabled": True, "name": naming.CEPHFS_DRIVER},
            "rbd": {"enabled": False},
            "nfs": {"enabled": False},
        },
    }


def _release(
    name: str, repository: str, version: str, values: dict[str, Any], opts: pulumi.ResourceOptions
) -> k8s.helm.v3.Release:
    return k8s.helm.v3.Release(
        name,
        name=name,
        namespace=naming.CEPH_NAMESPACE,
        chart=name,
        version=version,
        repository_opts={"repo": repository},
        values=values,
        opts=opts,
    )
