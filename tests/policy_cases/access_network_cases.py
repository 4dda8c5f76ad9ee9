"""The cases of the pack ``access``: network policies, addresses, routes and TLS.

Owns what each of its rules must refuse. Doesn't own how it is asked. The stack files that it is
asked with give production a domain, and aveiro networks (:mod:`tests.policy_cases.checkout`).
"""

from __future__ import annotations

from typing import Final

from components.entrance.route import route
from components.entrance.shared_gateway import SHARED, shared_gateway
from tests.policy_cases.case import REMOVED, Case, Fail, made

_POLICY: Final = "production.aveiro NetworkPolicy/networkpolicy-readers"
_DOMAIN: Final = "archive.example.org"
_OPEN: Final = {"ports": [{"port": 8080}], "from": []}
_DOOR: Final = made(
    "production.aveiro",
    "core/v1:Service",
    {
        "metadata": {"name": "dicom-store", "namespace": "aveiro"},
        "spec": {
            "type": "LoadBalancer",
            "selector": {"app.kubernetes.io/component": "gateway"},
            "ports": [{"port": 2762, "targetPort": 2762}],
            "loadBalancerSourceRanges": ["198.51.100.0/24"],
            "allocateLoadBalancerNodePorts": False,
        },
    },
)


def _peer(**peer: object) -> dict[str, object]:
    return {"spec|ingress|0": {"ports": [{"port": 8080}], "from": [peer]}}


def _named(namespace: str) -> dict[str, object]:
    return {"matchLabels": {"kubernetes.io/metadata.name": namespace}}


CASES: Final = (
    Case(
        "networks-are-closed",
        _POLICY,
        (
            Fail("names no peer", {"spec|ingress|0": _OPEN}),
            Fail("opens every port", {"spec|ingress|0|ports": []}),
            Fail("pods of any namespace", _peer(namespaceSelector={})),
            Fail("the whole of 0.0.0.0/0", _peer(ipBlock={"cidr": "0.0.0.0/0"})),
            Fail("lets 10.0.0.0/8 through", _peer(ipBlock={"cidr": "10.0.0.0/8"})),
            Fail("8080 of evora", _peer(namespaceSelector=_named("evora"))),
            Fail("every pod of the namespace", _peer(podSelector={})),
            Fail("names nobody", _peer()),
            Fail("leave that out", {"spec|policyTypes": ["Egress"]}),
            Fail("says nothing", {"spec|policyTypes": []}),
        ),
        "spec|ingress|0|from",
    ),
    Case(
        "networks-are-closed",
        "production NetworkPolicy/networkpolicy-prometheus",
        (
            Fail("names no peer", {"spec|ingress|0|from": []}),
            Fail("none of the platform's", _peer(namespaceSelector=_named("evora"))),
        ),
        "spec|ingress|0|from",
    ),
    Case(
        "networks-are-closed",
        "production.aveiro NetworkPolicy/networkpolicy-name-resolution",
        (Fail("every pod of another", {"spec|egress|0|to|0|podSelector": {}}),),
        "spec|egress|0|to|0|podSelector",
    ),
    Case(
        "addresses-are-for-named-networks",
        _DOOR,
        (
            Fail("open to everybody", {"spec|loadBalancerSourceRanges": REMOVED}),
            Fail("open to 0.0.0.0/0", {"spec|loadBalancerSourceRanges": ["0.0.0.0/0"]}),
            Fail("can't see who calls", {"spec|ports|0|port": 11112}),
            Fail("may be anybody's", {"spec|selector": {}}),
            Fail("which nobody judges", {"spec|externalName": "example.org"}),
            Fail("no address of its own", stack="production"),
        ),
        "spec|loadBalancerSourceRanges",
    ),
    Case(
        "transport-is-encrypted",
        "production CephCluster/cephcluster-rook-ceph",
        (
            Fail("in the clear", {"spec|network|connections|encryption|enabled": False}),
            Fail("can't encrypt", {"spec|network|connections|requireMsgr2": REMOVED}),
            Fail("dashboard", {"spec|dashboard|ssl": False}),
        ),
        "spec|network|connections|encryption|enabled",
    ),
    Case(
        "transport-is-encrypted",
        made(
            "production",
            "gateway.networking.k8s.io/v1:Gateway",
            shared_gateway(_DOMAIN)[1],
        ),
        (
            Fail("is HTTP with", {"spec|listeners|0|protocol": "HTTP"}),
            Fail("with mode Terminate", {"spec|listeners|0|tls|mode": "Terminate"}),
            Fail("takes HTTPRoute", {"spec|listeners|0|allowedRoutes|kinds|0|kind": "HTTPRoute"}),
            Fail("takes every kind", {"spec|listeners|0|allowedRoutes|kinds": REMOVED}),
            Fail("no institution's", {"spec|listeners|0|allowedRoutes|namespaces|from": "All"}),
        ),
        "spec|listeners|0|tls",
    ),
    Case(
        "routes-lead-home",
        made(
            "production.aveiro",
            "gateway.networking.k8s.io/v1:TLSRoute",
            route("aveiro", f"aveiro.{_DOMAIN}", SHARED),
        ),
        (
            Fail("aveiro's is aveiro.archive", {"spec|hostnames": [f"evora.{_DOMAIN}"]}),
            Fail("past aveiro's gateway", {"spec|rules|0|backendRefs|0|namespace": "evora"}),
            Fail("past aveiro's gateway", {"spec|rules|0|backendRefs|0|name": "ingest"}),
            Fail("not on the environment's", {"spec|parentRefs|0|name": "other"}),
            Fail("only an institution's stack", stack="production"),
        ),
        "spec|hostnames",
    ),
)
