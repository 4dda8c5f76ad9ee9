"""Which flows an institution's pods have: all others are refused, both ways.

Owns the NetworkPolicies of its namespace. Doesn't own what a flow may carry: the gateway judges
that. They don't touch the pods' volumes: the kernel mounts CephFS through the host's network
(research/rook.md §5).

The kubelet's probes pass in any case: a pod's own node may always reach it
(https://kubernetes.io/docs/concepts/services-networking/network-policies/).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from components import naming
from components.archive.reconciliation import NAME as RECONCILIATION
from components.archive.settings import (
    METRICS_PORT,
    QUERY_RETRIEVE_PORT,
    STORAGE_PORT,
    WEB_PORT,
)
from components.gateway.spec import (
    PLAIN_QUERY_PORT,
    PLAIN_STORE_PORT,
    QUERY_PORT,
    STATS_PORT,
    STORE_PORT,
)
from components.gateway.spec import WEB_PORT as GATEWAY_PORT
from components.gateway.workload import NAME as GATEWAY
from components.isolation.spec import IsolationSpec
from components.manifests import Manifest
from components.storage import pushgateway

INGEST: Final = "ingest"
READERS: Final = "readers"
_COMPONENT: Final = "app.kubernetes.io/component"
_DNS: Final = 53
_MONITORING: Final = "monitoring"

Rule = Mapping[str, Any]


def network_policies(spec: IsolationSpec) -> tuple[Manifest, ...]:
    """Build the policy that refuses everything, then one for each kind of pod."""
    return (
        _policy(spec, "default-deny", {}, ingress=[], egress=[]),
        _policy(spec, "name-resolution", {}, egress=[_name_resolution()]),
        _policy(
            spec,
            GATEWAY,
            _is(GATEWAY),
            ingress=_callers(spec),
            egress=[
                _to([_pods(READERS)], WEB_PORT, QUERY_RETRIEVE_PORT),
                _to([_pods(INGEST)], STORAGE_PORT),
            ],
        ),
        _policy(
            spec,
            READERS,
            _is(READERS),
            ingress=[
                _from([_pods(GATEWAY)], WEB_PORT, QUERY_RETRIEVE_PORT),
                _from([_prometheus()], METRICS_PORT),
            ],
            egress=[
                _to([_network(f"{each.address}/{each.address.max_prefixlen}")], each.port)
                for each in spec.move_destinations
            ],
        ),
        _policy(
            spec,
            INGEST,
            _is(INGEST),
            ingress=[
                _from([_pods(GATEWAY)], STORAGE_PORT),
                _from([_pods(RECONCILIATION)], WEB_PORT),
                _from([_prometheus()], METRICS_PORT),
            ],
            # Its own pass of reconciliation, after each start, reports too.
            egress=[_figures()],
        ),
        _policy(
            spec,
            RECONCILIATION,
            _is(RECONCILIATION),
            ingress=[],
            egress=[_to([_pods(INGEST)], WEB_PORT), _figures()],
        ),
    )


def _callers(spec: IsolationSpec) -> list[Rule]:
    """Let in whom the gateway judges itself: by certificate, or by network where there is no TLS.

    No source is named for TLS: a network that means "everywhere" would leave out the pods and the
    Gateway of this cluster, since Cilium matches networks outside of it only
    (https://docs.cilium.io/en/stable/network/kubernetes/policy/).
    """
    callers: list[Rule] = [{"ports": _ports(GATEWAY_PORT, STORE_PORT, QUERY_PORT)}]
    if spec.plaintext_networks:
        networks = [_network(str(each)) for each in spec.plaintext_networks]
        callers.append(_from(networks, PLAIN_STORE_PORT, PLAIN_QUERY_PORT))
    callers.append(_from([_namespace(_MONITORING)], STATS_PORT))
    return callers


def _prometheus() -> Rule:
    """Name Prometheus alone, not all that watches: what it asks for here is internal."""
    selector = _labelled("app.kubernetes.io/name", "prometheus")
    return {**_namespace(_MONITORING), "podSelector": selector}


def _name_resolution() -> Rule:
    server = {**_namespace("kube-system"), "podSelector": _labelled("k8s-app", "kube-dns")}
    return {
        "to": [server],
        "ports": [{"protocol": protocol, "port": _DNS} for protocol in ("UDP", "TCP")],
    }


def _figures() -> Rule:
    """Let the pods of reconciliation report what they counted."""
    selector = _labelled("app.kubernetes.io/name", pushgateway.NAME)
    return _to([{**_namespace(naming.CEPH_NAMESPACE), "podSelector": selector}], pushgateway.PORT)


def _policy(spec: IsolationSpec, name: str, pods: Rule, **rules: Sequence[Rule]) -> Manifest:
    """Build a policy; ``rules`` are its ``ingress`` and ``egress``, an empty list refuses all."""
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {
            "name": name,
            "namespace": naming.namespace(spec.institution),
            "labels": {naming.INSTITUTION_LABEL: spec.institution},
        },
        "spec": {
            "podSelector": pods,
            "policyTypes": [direction.capitalize() for direction in rules],
            **{direction: each for direction, each in rules.items() if each},
        },
    }


def _labelled(key: str, value: str) -> dict[str, Any]:
    return {"matchLabels": {key: value}}


def _is(component: str) -> dict[str, Any]:
    return _labelled(_COMPONENT, component)


def _pods(component: str) -> Rule:
    """Name pods of the same namespace."""
    return {"podSelector": _is(component)}


def _namespace(name: str) -> dict[str, Any]:
    """Name all pods of a namespace by the label that the API server gives it."""
    return {"namespaceSelector": _labelled("kubernetes.io/metadata.name", name)}


def _network(network: str) -> Rule:
    return {"ipBlock": {"cidr": network}}


def _from(peers: Sequence[Rule], *numbers: int) -> Rule:
    return {"from": list(peers), "ports": _ports(*numbers)}


def _to(peers: Sequence[Rule], *numbers: int) -> Rule:
    return {"to": list(peers), "ports": _ports(*numbers)}


def _ports(*numbers: int) -> list[dict[str, Any]]:
    return [{"protocol": "TCP", "port": number} for number in numbers]
