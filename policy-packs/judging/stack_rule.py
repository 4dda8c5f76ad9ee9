"""A rule of what must be there: it judges a stack as a whole.

Owns the guard around such a judgement. Doesn't own any rule. The engine asks it in a preview before
anything is made, and in ``up`` only after all of it was (research/pulumi.md §2.3): it holds because
a preview comes first, which is why what can be judged on one resource is a :mod:`judging.rule`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from judging.rule import DOCS, Setting
from judging.subject import Stack, stack_of
from judging.waivers import covering
from pulumi_policy import (
    Policy,
    PolicyResource,
    ReportViolation,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UnknownValueError


@dataclass(frozen=True)
class Present:
    """One resource that a stack has: its type token, and its properties."""

    kind: str
    props: Mapping[str, Any]


Whole = Callable[[Stack, Sequence[Present]], Iterable[str]]


@dataclass(frozen=True)
class StackRule:
    """One rule of what must be there; its attributes are those of :class:`judging.rule.Rule`.

    Attributes:
        judge: yields a sentence for each thing that is missing from a stack.
    """

    name: str
    description: str
    remedy: str
    kinds: frozenset[str]
    judge: Whole
    settings: tuple[Setting, ...] = ()
    advisory: bool = False
    residency: bool = False

    def applies(self, kind: str) -> bool:  # noqa: ARG002 - as a rule of one resource is asked
        """It judges no single resource."""
        return False

    def policy(self, pack: str) -> Policy:
        """The rule as the engine knows it."""
        return StackValidationPolicy(
            name=self.name,
            description=self.description,
            validate=_guard(pack, self),
            remediation_steps=self.remedy,
            url=f"{DOCS}/{pack}.md#{self.name}",
        )


def _guard(pack: str, rule: StackRule) -> Callable[[StackValidationArgs, ReportViolation], None]:
    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        if not args.resources:
            return
        stack, today = stack_of(args.resources[0].urn), datetime.now(UTC).date()
        if covering(f"{pack}/{rule.name}", stack, "", today, residency=rule.residency):
            return
        for problem in _problems(rule, stack, args.resources):
            report(f"{problem}\n  {rule.remedy} See {DOCS}/{pack}.md#{rule.name}.", None)

    return validate


def _problems(rule: StackRule, stack: Stack, resources: Sequence[PolicyResource]) -> list[str]:
    found: list[str] = []
    present = [
        Present(each.resource_type, each.props)
        for each in resources
        if each.resource_type in rule.kinds
    ]
    try:
        found.extend(rule.judge(stack, present))
    except UnknownValueError as unknown:
        found.append(f"{unknown.message}, and this rule guards it. Give it as a literal.")
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        found.append(f"can't be judged: {type(error).__name__} {error}. Give it in full.")
    return found
