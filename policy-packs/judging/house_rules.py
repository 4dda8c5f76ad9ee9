"""The rules that every pack has: waivers are valid, and shown; nothing unknown gets past it.

Owns what is said once a run, on the stack itself. Doesn't own how a waiver is judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from judging.kinds import STACK
from judging.promises import institutions
from judging.rule import Rule
from judging.stack_rule import StackRule
from judging.subject import Resource
from judging.waivers import Known, Refusal, Waiver, findings

_PACKS: Final = Path(__file__).resolve().parents[1]


def house_rules(pack: str, rules: Sequence[Rule | StackRule]) -> tuple[Rule, Rule]:
    """The rules about waivers of a pack's own rules."""
    named = frozenset(f"{pack}/{rule.name}" for rule in rules)
    residency = frozenset(f"{pack}/{rule.name}" for rule in rules if rule.residency)
    packs = frozenset(path.parent.name for path in _PACKS.glob("*/PulumiPolicy.yaml"))

    def found(environment: str) -> Iterator[Waiver | Refusal]:
        known = Known(named, residency, frozenset(institutions(environment)))
        return findings(environment, known, packs, pack, datetime.now(UTC).date())

    def refusals(resource: Resource) -> Iterator[str]:
        for each in found(resource.stack.environment):
            if isinstance(each, Refusal):
                yield f"policy-packs/waivers/{each.file}: {each.reason}"

    def in_force(resource: Resource) -> Iterator[str]:
        for each in found(resource.stack.environment):
            if isinstance(each, Waiver):
                yield (
                    f"{each.institution}: {each.rule} is waived until {each.expires} by the "
                    f"{each.owner}: {each.reason}"
                )

    return (
        Rule(
            "waivers-are-valid",
            "Every waiver says rule, institution, owner, reason and a date that isn't past.",
            "Correct the file, or remove it.",
            frozenset({STACK}),
            refusals,
        ),
        Rule(
            "waivers-in-force",
            "A promise isn't kept in full, by a dated decision.",
            "It ends by itself.",
            frozenset({STACK}),
            in_force,
            advisory=True,
        ),
    )
