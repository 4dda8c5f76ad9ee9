"""What kubeadm is told: the cluster's, the kubelets' and a joining machine's configuration.

Owns these documents, as dicts. Doesn't own the files to which they refer
(:mod:`components.cluster.control_plane_files`), nor secrets: tokens and keys are put in on the
machine, by the step that uses them.
"""

from __future__ import annotations

from typing import Any, Final

from components.cluster.control_plane_files import ADMISSION, AUDIT_LOG_FOLDER, AUDIT_POLICY, KEYS
from components.cluster.plan import LOCAL_ENDPOINT, ClusterPlan, PlannedMachine

_API: Final = "kubeadm.k8s.io/v1beta4"
_SOCKET: Final = "unix:///run/containerd/containerd.sock"
PATCHES: Final = "/etc/kubernetes/patches"
"""Where a machine may keep deviations of its own, in kubeadm's format for patches."""


def founding(plan: ClusterPlan) -> list[dict[str, Any]]:
    """Build the documents of ``kubeadm init``."""
    founder = plan.founder
    init = {
        "apiVersion": _API,
        "kind": "InitConfiguration",
        "localAPIEndpoint": {"advertiseAddress": founder.address, "bindPort": 6443},
        "nodeRegistration": _registration(plan, founder),
        "patches": {"directory": PATCHES},
        # The one that kubeadm makes by default lives for a day and is of no use: each machine is
        # invited by a token of its own.
        "bootstrapTokens": [{"ttl": "1m0s"}],
    }
    if plan.kube_proxy is None:
        init["skipPhases"] = ["addon/kube-proxy"]
    documents = [init, cluster_configuration(plan), kubelet_configuration()]
    return documents if plan.kube_proxy is None else [*documents, _kube_proxy(plan)]


def joining(plan: ClusterPlan, machine: PlannedMachine) -> dict[str, Any]:
    """Build the document of ``kubeadm join``, with words in capitals where secrets belong."""
    document: dict[str, Any] = {
        "apiVersion": _API,
        "kind": "JoinConfiguration",
        "nodeRegistration": _registration(plan, machine),
        "patches": {"directory": PATCHES},
        "discovery": {
            "bootstrapToken": {
                "apiServerEndpoint": LOCAL_ENDPOINT,
                "token": "TOKEN",
                "caCertHashes": ["CA_HASH"],
            }
        },
    }
    if machine.control_plane:
        document["controlPlane"] = {
            "localAPIEndpoint": {"advertiseAddress": machine.address, "bindPort": 6443},
            "certificateKey": "CERTIFICATE_KEY",
        }
    return document


def cluster_configuration(plan: ClusterPlan) -> dict[str, Any]:
    """Build what all control planes share."""
    hosts = [plan.endpoint, "127.0.0.1", *(each.address for each in plan.control_planes)]
    return {
        "apiVersion": _API,
        "kind": "ClusterConfiguration",
        "clusterName": plan.name,
        "kubernetesVersion": f"v{plan.version}",
        "controlPlaneEndpoint": LOCAL_ENDPOINT,
        "networking": {
            "podSubnet": plan.pod_network,
            "serviceSubnet": plan.service_network,
            "dnsDomain": "cluster.local",
        },
        "apiServer": {
            "certSANs": list(dict.fromkeys(hosts)),
            "extraArgs": _arguments(
                {
                    "admission-control-config-file": ADMISSION,
                    "audit-policy-file": AUDIT_POLICY,
                    "audit-log-path": f"{AUDIT_LOG_FOLDER}/audit.log",
                    "audit-log-maxage": "30",
                    "audit-log-maxbackup": "10",
                    "audit-log-maxsize": "100",
                    "encryption-provider-config": KEYS,
                    "profiling": "false",
                }
            ),
            "extraVolumes": [
                _mounted("settings", "/etc/kubernetes/imaging", "Directory", read_only=True),
                _mounted("audit", AUDIT_LOG_FOLDER, "DirectoryOrCreate", read_only=False),
            ],
        },
        "controllerManager": {"extraArgs": _arguments({"profiling": "false"})},
        "scheduler": {"extraArgs": _arguments({"profiling": "false"})},
    }


def kubelet_configuration() -> dict[str, Any]:
    """Build what all kubelets share; a machine deviates by a patch of its own."""
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "rotateCertificates": True,
        # Else each kubelet signs its own serving certificate, which nobody can verify.
        "serverTLSBootstrap": True,
        "seccompDefault": True,
        "containerLogMaxSize": "20Mi",
        "containerLogMaxFiles": 5,
        "shutdownGracePeriod": "120s",
        "shutdownGracePeriodCriticalPods": "30s",
    }


def _registration(plan: ClusterPlan, machine: PlannedMachine) -> dict[str, Any]:
    arguments = _arguments({"node-ip": machine.address})
    registration: dict[str, Any] = {
        "name": machine.name,
        "criSocket": _SOCKET,
        "kubeletExtraArgs": arguments,
    }
    if not machine.control_plane:
        registration["taints"] = []
    if plan.tolerated:
        registration["ignorePreflightErrors"] = list(plan.tolerated)
    return registration


def _kube_proxy(plan: ClusterPlan) -> dict[str, Any]:
    return {
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        **(plan.kube_proxy or {}),
    }


def _arguments(values: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in values.items()]


def _mounted(name: str, path: str, kind: str, *, read_only: bool) -> dict[str, Any]:
    return {
        "name": f"imaging-{name}",
        "hostPath": path,
        "mountPath": path,
        "pathType": kind,
        "readOnly": read_only,
    }
