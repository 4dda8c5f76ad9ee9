"""Reads from PromQL which metrics and labels it names.

Owns that reading, which suits the expressions of this project. Whether an expression is PromQL at
all says Prometheus (:mod:`tests.components.monitoring.real_promtool`).
"""

from __future__ import annotations

import re
from typing import Final

_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_RANGE: Final = re.compile(r"\[[^]]*\]")
_MATCHERS: Final = re.compile(r"\{([^}]*)\}")
_LABELS: Final = re.compile(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^()]*)\)")
_NAME: Final = re.compile(r"(?<![\w.:])[a-zA-Z_:][\w:]*(?!\s*\(|[\w:])")
_WORDS: Final = frozenset({"and", "or", "unless", "bool", "offset", "by", "on", "ignoring", "inf"})


def metrics(expression: str) -> frozenset[str]:
    """The names of all metrics of an expression."""
    bare = _STRING.sub('""', expression)
    for other in (_MATCHERS, _RANGE, _LABELS):
        bare = other.sub(" ", bare)
    return frozenset(_NAME.findall(bare)) - _WORDS


def labels(expression: str) -> frozenset[str]:
    """The names of all labels that an expression selects or groups by."""
    bare = _STRING.sub('""', expression)
    selected = re.findall(r"([A-Za-z_]\w*)\s*(?:=~|!~|!=|=)", " ".join(_MATCHERS.findall(bare)))
    grouped = re.findall(r"[A-Za-z_]\w*", " ".join(_LABELS.findall(bare)))
    return frozenset((*selected, *grouped))
