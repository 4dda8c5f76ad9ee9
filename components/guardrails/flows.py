"""A NetworkPolicy as lines of text, one for each flow that it allows.

Owns the words. Doesn't own which flows are promised: those of the policies that
:mod:`components.isolation` builds. :mod:`components.guardrails.network` writes the same words in
CEL. A policy that allows less has fewer lines, so it breaks no promise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from components.manifests import Manifest

ANYONE: Final = "anyone"
ANY_PORT: Final = "any port"
EVERY: Final = "all"
UNCLEAR: Final = "some chosen by several labels"
"""A selector of more than one label is never promised, so it needs no words of its own."""
DIRECTIONS: Final = {"ingress": "from", "egress": "to"}


def flows(policy: Manifest) -> tuple[str, ...]:
    """The flows that a policy allows, such as ``ingress of pods all from anyone, any port``."""
    spec = policy["spec"]
    pods = selected(spec["podSelector"])
    return tuple(
        f"{direction} of pods {pods} {preposition} {peer}, {port}"
        for direction, preposition in DIRECTIONS.items()
        for rule in spec.get(direction, ())
        for peer in _peers(rule.get(preposition, ()))
        for port in _ports(rule.get("ports", ()))
    )


def selected(selector: Mapping[str, Any]) -> str:
    """The pods or namespaces of a selector, in words."""
    labels = selector.get("matchLabels", {})
    if len(labels) > 1 or selector.get("matchExpressions"):
        return UNCLEAR
    return "".join(f"{key}={value}" for key, value in labels.items()) or EVERY


def _peers(peers: list[dict[str, Any]]) -> Iterator[str]:
    for peer in peers:
        if "ipBlock" in peer:
            yield f"network {peer['ipBlock']['cidr']}"
        else:
            pods = selected(peer.get("podSelector", {}))
            where = peer.get("namespaceSelector")
            yield f"pods {pods}" + ("" if where is None else f" in namespaces {selected(where)}")
    if not peers:
        yield ANYONE


def _ports(ports: list[dict[str, Any]]) -> Iterator[str]:
    for port in ports:
        last = f" to {port['endPort']}" if "endPort" in port else ""
        yield f"{port.get('protocol', 'TCP')} {port.get('port', 'all')}{last}"
    if not ports:
        yield ANY_PORT
