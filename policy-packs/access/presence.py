"""The rule of what closes an institution's namespace.

Owns the judgement of what is missing. Doesn't own what a policy says (:mod:`access.network`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from judging.kinds import NAMESPACE, NETWORK_POLICY, QUOTA
from judging.stack_rule import Present, StackRule
from judging.subject import Stack


def _closed(stack: Stack, present: Sequence[Present]) -> Iterator[str]:
    if not stack.institution:
        return
    if not any(_refuses_everything(each) for each in present):
        yield f"no NetworkPolicy refuses what no other allows in {stack.institution}"
    for kind in (NAMESPACE, QUOTA):
        if kind not in {each.kind for each in present}:
            yield f"{stack.institution} has no {kind.rpartition(':')[2]} of its own"


def _refuses_everything(each: Present) -> bool:
    if each.kind != NETWORK_POLICY:
        return False
    spec = each.props["spec"]
    everyone = not (spec.get("podSelector") or {})
    both = {"Ingress", "Egress"} <= set(spec["policyTypes"])
    return everyone and both and not spec.get("ingress") and not spec.get("egress")


RULES: Final = (
    StackRule(
        "institutions-are-closed",
        "An institution's namespace refuses every connection that no policy allows.",
        "Take the namespace, policies and quota of components/isolation.",
        frozenset({NAMESPACE, NETWORK_POLICY, QUOTA}),
        _closed,
    ),
)
