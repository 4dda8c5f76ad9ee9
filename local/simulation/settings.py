"""What kwokctl is told: its settings, the audit policy and free ports.

Rendering is pure; only `choose_ports` asks the machine. Facts about kwokctl 0.8.0 that decided
this were found by running it:
- without `bindAddress` every component listens on all interfaces;
- a KwokConfiguration or a Stage of one's own drops all built-in defaults (the node leases'
  parallelism becomes 0 and kwok ends; nodes stay NotReady), so there is none here;
- its own choice of ports counts down from one fixed number, so two stopped clusters share them.
"""

import hashlib
import socket
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import yaml

from local.simulation.folder import Folder

LOOPBACK = "127.0.0.1"

# Below the range (32768 and up on Linux, 49152 and up elsewhere) out of which the system gives
# ports to outgoing connections, so that a stopped cluster's ports stay free.
_FIRST_PORT = 20_000
_PORTS = 10_000

_SERVICE_ADDRESSES = "10.96.0.0/16"
_POD_ADDRESSES = "10.244.0.1/16"


@dataclass(frozen=True)
class Ports:
    """The ports on loopback of a cluster's components."""

    api_server: int
    etcd: int
    etcd_peer: int
    controller_manager: int
    scheduler: int
    kwok: int


def choose_ports(folder: Folder, is_free: Callable[[int], bool]) -> Ports:
    """Choose six free ports, starting at a place of the folder's own."""
    start = int(hashlib.sha256(str(folder.root).encode()).hexdigest(), 16)
    candidates = (_FIRST_PORT + (start + offset) % _PORTS for offset in range(_PORTS))
    free = (port for port in candidates if is_free(port))
    return Ports(*(next(free) for _ in range(6)))


def is_free(port: int) -> bool:
    """Tell whether a server could listen on this port of loopback now."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        # As Go's listeners do; otherwise connections that linger after a kill look like a server.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def kwokctl_settings(folder: Folder, ports: Ports) -> str:
    """Render the KwokctlConfiguration, as YAML."""
    return yaml.safe_dump(
        {
            "apiVersion": "config.kwok.x-k8s.io/v1alpha1",
            "kind": "KwokctlConfiguration",
            "options": _options(folder, ports),
            "componentsPatches": [
                {
                    "name": component,
                    "extraArgs": [{"key": key, "value": value} for key, value in args.items()],
                }
                for component, args in _ARGUMENTS.items()
            ],
        },
        sort_keys=False,
    )


def _options(folder: Folder, ports: Ports) -> dict[str, Any]:
    return {
        "runtime": "binary",
        "bindAddress": LOOPBACK,
        "kubeAuthorization": True,
        "kubeAdmission": True,
        "kubeAuditPolicy": str(folder.audit_policy),
        "nodeLeaseDurationSeconds": _LEASE,
        "heartbeatFactor": 1.0,
        "etcdQuotaBackendSize": "512Mi",
        "kubeApiserverPort": ports.api_server,
        "etcdPort": ports.etcd,
        "etcdPeerPort": ports.etcd_peer,
        "kubeControllerManagerPort": ports.controller_manager,
        "kubeSchedulerPort": ports.scheduler,
        "kwokControllerPort": ports.kwok,
        "etcdBinary": str(folder.tools / "etcd"),
        "kubeApiserverBinary": str(folder.tools / "kube-apiserver"),
        "kubeControllerManagerBinary": str(folder.tools / "kube-controller-manager"),
        "kubeSchedulerBinary": str(folder.tools / "kube-scheduler"),
        "kubectlBinary": str(folder.tools / "kubectl"),
        "kwokControllerBinary": str(folder.tools / "kwok"),
    }


# Seconds for which a killed kwok still holds the nodes, whose pods then neither start nor end. Its
# own default is 40, times a heartbeat factor of 5.
_LEASE = 12

# A single controller manager and scheduler need no election, and with one they would wait up to
# 15 s for the lease of their killed predecessor.
_ALONE = {"leader-elect": "false", "profiling": "false"}

_ARGUMENTS = {
    "kube-apiserver": {
        "profiling": "false",
        "service-cluster-ip-range": _SERVICE_ADDRESSES,
        # Without these two the API server ends on a machine without a default route.
        "advertise-address": LOOPBACK,
        "endpoint-reconciler-type": "none",
        "audit-log-maxsize": "16",
        "audit-log-maxbackup": "2",
    },
    "kube-controller-manager": {**_ALONE, "service-cluster-ip-range": _SERVICE_ADDRESSES},
    "kube-scheduler": _ALONE,
    "kwok-controller": {"cidr": _POD_ADDRESSES},
}


def audit_policy() -> str:
    """Render the audit policy, as YAML: who did what, and the body of writes but for Secrets."""
    return yaml.safe_dump(
        {
            "apiVersion": "audit.k8s.io/v1",
            "kind": "Policy",
            "omitStages": ["RequestReceived"],
            "rules": [
                {
                    "level": "Metadata",
                    "resources": [
                        {"group": "", "resources": ["secrets", "serviceaccounts/token"]},
                        {"group": "authentication.k8s.io", "resources": ["tokenreviews"]},
                    ],
                },
                {
                    "level": "Request",
                    "omitManagedFields": True,
                    "verbs": ["create", "update", "patch", "delete", "deletecollection"],
                },
                {"level": "Metadata"},
            ],
        },
        sort_keys=False,
    )


def kubeconfig(environment: str, port: int, certificates: dict[str, str]) -> str:
    """Render a kubeconfig that needs no other file.

    Args:
        environment: what its cluster, user and context are named after.
        port: of the API server on loopback.
        certificates: `ca.crt`, `admin.crt` and `admin.key`, each encoded in base64.
    """
    name = f"imaging-{environment}"
    return yaml.safe_dump(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [
                {
                    "name": name,
                    "cluster": {
                        "server": f"https://{LOOPBACK}:{port}",
                        "certificate-authority-data": certificates["ca.crt"],
                    },
                }
            ],
            "users": [
                {
                    "name": name,
                    "user": {
                        "client-certificate-data": certificates["admin.crt"],
                        "client-key-data": certificates["admin.key"],
                    },
                }
            ],
            "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
            "current-context": name,
        },
        sort_keys=False,
    )
