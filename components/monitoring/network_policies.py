"""Who may reach what in the monitoring's and KEDA's namespaces; nobody else reaches anything.

Owns these NetworkPolicies. Doesn't own the institutions', which let the monitoring's namespace
reach their gateways' figures (:mod:`components.isolation`). They bind what comes in: what goes out
are looks at every part of the cluster, and alerts to receivers that aren't known here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from components.manifests import Manifest
from components.monitoring.names import (
    KEDA_NAMESPACE,
    NAMESPACE,
    PROMETHEUS_PORT,
    platform_metadata,
)

_NAME: Final = "app.kubernetes.io/name"
_PROMETHEUS: Final = "prometheus"
_ALERTMANAGER: Final = "alertmanager"
_ANYBODY: Final[Sequence[dict[str, Any]]] = ()
"""The API server calls from addresses that no selector names; TLS says who may."""


def network_policies(namespace: str) -> tuple[Manifest, ...]:
    """Build a namespace's: one that refuses everything, then the exceptions."""
    exceptions = {NAMESPACE: _monitoring, KEDA_NAMESPACE: _keda}[namespace]()
    return (_policy(namespace, "default-deny", None, []), *exceptions)


def _monitoring() -> tuple[Manifest, ...]:
    prometheus, grafana, keda = _pods(_PROMETHEUS), _pods("grafana"), _all_of(KEDA_NAMESPACE)
    return (
        _policy(
            NAMESPACE,
            _PROMETHEUS,
            _PROMETHEUS,
            # 8080 is the sidecar's that reloads the configuration.
            [_from([prometheus, grafana, keda], PROMETHEUS_PORT), _from([prometheus], 8080)],
        ),
        _policy(
            NAMESPACE,
            _ALERTMANAGER,
            _ALERTMANAGER,
            [
                _from([prometheus, grafana], 9093),
                _from([prometheus], 8080),
                _from([_pods(_ALERTMANAGER)], 9094),
                _from([_pods(_ALERTMANAGER)], 9094, protocol="UDP"),
            ],
        ),
        _policy(NAMESPACE, "grafana", "grafana", [_from([prometheus], 3000)]),
        _policy(
            NAMESPACE,
            "kube-state-metrics",
            "kube-state-metrics",
            [_from([prometheus], 8080, 8081)],
        ),
        _policy(
            NAMESPACE,
            "operator",
            "kube-prometheus-stack-prometheus-operator",
            [_from(_ANYBODY, 10250)],
        ),
    )


def _keda() -> tuple[Manifest, ...]:
    rules = [
        # The adapter asks the operator.
        _from([{"podSelector": {}}], 9666),
        _from([_all_of(NAMESPACE)], 8080),
        # The API server asks the adapter and the webhooks.
        _from(_ANYBODY, 6443, 9443),
    ]
    return (_policy(KEDA_NAMESPACE, "keda", None, rules),)


def _policy(namespace: str, name: str, pods: str | None, rules: list[dict[str, Any]]) -> Manifest:
    selector = {} if pods is None else {"matchLabels": {_NAME: pods}}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": platform_metadata(name, namespace),
        "spec": {
            "podSelector": selector,
            "policyTypes": ["Ingress"],
            **({"ingress": rules} if rules else {}),
        },
    }


def _pods(name: str) -> dict[str, Any]:
    return {"podSelector": {"matchLabels": {_NAME: name}}}


def _all_of(namespace: str) -> dict[str, Any]:
    return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}}}


def _from(peers: Sequence[dict[str, Any]], *ports: int, protocol: str = "TCP") -> dict[str, Any]:
    opened = {"ports": [{"protocol": protocol, "port": port} for port in ports]}
    return {"from": list(peers), **opened} if peers else opened
