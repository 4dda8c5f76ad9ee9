"""The policy that keeps an institution closed: no flow but the promised ones.

Owns the rules for NetworkPolicies and for the namespace's own label and standard. Doesn't own the
promised flows (:mod:`components.isolation.network_policies`).

NetworkPolicies only ever add flows, so it is enough that each allows nothing that isn't promised,
and that the one that refuses everything stays.
"""

from __future__ import annotations

from typing import Final

from components import naming
from components.guardrails.flows import (
    ANY_PORT,
    ANYONE,
    DIRECTIONS,
    EVERY,
    UNCLEAR,
)
from components.guardrails.policy import (
    ARMED,
    DELETE,
    EACH_INSTITUTION,
    EDIT,
    IN_INSTITUTIONS,
    INSTITUTION,
    IT,
    LEAVING,
    UNARMED,
    WRITES,
    Policy,
    Resources,
    Rule,
    text,
)

_POLICY: Final = ("NetworkPolicy",)
_NAMESPACE: Final = ("Namespace",)
_CLOSING: Final = "default-deny"
_STANDARD: Final = "pod-security.kubernetes.io/enforce"


def _selected(selector: str) -> str:
    """Write :func:`components.guardrails.flows.selected` in CEL, for an optional selector."""
    labels = f"{selector}.?matchLabels.orValue({{}})"
    several = f"size({labels}) > 1 || size({selector}.?matchExpressions.orValue([])) > 0"
    one = f"{labels}.map(k, k + '=' + {labels}[k]).join('')"
    return f"({several} ? {text(UNCLEAR)} : size({labels}) == 0 ? {text(EVERY)} : {one})"


def _flows(direction: str, preposition: str) -> str:
    """Write :func:`components.guardrails.flows.flows` in CEL, for one direction, as lines."""
    pods = _selected("optional.of(p).?podSelector")
    where = _selected("optional.of(p).?namespaceSelector")
    peer = (
        f"has(p.ipBlock) ? 'network ' + p.ipBlock.cidr : 'pods ' + {pods} + "
        f"(has(p.namespaceSelector) ? ' in namespaces ' + {where} : '')"
    )
    last = "(has(q.endPort) ? ' to ' + string(q.endPort) : '')"
    port = f"q.?protocol.orValue('TCP') + ' ' + string(q.?port.orValue('all')) + {last}"
    peers, ports = f"r.?{preposition}.orValue([])", "r.?ports.orValue([])"
    flow = f"'{direction} of pods ' + variables.pods + ' {preposition} ' + f + ', ' + t"
    return (
        f"object.spec.?{direction}.orValue([]).map(r, "
        f"(size({peers}) == 0 ? [{text(ANYONE)}] : {peers}.map(p, {peer})).map(f, "
        f"(size({ports}) == 0 ? [{text(ANY_PORT)}] : {ports}.map(q, {port})).map(t, {flow})"
        ".join('\\n')).join('\\n')).join('\\n').split('\\n')"
    )


def flows_policy() -> Policy:
    """The policy for the NetworkPolicies of each institution's namespace."""
    new = "filter(f, f != '' && !(f in params.data.flows.split('\\n')))"
    return Policy(
        name="network",
        promise="nobody reaches its pods, and its pods reach nobody, but by the promised flows",
        who=INSTITUTION,
        resources=(Resources("networking.k8s.io", ("networkpolicies",)),),
        rules=(
            Rule(
                _POLICY,
                (DELETE,),
                "!(oldObject.metadata.name in params.data.networkPolicies.split('\\n')) || "
                f"{ARMED} || {LEAVING}",
                "'network policy ' + oldObject.metadata.name"
                f" + {text(f' is not deleted; {UNARMED}')}",
            ),
            Rule(
                _POLICY,
                WRITES,
                "size(variables.new) == 0",
                "'network policy ' + object.metadata.name + ' would allow: '"
                f" + variables.new.join('; ') + {text(f'; {EDIT}')}",
            ),
            Rule(
                _POLICY,
                WRITES,
                f"object.metadata.name != '{_CLOSING}' || (variables.pods == {text(EVERY)} && "
                "['Ingress', 'Egress'].all(d, d in object.spec.?policyTypes.orValue([])))",
                text(
                    f"network policy {_CLOSING} is to refuse both directions of every pod; {EDIT}"
                ),
            ),
        ),
        about={"its-own": "request.namespace == params.data.namespace"},
        variables={
            "pods": _selected("object.spec.?podSelector"),
            **{
                direction: _flows(direction, preposition)
                for direction, preposition in DIRECTIONS.items()
            },
            "new": f"(variables.ingress + variables.egress).{new}",
        },
        parameters=EACH_INSTITUTION,
        selector=IN_INSTITUTIONS,
    )


def namespace_policy() -> Policy:
    """The policy for each institution's namespace itself."""
    return Policy(
        name="namespace",
        promise="a namespace of its own, in which pods are confined, and which stays",
        who=INSTITUTION,
        resources=(Resources("", ("namespaces",)),),
        rules=(
            Rule(_NAMESPACE, (DELETE,), ARMED, text(f"its namespace is not deleted; {UNARMED}")),
            Rule(
                _NAMESPACE,
                WRITES,
                f"object.metadata.?labels[?'{naming.INSTITUTION_LABEL}'].orValue('') == "
                f"params.data.institution && object.metadata.?labels[?'{_STANDARD}'].orValue('') "
                "== 'restricted'",
                text(
                    f"its namespace is to have the labels {naming.INSTITUTION_LABEL}, with its "
                    f"name, and {_STANDARD}: restricted; {EDIT}"
                ),
            ),
        ),
        about={"its-own": f"{IT}.metadata.name == params.data.namespace"},
        parameters=EACH_INSTITUTION,
    )
