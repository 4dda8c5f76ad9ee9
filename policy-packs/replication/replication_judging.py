"""How a rule judges: one kind of resource, and nothing that isn't known.

Owns the guard around every judgement. Doesn't own any rule. All are resource policies: stack
policies run only after ``up`` has applied everything, and an unknown value would turn a mandatory
policy into advice (research/pulumi.md §2.3), so it is a violation here.
"""

from __future__ import annotations

from collections.abc import Callable

from pulumi_policy import ReportViolation, ResourceValidationArgs, ResourceValidationPolicy
from pulumi_policy.proxy import UnknownValueError

Judge = Callable[[ResourceValidationArgs, ReportViolation], None]


def _guard(kind: str, judge: Judge) -> Judge:
    """Judge resources of one type only, and refuse what can't be judged."""

    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        if args.resource_type != kind:
            return
        try:
            judge(args, report)
        except UnknownValueError as unknown:
            report(
                f"{unknown.message}, and this rule guards it: a promise can't be judged on a value "
                "that isn't known. Give it as a literal.",
                None,
            )
        except (KeyError, TypeError, ValueError) as error:
            report(
                f"can't be judged: {type(error).__name__} {error}. Give every pool in full.", None
            )

    return validate


def stack(args: ResourceValidationArgs) -> tuple[str, str]:
    """Environment and institution, from the URN: an executable pack is told no stack's name."""
    environment, _, institution = args.urn.split("::")[0].rsplit(":", 1)[1].partition(".")
    return environment, institution


def rule(name: str, description: str, kind: str, judge: Judge) -> ResourceValidationPolicy:
    """Make a rule of a judgement of one kind of resource."""
    return ResourceValidationPolicy(
        name=name, description=description, validate=_guard(kind, judge)
    )
