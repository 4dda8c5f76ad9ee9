"""What NetworkPolicies allow, evaluated as their documentation says; no network is touched.

Owns an evaluator that knows nothing of the code under test. Doesn't own any policy or assertion. It
was held against Cyclonus' (github.com/mattfenwick/cyclonus) on all flows of its test.

It takes an ``ipBlock`` to match addresses outside the cluster only, as Cilium does, and doesn't
model that a pod's own node may always reach it. Named ports are refused, since ours have numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Any

Labels = Mapping[str, str]


@dataclass(frozen=True)
class Party:
    """A pod, or a machine outside of the cluster, which has an address and no namespace."""

    name: str
    namespace: str | None = None
    labels: Labels = field(default_factory=dict)
    address: str | None = None


@dataclass(frozen=True, order=True)
class Flow:
    """A connection that somebody tries: names of two parties, and the port of the second."""

    source: str
    target: str
    port: int
    protocol: str = "TCP"


def allowed_flows(
    policies: Sequence[Mapping[str, Any]],
    parties: Iterable[Party],
    ports: Iterable[tuple[int, str]],
) -> set[Flow]:
    """All flows between different parties on these ports that the policies let through."""
    known, numbers = list(parties), list(ports)
    return {
        Flow(source.name, target.name, port, protocol)
        for source in known
        for target in known
        for port, protocol in numbers
        if source is not target and allows(policies, source, target, port, protocol)
    }


def allows(
    policies: Sequence[Mapping[str, Any]],
    source: Party,
    target: Party,
    port: int,
    protocol: str = "TCP",
) -> bool:
    """Whether both sides let a flow through; a side that no policy selects refuses nothing."""
    sides = (("Egress", "to", source, target), ("Ingress", "from", target, source))
    return all(
        _side_allows(policies, (direction, key), here, there, (port, protocol))
        for direction, key, here, there in sides
    )


def _side_allows(
    policies: Sequence[Mapping[str, Any]],
    way: tuple[str, str],
    here: Party,
    there: Party,
    port: tuple[int, str],
) -> bool:
    direction, key = way
    selecting = [
        each
        for each in policies
        if here.namespace == each["metadata"]["namespace"]
        and direction in _types(each["spec"])
        and _selects(each["spec"]["podSelector"], here.labels)
    ]
    if here.namespace is None or not selecting:
        return True
    return any(
        _names_port(rule.get("ports"), port) and _names_peer(rule.get(key), policy, there)
        for policy in selecting
        for rule in policy["spec"].get(direction.lower(), [])
    )


def _types(spec: Mapping[str, Any]) -> Sequence[str]:
    default = ["Ingress", "Egress"] if "egress" in spec else ["Ingress"]
    found: Sequence[str] = spec.get("policyTypes", default)
    return found


def _names_port(ports: Sequence[Mapping[str, Any]] | None, wanted: tuple[int, str]) -> bool:
    if not ports:
        return True
    number, protocol = wanted
    return any(
        each.get("protocol", "TCP") == protocol
        and ("port" not in each or int(each["port"]) <= number <= each.get("endPort", each["port"]))
        for each in ports
    )


def _names_peer(
    peers: Sequence[Mapping[str, Any]] | None, policy: Mapping[str, Any], there: Party
) -> bool:
    if not peers:
        return True
    return any(_is_peer(peer, policy["metadata"]["namespace"], there) for peer in peers)


def _is_peer(peer: Mapping[str, Any], own: str, there: Party) -> bool:
    if "ipBlock" in peer:
        block, address = peer["ipBlock"], there.address
        if there.namespace is not None or address is None:
            return False
        excluded = any(ip_address(address) in ip_network(each) for each in block.get("except", []))
        return ip_address(address) in ip_network(block["cidr"]) and not excluded
    if there.namespace is None:
        return False
    if "namespaceSelector" in peer:
        names = {"kubernetes.io/metadata.name": there.namespace}
        if not _selects(peer["namespaceSelector"], names):
            return False
    elif there.namespace != own:
        return False
    return _selects(peer.get("podSelector", {}), there.labels)


def _selects(selector: Mapping[str, Any], labels: Labels) -> bool:
    wanted = selector.get("matchLabels", {})
    return all(labels.get(key) == value for key, value in wanted.items()) and all(
        _expression(each, labels) for each in selector.get("matchExpressions", [])
    )


def _expression(expression: Mapping[str, Any], labels: Labels) -> bool:
    found, values = labels.get(expression["key"]), expression.get("values", [])
    answers = {
        "In": found in values,
        "NotIn": found not in values,
        "Exists": found is not None,
        "DoesNotExist": found is None,
    }
    return answers[expression["operator"]]
