"""A rule: which kinds it judges, what it says of them, and how it can be made stricter.

Owns the guard around every judgement. Doesn't own any rule. All are resource policies: stack
policies run only after ``up`` has applied everything, and an unknown value would turn a mandatory
policy into advice (research/pulumi.md §2.3), so it is a violation here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Literal, NamedTuple

from judging.subject import Resource, resource_of, stack_of
from judging.waivers import covering
from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyConfigSchema,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
)
from pulumi_policy.proxy import UnknownValueError

DOCS: Final = "docs/policies"


class About(NamedTuple):
    """A problem of a resource of the platform that is about one institution's promise."""

    institution: str
    text: str


Problem = str | About
Judge = Callable[[Resource], Iterable[Problem]]


@dataclass(frozen=True)
class Setting:
    """A number that an environment's configuration may make stricter, and never laxer.

    Attributes:
        name: its key in the pack's configuration.
        meaning: for the JSON Schema.
        stricter: whether a higher or a lower number asks for more.
        floors: what holds in an environment whatever the configuration says.
        otherwise: the same for an environment that isn't listed: the strictest.
    """

    name: str
    meaning: str
    stricter: Literal["higher", "lower"]
    otherwise: float
    floors: Mapping[str, float] = field(default_factory=dict)

    def floor(self, environment: str) -> float:
        """What holds in an environment without any configuration."""
        return self.floors.get(environment, self.otherwise)

    def of(self, resource: Resource) -> float:
        """The number that holds for a resource. Raises ValueError for one that is laxer."""
        floor = self.floor(resource.stack.environment)
        found = float(resource.settings.get(self.name, floor))
        lax = found < floor if self.stricter == "higher" else found > floor
        if lax:
            raise LaxError(
                f"the pack's configuration says {self.name}: {found:g}; "
                f"{resource.stack.environment} allows {floor:g} or {self.stricter}. Remove the "
                "line, or make it stricter."
            )
        return found

    def schema(self) -> dict[str, Any]:
        """The setting as JSON Schema; what no environment allows is refused by the engine."""
        every = (*self.floors.values(), self.otherwise)
        bound = {"minimum": min(every)} if self.stricter == "higher" else {"maximum": max(every)}
        return {"type": "number", "description": self.meaning, **bound}


class LaxError(ValueError):
    """A configuration that asks for less than an environment's floor."""


@dataclass(frozen=True)
class Rule:
    """One rule of a pack.

    Attributes:
        name: unique in its pack; also the heading of its documentation.
        description: what holds, in a sentence.
        remedy: what to do where it doesn't.
        kinds: the type tokens that it judges; none for every kind of Kubernetes.
        judge: yields a sentence for each problem of a resource.
        settings: what a configuration may make stricter.
        advisory: whether it only tells.
        residency: whether it holds where examinations lie, so that production waives it for nobody.
    """

    name: str
    description: str
    remedy: str
    kinds: frozenset[str]
    judge: Judge
    settings: tuple[Setting, ...] = ()
    advisory: bool = False
    residency: bool = False

    def applies(self, kind: str) -> bool:
        """Whether it judges resources of a kind."""
        return kind in self.kinds or (not self.kinds and kind.startswith("kubernetes:"))

    def policy(self, pack: str) -> Policy:
        """The rule as the engine knows it."""
        schema = {setting.name: setting.schema() for setting in self.settings}
        return ResourceValidationPolicy(
            name=self.name,
            description=self.description,
            validate=_guard(pack, self),
            enforcement_level=EnforcementLevel.ADVISORY if self.advisory else None,
            config_schema=PolicyConfigSchema(schema) if schema else None,
            remediation_steps=self.remedy,
            url=f"{DOCS}/{pack}.md#{self.name}",
        )


def _guard(pack: str, rule: Rule) -> Callable[[ResourceValidationArgs, ReportViolation], None]:
    """Judge resources of the rule's kinds only, and refuse what can't be judged."""

    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        if not rule.applies(args.resource_type):
            return
        stack = stack_of(args.urn)
        for problem in _problems(rule, args):
            institution, text = problem if isinstance(problem, About) else ("", problem)
            today = datetime.now(UTC).date()
            full = f"{pack}/{rule.name}"
            if not covering(full, stack, institution, today, residency=rule.residency):
                report(f"{text}\n  {rule.remedy} See {DOCS}/{pack}.md#{rule.name}.", None)

    return validate


def _problems(rule: Rule, args: ResourceValidationArgs) -> list[Problem]:
    found: list[Problem] = []
    try:
        found.extend(rule.judge(resource_of(args)))
    except UnknownValueError as unknown:
        found.append(
            f"{unknown.message}, and this rule guards it: a promise can't be judged on a value "
            "that isn't known. Give it as a literal."
        )
    except LaxError as lax:
        found.append(str(lax))
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        found.append(f"can't be judged: {type(error).__name__} {error}. Give it in full.")
    return found
