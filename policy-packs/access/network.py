"""The rules of who reaches whom: network policies, Services, routes, TLS.

Owns their judgement. Doesn't own what a gateway then allows (:mod:`access.gateway`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from typing import Any, Final

from access.places import PLATFORM
from judging.kinds import CLUSTER, GATEWAY, NETWORK_POLICY, SERVICE, TLS_ROUTE
from judging.promises import Network, institutions, platform
from judging.rule import Rule
from judging.subject import Resource

Spec = Mapping[str, Any]
_CERTIFIED: Final = frozenset({8443, 2762, 2763})
"""Ports of the gateway on which a client certificate decides."""
_CALLED_BY_THE_API_SERVER: Final = frozenset({6443, 9443, 10250})
"""Webhooks and aggregated APIs, whose caller has no address that a policy could name."""
_STATISTICS: Final = {9901}
"""The gateway's own figures, which whatever runs in monitoring may read."""
_ENTRANCE: Final = "entrance"
_GATEWAY_PODS: Final = {"app.kubernetes.io/component": "gateway"}
_NAME: Final = "kubernetes.io/metadata.name"
_NEIGHBOURS: Final = {"kube-system": {53}, "monitoring": {9901, 9092}, "rook-ceph": {9091}}
"""Other namespaces with which an institution's pods may speak, and on which ports."""
_ROUTES: Final = "TLSRoute"


def _closed(resource: Resource) -> Iterator[str]:
    spec, institution = resource.spec, resource.stack.institution
    types = list(spec["policyTypes"])
    if not types:
        yield "it has no policyTypes, so that it says nothing"
    for direction, peers in (("ingress", "from"), ("egress", "to")):
        for rule in spec.get(direction) or ():
            if direction.capitalize() not in types:
                yield f"it has rules of {direction}, and its policyTypes leave that out"
            ports = {port.get("port") for port in rule.get("ports") or ()}
            if not ports or None in ports or any(port.get("endPort") for port in rule["ports"]):
                yield f"a rule of {direction} opens every port"
            elif not rule.get(peers) and not institution:
                if not ports <= _CALLED_BY_THE_API_SERVER:
                    yield f"a rule of {direction} to ports {_listed(ports)} names no peer"
            elif institution:
                yield from _peers(resource, direction, rule.get(peers) or (), ports)
            else:
                for peer in rule.get(peers) or ():
                    yield from _anywhere(peer)
                    yield from _platforms_peer(peer)


def _peers(resource: Resource, direction: str, peers: Any, ports: set[Any]) -> Iterator[str]:  # noqa: ANN401 - proxies
    selector = resource.spec["podSelector"].get("matchLabels") or {}
    if not peers:
        certified = ports <= _CERTIFIED and dict(selector) == _GATEWAY_PODS
        if direction != "ingress" or not certified:
            yield f"a rule of {direction} to ports {_listed(ports)} names no peer, so everybody is"
    for peer in peers:
        yield from _anywhere(peer)
        yield from _institutions_peer(resource, direction, peer, ports)


def _platforms_peer(peer: Spec) -> Iterator[str]:
    if peer.get("ipBlock") is None and peer.get("namespaceSelector") is not None:
        namespace = _selected(peer["namespaceSelector"])
        if namespace and namespace not in PLATFORM:
            yield f"it lets pods of {namespace} through, which is none of the platform's"


def _anywhere(peer: Spec) -> Iterator[str]:
    if peer.get("namespaceSelector") is not None and not _selected(peer["namespaceSelector"]):
        yield "it lets pods of any namespace through: name one by its kubernetes.io/metadata.name"
    block, pods = peer.get("ipBlock"), peer.get("podSelector")
    if block is None and pods is None and peer.get("namespaceSelector") is None:
        yield "a peer names nobody"
    if block is not None and ip_network(block["cidr"]).prefixlen == 0:
        yield f"it lets the whole of {block['cidr']} through"


def _institutions_peer(
    resource: Resource, direction: str, peer: Spec, ports: set[Any]
) -> Iterator[str]:
    environment, institution = resource.stack.environment, resource.stack.institution
    block = peer.get("ipBlock")
    if block is not None:
        promise = institutions(environment)[institution]
        named = promise.plaintext if direction == "ingress" else promise.destinations
        network = ip_network(block["cidr"])
        if network not in named:
            yield f"it lets {network} through; the stack file names {_networks(named)}"
    elif peer.get("namespaceSelector") is not None:
        if ports != _STATISTICS and not (peer.get("podSelector") or {}).get("matchLabels"):
            yield "it names every pod of another namespace: name those that are meant"
        namespace = _selected(peer["namespaceSelector"])
        allowed = _NEIGHBOURS.get(namespace, set())
        if namespace not in (institution, "") and not ports <= allowed:
            yield (
                f"it lets ports {_listed(ports)} of {namespace} through; allowed are "
                f"{_listed(allowed) or 'none'}"
            )
    elif not (peer["podSelector"].get("matchLabels") or {}):
        yield "it lets every pod of the namespace through: name the pods"


def _selected(selector: Spec) -> str:
    """The one namespace that a selector names; empty if it may be any."""
    if selector.get("matchExpressions"):
        return ""
    return str((selector.get("matchLabels") or {}).get(_NAME) or "")


def _listed(ports: set[Any]) -> str:
    return ", ".join(sorted(f"{port:g}" if port is not str(port) else port for port in ports))


def _networks(networks: frozenset[Network]) -> str:
    return ", ".join(sorted(map(str, networks))) or "none"


def _doors(resource: Resource) -> Iterator[str]:
    spec, institution = resource.spec, resource.stack.institution
    if spec.get("externalName"):
        yield f"it leads to {spec['externalName']}, which nobody judges"
    if not (spec.get("selector") or {}):
        yield "it has no selector, so that its endpoints may be anybody's"
    if spec.get("type", "ClusterIP") != "LoadBalancer":
        return
    if not institution:
        yield "the platform opens no address of its own to the outside"
        return
    promise = institutions(resource.stack.environment)[institution]
    tls = all(port["port"] == 2762 for port in spec["ports"])  # noqa: PLR2004 - DICOM over TLS
    named = promise.networks if tls else promise.plaintext
    ranges = [ip_network(each) for each in spec.get("loadBalancerSourceRanges") or ()]
    if not ranges:
        yield "it is open to everybody: name networks in loadBalancerSourceRanges"
    for network in ranges:
        if network not in named:
            yield f"it is open to {network}; the stack file names {_networks(named)}"
    if not tls and spec.get("externalTrafficPolicy") != "Local":
        yield "without externalTrafficPolicy: Local the gateway can't see who calls without TLS"


def _tls(resource: Resource) -> Iterator[str]:
    if resource.kind == CLUSTER:
        connections = (resource.spec.get("network") or {}).get("connections") or {}
        if (connections.get("encryption") or {}).get("enabled") is not True:
            yield "examinations travel between disks in the clear: connections.encryption"
        if connections.get("requireMsgr2") is not True:
            yield "clients may speak the protocol that can't encrypt: connections.requireMsgr2"
        if (resource.spec.get("dashboard") or {}).get("ssl", True) is not True:
            yield "the dashboard shows itself without TLS"
        return
    for listener in resource.spec["listeners"]:
        name, mode = listener["name"], (listener.get("tls") or {}).get("mode")
        if listener["protocol"] != "TLS" or mode != "Passthrough":
            yield (
                f"the listener {name} is {listener['protocol']} with mode {mode or 'Terminate'}; "
                "only TLS with Passthrough lets the institution's gateway see who calls"
            )
        routes = listener.get("allowedRoutes") or {}
        kinds = [kind["kind"] for kind in routes.get("kinds") or ()]
        if kinds != [_ROUTES]:
            taken = ", ".join(kinds) or "every kind"
            yield f"the listener {name} takes {taken}; allowed is {_ROUTES}"
        namespaces = routes.get("namespaces") or {}
        if namespaces.get("from") != "Selector" or "imaging/institution" not in _keys(
            namespaces.get("selector") or {}
        ):
            yield f"the listener {name} takes routes of namespaces that are no institution's"


def _keys(selector: Spec) -> set[str]:
    expressions = {each["key"] for each in selector.get("matchExpressions") or ()}
    return expressions | set(selector.get("matchLabels") or {})


def _route(resource: Resource) -> Iterator[str]:
    environment, institution = resource.stack.environment, resource.stack.institution
    if not institution:
        yield "only an institution's stack leads callers to an archive"
        return
    spec, domain = resource.spec, platform(environment).domain
    expected = f"{institution}.{domain}" if domain else ""
    hosts = list(spec["hostnames"])
    if hosts != [expected]:
        yield f"its hosts are {', '.join(hosts)}; {institution}'s is {expected or 'none'}"
    for parent in spec["parentRefs"]:
        if (parent["name"], parent.get("namespace")) != (_ENTRANCE, _ENTRANCE):
            gateway = f"{parent.get('namespace')}/{parent['name']}"
            yield f"it hangs on {gateway}, not on the environment's Gateway"
    for rule in spec["rules"]:
        for backend in rule["backendRefs"]:
            where = backend.get("namespace", institution)
            if where != institution or backend["name"] != "gateway":
                yield f"it leads to {backend['name']} in {where}, past {institution}'s gateway"


RULES: Final = (
    Rule(
        "networks-are-closed",
        "A network policy opens named ports to named peers, and to no other institution.",
        "Name ports, and peers by label, or networks that the stack file names.",
        frozenset({NETWORK_POLICY}),
        _closed,
    ),
    Rule(
        "addresses-are-for-named-networks",
        "An address that the outside reaches is open to the networks of the stack file alone.",
        "Name the networks in the stack file: dicom.networks, or dicom.plaintextNetworks.",
        frozenset({SERVICE}),
        _doors,
    ),
    Rule(
        "transport-is-encrypted",
        "Everything that carries examinations between machines is encrypted.",
        "Take the manifests of components/entrance and components/storage/ceph_cluster.py.",
        frozenset({GATEWAY, CLUSTER}),
        _tls,
    ),
    Rule(
        "routes-lead-home",
        "A host name leads to the gateway of the institution that it names.",
        "Take the route of components/entrance/route.py.",
        frozenset({TLS_ROUTE}),
        _route,
    ),
)
