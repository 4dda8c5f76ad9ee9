"""Breaks the guarded fields of a resource, one at a time.

Owns how: taken away, lowered, changed, emptied, given to another institution, not known. Doesn't
own which fields are guarded (:mod:`tests.policy_cases.guarded`), nor who is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tests.packs import UNKNOWN
from tests.policy_cases.case import REMOVED, Fail, changed
from tests.policy_cases.guarded import ADDED, GUARDED
from tests.rendered import Rendered

_LOOSE: Final[Mapping[str, object]] = {
    "image": "registry.example.org/dicoogle:latest",
    "version": "*",
    "rules|*|verbs": ["*"],
    "rules|*|apiGroups": ["*"],
    "roleRef|name": "cluster-admin",
    "subjects|*|name": "system:authenticated",
}
"""What loosens a field, by the end of its pattern, where a mere other value need not."""
_OTHERS: Final = {"aveiro": "evora", "evora": "aveiro", "braga": "evora"}


@dataclass(frozen=True)
class Mutant:
    """One resource with one field broken: how, and the field's pattern and own path."""

    how: str
    pattern: str
    path: str
    resource: Rendered


def mutants(resource: Rendered) -> Iterator[Mutant]:
    """Every mutant of a resource."""
    kind = resource.kind.removeprefix("kubernetes:")
    for pattern in GUARDED.get(kind, ()):
        for path, value in _found(resource.props, pattern.split("|"), ()):
            for how, new in _broken(pattern, value, resource.stack.partition(".")[2]):
                broken = changed(resource, Fail("", {path: new}))
                yield Mutant(how, pattern, path, broken)
    for path, value in ADDED.get(kind, ()):
        yield Mutant("added", path, path, changed(resource, Fail("", {path: value})))


def _found(value: Any, steps: Sequence[str], path: tuple[str, ...]) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - a manifest
    """Every place that a pattern matches, with what stands there."""
    if not steps:
        yield "|".join(path), value
        return
    step, *rest = steps
    if isinstance(value, Mapping):
        keys: list[Any] = list(value) if step == "*" else [step] if step in value else []
    elif isinstance(value, list):
        every = range(len(value))
        keys = list(every) if step == "*" else [each for each in every if str(each) == step]
    else:
        return
    for key in keys:
        yield from _found(value[key], rest, (*path, str(key)))


def _broken(pattern: str, value: object, institution: str) -> Iterator[tuple[str, object]]:
    """What is put in a value's place, and how that is called."""
    yield "removed", REMOVED
    yield "unknown", UNKNOWN
    if isinstance(value, bool):
        yield "turned", not value
    elif isinstance(value, (int, float)):
        yield "lowered", value - 1
    elif loose := [new for end, new in _LOOSE.items() if pattern.endswith(end)]:
        yield "loosened", loose[0]
    elif isinstance(value, str):
        yield from _texts(value, institution)
    elif isinstance(value, list):
        yield "emptied", []
    elif isinstance(value, Mapping):
        yield "emptied", {}


def _texts(value: str, institution: str) -> Iterator[tuple[str, object]]:
    if re.fullmatch(r"[0-9]+", value):
        yield "lowered", str(int(value) - 1)
        return
    yield "changed", f"{value}-other"
    if institution and re.search(rf"(?<![a-z0-9]){institution}(?![a-z0-9])", value):
        yield "given away", value.replace(institution, _OTHERS[institution])
