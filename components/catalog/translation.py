"""From pydantic's errors to refusals that a hospital's engineer understands.

Owns the wording for what a type alone can refuse. Doesn't own rules across keys or files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from components.catalog.names import LABEL, LABEL_IN_WORDS
from components.catalog.refusal import Refusal, did_you_mean, shown

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_KINDS: Final = {
    "int_type": "a whole number",
    "float_type": "a number",
    "string_type": "a text",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a mapping of keys to values",
    "model_type": "a mapping of keys to values",
    "model_attributes_type": "a mapping of keys to values",
}
_BOUNDS: Final = {
    "greater_than_equal": "at least {ge}",
    "greater_than": "more than {gt}",
    "less_than_equal": "at most {le}",
    "less_than": "less than {lt}",
    "string_too_short": "at least {min_length} character(s)",
    "string_too_long": "at most {max_length} characters",
    "too_short": "at least {min_length} item(s)",
}


_TAGS: Final = {"union_tag_invalid", "union_tag_not_found"}
"""Errors of the key that decides which of several shapes a mapping has."""


def refusals(file: str, key: str, root: type[BaseModel], error: ValidationError) -> list[Refusal]:
    """Each of pydantic's errors on a value of type ``root`` found at ``key`` of ``file``."""
    return [
        Refusal(file, _path(key, root, detail), _sentence(root, detail))
        for detail in error.errors(include_url=False)
    ]


def _path(key: str, root: type[BaseModel], detail: ErrorDetails) -> str:
    found, _ = _walk(root, detail["loc"])
    if detail["type"] in _TAGS:
        found = [*found, detail["ctx"]["discriminator"].strip("'")]
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in found)
    return key + "".join(step for step in steps if step != ".[key]")


def _sentence(root: type[BaseModel], detail: ErrorDetails) -> str:
    kind, found, context = detail["type"], detail["input"], detail.get("ctx", {})
    *parents, last = detail["loc"] or ("",)
    if kind == "union_tag_invalid":
        kind, found, context = "enum", context["tag"], {"expected": context["expected_tags"]}
    if kind == "extra_forbidden":
        return f"there is no such key; {did_you_mean(last, _keys(_type_at(root, parents)))}"
    if kind in {"missing", "union_tag_not_found"}:
        return f"the key is missing; add it. {_description(_type_at(root, parents), str(last))}"
    if kind == "value_error":
        return f"{context['error']}."
    if kind in {"enum", "literal_error"}:
        return f"found {shown(found)}; {did_you_mean(found, _choices(context['expected']))}"
    if kind in _BOUNDS:
        return f"found {found!r}; allowed is {_BOUNDS[kind].format(**context)}."
    if kind in _KINDS:
        return f"found {shown(found)}; allowed is {_KINDS[kind]}."
    if kind == "string_pattern_mismatch":
        pattern = context["pattern"]
        allowed = LABEL_IN_WORDS if pattern == LABEL else f"what matches {pattern}"
        return f"found {found!r}; allowed is {allowed}."
    return f"found {shown(found)}; {detail['msg']}."


def _choices(expected: str) -> list[str]:
    return re.findall(r"'([^']*)'", expected)


def _keys(annotation: object) -> list[str]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [field.alias or name for name, field in annotation.model_fields.items()]
    return []


def _description(annotation: object, key: str) -> str:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, field in annotation.model_fields.items():
            if key in {field.alias, name}:
                return f"It says: {field.description}"
    return ""


def _type_at(annotation: object, location: Iterable[int | str]) -> object:
    return _walk(annotation, location)[1]


def _walk(annotation: Any, location: Iterable[int | str]) -> tuple[list[int | str], object]:  # noqa: ANN401 - types of types
    """Walk a type along pydantic's location: keys of models and mappings, positions of tuples.

    Gives the location as people see it, without the names of shapes that pydantic puts between a
    key and those below it, and the type there.
    """
    seen: list[int | str] = []
    for step in location:
        shape = _shape(annotation, step)
        if shape is not None:
            annotation = shape
            continue
        seen.append(step)
        annotation = _inside(annotation)
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            fields = {f.alias or n: f.annotation for n, f in annotation.model_fields.items()}
            annotation = fields.get(str(step))
        elif get_origin(annotation) is not None:
            arguments = get_args(annotation)
            annotation = arguments[0] if isinstance(step, int) else arguments[-1]
    return seen, _inside(annotation)


def _shape(annotation: Any, step: int | str) -> type[BaseModel] | None:  # noqa: ANN401 - types of types
    """The member of a union of models that bears this tag, if the step is one."""
    if get_origin(annotation) not in {Union, UnionType}:
        return None
    for member in get_args(annotation):
        if isinstance(member, type) and issubclass(member, BaseModel):
            tags = (get_args(field.annotation) for field in member.model_fields.values())
            if any(step in each for each in tags):
                return member
    return None


def _inside(annotation: Any) -> Any:  # noqa: ANN401 - types of types
    while get_origin(annotation) in {Annotated, Union, UnionType}:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) is Literal or (
        isinstance(annotation, type) and issubclass(annotation, Enum)
    ):
        return None
    return annotation
