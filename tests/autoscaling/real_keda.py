"""The real KEDA as plain processes, and its place in the simulated cluster's API.

Owns its command lines, certificates and API services. Doesn't own any ScaledObject. Every flag has
its reason in research/autoscaling-loop.md. It acts as the cluster's administrator: KEDA's own
permissions aren't tried.
"""

from __future__ import annotations

import base64
import shutil
from pathlib import Path
from typing import Final

from components.manifests import Manifest
from components.monitoring.names import KEDA_NAMESPACE
from tests.autoscaling import processors
from tests.autoscaling.cluster import Cluster
from tests.autoscaling.part import Part, answers
from tests.components.gateway.authority import CLIENT, SERVER, Authority, Leaf

_METRICS_PORT: Final = 16443
_HEALTH_PORT: Final = 18081
_CALLS: Final = "localhost:19666"
_SERVICES: Final = {
    "v1beta1.external.metrics.k8s.io": ("keda-metrics-apiserver", _METRICS_PORT),
    "v1beta1.metrics.k8s.io": ("processors", processors.PORT),
}
_HOSTS: Final = ("localhost", *(f"{name}.{KEDA_NAMESPACE}.svc" for name, _ in _SERVICES.values()))


def serving(authority: Authority) -> Leaf:
    """The certificate of all who serve an API here."""
    return authority.sign("apis", usage=SERVER, hosts=_HOSTS)


def registrations(authority: Authority) -> list[Manifest]:
    """The API services, which lead to loopback."""
    trusted = base64.b64encode(authority.file.read_bytes()).decode()
    found: list[Manifest] = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": KEDA_NAMESPACE}}
    ]
    for api, (name, port) in _SERVICES.items():
        version, _, group = api.partition(".")
        reference = {"name": name, "namespace": KEDA_NAMESPACE}
        found += [
            {
                "apiVersion": "v1",
                "kind": "Service",
                "metadata": reference,
                "spec": {"type": "ExternalName", "externalName": "localhost"},
            },
            {
                "apiVersion": "apiregistration.k8s.io/v1",
                "kind": "APIService",
                "metadata": {"name": api},
                "spec": {
                    "service": {**reference, "port": port},
                    "group": group,
                    "version": version,
                    "groupPriorityMinimum": 100,
                    "versionPriority": 100,
                    "caBundle": trusted,
                },
            },
        ]
    return found


def operator(program: Path, cluster: Cluster, authority: Authority, folder: Path) -> Part:
    """The operator: makes autoscalers, and reads the triggers."""
    certificates = _install(authority, serving(authority), folder / "operator")
    command = (
        str(program),
        f"--cert-dir={certificates}",
        "--enable-cert-rotation=false",
        "--enable-webhook-patching=false",
        "--enable-apiservice-patching=false",
        "--metrics-bind-address=127.0.0.1:18080",
        f"--health-probe-bind-address=127.0.0.1:{_HEALTH_PORT}",
        f"--metrics-service-bind-address={_CALLS}",
    )
    page = f"http://127.0.0.1:{_HEALTH_PORT}/readyz"
    return Part("operator", folder, command, lambda: answers(page), _environment(cluster))


def adapter(program: Path, cluster: Cluster, authority: Authority, folder: Path) -> Part:
    """The adapter: asks the operator for what the autoscaler wants to know."""
    certificates = _install(authority, authority.sign("adapter", usage=CLIENT), folder / "adapter")
    served = serving(authority)
    config = str(cluster.kubeconfig)
    command = (
        str(program),
        "--bind-address=127.0.0.1",
        f"--secure-port={_METRICS_PORT}",
        "--port=18090",
        f"--cert-dir={certificates}",
        f"--tls-cert-file={served.certificate}",
        f"--tls-private-key-file={served.key}",
        f"--client-ca-file={cluster.authority}",
        f"--authentication-kubeconfig={config}",
        f"--authorization-kubeconfig={config}",
        f"--lister-kubeconfig={config}",
        f"--metrics-service-address={_CALLS}",
    )

    def ready() -> bool:
        path = '.status.conditions[?(@.type=="Available")].status'
        api = "v1beta1.external.metrics.k8s.io"
        return cluster.running.field(path, "apiservice", api) == "True"

    return Part("adapter", folder, command, ready, _environment(cluster))


def _environment(cluster: Cluster) -> dict[str, str]:
    return {
        "KUBECONFIG": str(cluster.kubeconfig),
        "POD_NAMESPACE": KEDA_NAMESPACE,
        "KEDA_CLUSTER_OBJECT_NAMESPACE": KEDA_NAMESPACE,
        "WATCH_NAMESPACE": "",
    }


def _install(authority: Authority, leaf: Leaf, folder: Path) -> Path:
    folder.mkdir()
    shutil.copy(authority.file, folder / "ca.crt")
    shutil.copy(leaf.certificate, folder / "tls.crt")
    shutil.copy(leaf.key, folder / "tls.key")
    return folder
