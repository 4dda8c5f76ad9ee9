"""Damages good values as tired people do: a wrong type, a missing key, a stray one, anywhere.

Owns the hypothesis strategy. Doesn't own what must come of it.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from hypothesis import strategies as st

from tests.components.builders import ABSENT, KeyPath, changed

_STRAY: Final = "stray"
_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats()
    | st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20)
    | st.dates(date(2020, 1, 1), date(2030, 1, 1))
    | st.sampled_from(["none", "host", "20Ti", "8ms", "9" * 400 + "d", "porto", "lisbon", "x\n"])
)
VALUES = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(_SCALARS.filter(lambda key: key == key), inner, max_size=3)  # noqa: PLR0124 - NaN is no key
    ),
    max_leaves=5,
)
"""Whatever YAML can hold."""


@st.composite
def damaged(draw: st.DrawFn, good: dict[str, Any]) -> Any:  # noqa: ANN401 - YAML
    """A copy of ``good`` with up to three things changed, removed or added."""
    value = copy.deepcopy(good)
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(list(_paths(value))))
        nothing = st.nothing() if path[-1] == _STRAY else st.just(ABSENT)
        value = changed(value, path, draw(VALUES | nothing))
        if not isinstance(value, dict) or not value:
            break
    return value


def _paths(value: dict[Any, Any] | list[Any]) -> Iterator[KeyPath]:
    """The path of everything inside a value, and one of a key that isn't there yet."""
    if isinstance(value, dict):
        yield (_STRAY,)
    steps = value.items() if isinstance(value, dict) else enumerate(value)
    for step, inside in steps:
        yield (step,)
        if isinstance(inside, dict | list):
            yield from ((step, *rest) for rest in _paths(inside))
