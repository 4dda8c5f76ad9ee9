"""Property paths, such as ``spec.ports[0]["a.b"]``, as tuples of keys and indices.

The grammar is the engine's (``resource.ParsePropertyPath``): dots, indices, quoted keys and the
wildcard ``*``.
"""

import re
from collections.abc import Sequence
from enum import Enum
from typing import Any, Final, TypeAlias


class Wildcard(Enum):
    """The type of `ANY`."""

    ANY = "*"


ANY: Final = Wildcard.ANY
"""Any key or index; a key that is spelled ``*`` is quoted in a path's text."""

Step: TypeAlias = str | int | Wildcard
Path: TypeAlias = tuple[Step, ...]

_STEP: Final = re.compile(r'\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|\[\*\]|\.?([^.\[\]]+)')
_PLAIN: Final = re.compile(r"[A-Za-z_$][\w$-]*")
_MISSING: Final = object()


def parse(text: str) -> Path:
    """Take a path apart; what is no path at all is one key.

    >>> parse('metadata.annotations["a.b/c"].x[2]')
    ('metadata', 'annotations', 'a.b/c', 'x', 2)
    """
    steps: list[Step] = []
    for index, quoted, plain in _STEP.findall(text):
        if index:
            steps.append(int(index))
        elif quoted:
            steps.append(quoted.replace('\\"', '"'))
        else:
            steps.append(ANY if plain in {"", "*"} else plain)
    return tuple(steps)


def render(path: Path) -> str:
    """Write a path, the inverse of `parse`."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif step is ANY:
            text += "[*]"
        elif _PLAIN.fullmatch(step):
            text += f".{step}" if text else step
        else:
            escaped = step.replace('"', '\\"')
            text += f'["{escaped}"]'
    return text


def starts_with(path: Path, prefix: Path) -> bool:
    """Tell whether `path` is `prefix` or below it; ``*`` in the prefix stands for any one step."""
    return len(path) >= len(prefix) and all(
        wanted in (ANY, step) for step, wanted in zip(path, prefix, strict=False)
    )


def lookup(value: Any, path: Path) -> Any:  # noqa: ANN401 JSON-like: any of a manifest's types
    """Give what is at `path`; None when nothing is. A ``*`` gives the list of all the items'."""
    for position, step in enumerate(path):
        if step is ANY:
            rest = path[position + 1 :]
            return [lookup(item, rest) for item in value] if isinstance(value, list) else None
        value = _child(value, step)
        if value is _MISSING:
            return None
    return value


def replace(value: Any, path: Path, new: Any) -> Any:  # noqa: ANN401 JSON-like
    """Copy `value` with what is at `path` replaced; unchanged where the path leads nowhere."""
    if not path:
        return new
    step, rest = path[0], path[1:]
    if isinstance(value, dict) and step in value:
        return {**value, step: replace(value[step], rest, new)}
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        changed: Sequence[Any] = [
            *value[:step],
            replace(value[step], rest, new),
            *value[step + 1 :],
        ]
        return list(changed)
    return value


def _child(value: Any, step: Step) -> Any:  # noqa: ANN401 JSON-like
    if isinstance(value, dict):
        return value.get(step, _MISSING)
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return value[step]
    return _MISSING
