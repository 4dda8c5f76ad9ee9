"""What a rule is tried on: a resource that passes, and changes after which it doesn't.

Owns the shape of a case and how a change is made. Doesn't own any case, nor who is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any, Final

from tests.packs import UNKNOWN, Options
from tests.rendered import Rendered, rendered

REMOVED: Final = object()
"""A change that takes a key away."""


@dataclass(frozen=True)
class Fail:
    """One change after which a rule speaks.

    Attributes:
        says: a part of what it says.
        put: values by path, or what makes them of the old; keys and positions are parted by bars.
        options: what changes of what the engine sends beside the properties.
        stack: another stack in which the resource is registered.
        kind: another kind.
    """

    says: str
    put: Mapping[str, object] = field(default_factory=dict)
    options: Mapping[str, object] = field(default_factory=dict)
    stack: str | None = None
    kind: str | None = None


@dataclass(frozen=True)
class Case:
    """One rule.

    Attributes:
        rule: its name.
        subject: a resource that passes: ``<stack> <Kind>/<name>`` of a rendered one, or one made
            for the case.
        fails: changes after which it doesn't.
        unknown: the path of a guarded value; empty for a rule that reads no property.
        unknown_options: what changes with it of what the engine sends beside the properties.
    """

    rule: str
    subject: str | Rendered
    fails: tuple[Fail, ...]
    unknown: str = ""
    unknown_options: Mapping[str, object] = field(default_factory=dict)

    @property
    def resource(self) -> Rendered:
        """The resource that passes."""
        if isinstance(self.subject, Rendered):
            return self.subject
        stack, _, named = self.subject.partition(" ")
        kind, _, name = named.partition("/")
        (found,) = [
            each
            for each in rendered()
            if (each.stack, each.kind.rpartition(":")[2], each.name) == (stack, kind, name)
        ]
        return found

    @property
    def unknowing(self) -> Fail:
        """The change that makes the guarded value unknown."""
        if self.unknown.startswith("options."):
            return Fail("", options={self.unknown.removeprefix("options."): UNKNOWN})
        return Fail("", {self.unknown: UNKNOWN}, self.unknown_options)


def changed(resource: Rendered, change: Fail) -> Rendered:
    """The resource after a change."""
    props = deepcopy(dict(resource.props))
    for path, value in change.put.items():
        put(props, path, value)
    options: Options = replace(resource.options, **change.options)  # type: ignore[arg-type]
    return replace(
        resource,
        props=props,
        options=options,
        stack=change.stack or resource.stack,
        kind=change.kind or resource.kind,
    )


def put(props: dict[str, Any], path: str, value: object) -> None:
    """Put a value at a path of keys and positions parted by bars, or take it away."""
    *parents, last = [int(step) if step.isdigit() else step for step in path.split("|")]
    at: Any = props
    for step in parents:
        at = at.setdefault(step, {}) if isinstance(at, dict) else at[step]
    if value is REMOVED:
        del at[last]
    elif callable(value):
        at[last] = value(at[last])
    elif isinstance(at, list) and last == len(at):
        at.append(value)
    else:
        at[last] = value


def made(stack: str, kind: str, manifest: Mapping[str, Any]) -> Rendered:
    """A resource that no shipped stack has."""
    return Rendered(stack, f"kubernetes:{kind}", "made", manifest, Options())
