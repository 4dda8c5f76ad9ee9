"""The rule of what every server needs beside it.

Owns the judgement of what is missing. Doesn't own what a budget says
(:mod:`operations.availability`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from judging.kinds import BUDGET, DEPLOYMENT, STATEFUL_SET
from judging.stack_rule import Present, StackRule
from judging.subject import Stack


def _budgeted(stack: Stack, present: Sequence[Present]) -> Iterator[str]:
    if not stack.institution:
        return
    selected = [
        dict(each.props["spec"]["selector"]["matchLabels"])
        for each in present
        if each.kind == BUDGET
    ]
    for each in present:
        if each.kind == BUDGET:
            continue
        labels = dict(each.props["spec"]["template"]["metadata"]["labels"])
        if not any(selector.items() <= labels.items() for selector in selected):
            yield f"{each.props['metadata']['name']} has no PodDisruptionBudget"


RULES: Final = (
    StackRule(
        "servers-have-budgets",
        "A drained node never takes all of an institution's servers.",
        "Give it the PodDisruptionBudget of components/archive/workload.py.",
        frozenset({BUDGET, DEPLOYMENT, STATEFUL_SET}),
        _budgeted,
    ),
)
