"""How a promise or a stack file is refused: where, what was found, what is allowed, what to do.

Owns the shape of a refusal, how it shows what was found and the search for the nearest spelling.
Doesn't own any rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

_MOST_CHOICES: Final = 20
"""Longer lists are cut: a thousand institutions don't help who misspelt one."""


@dataclass(frozen=True, order=True)
class Refusal:
    """One thing that a person has to change.

    Attributes:
        file: the stack file, relative to the checkout.
        key: the key's path in it, for example ``imaging:institution.replication.copies``.
        sentence: what was found, what is allowed, what to do.
    """

    file: str
    key: str
    sentence: str

    def __str__(self) -> str:
        """The refusal as a line of its own."""
        return f"{self.file}: {self.key}: {self.sentence}"


class Refused(Exception):  # noqa: N818 - it is read as a sentence: "the catalogue refused"
    """Some stack files can't be deployed; every refusal of all files, not the first.

    Attributes:
        refusals: what has to be changed, sorted by file and key.
    """

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        self.refusals = tuple(sorted(set(refusals)))
        super().__init__("\n".join(str(refusal) for refusal in self.refusals))


def did_you_mean(found: object, allowed: Iterable[str], but: str | None = None) -> str:
    """The end of a sentence: the nearest spelling if there is one, then all allowed ``but`` one."""
    known = frozenset(allowed)
    near = [choice for choice in _nearest(str(found), known) if choice != but]
    guess = f"did you mean {near[0]!r}? " if near else ""
    choices = sorted(known - {but})
    more = len(choices) - _MOST_CHOICES
    rest = f" and {more} more" if more > 0 else ""
    return f"{guess}Allowed here: {', '.join(choices[:_MOST_CHOICES]) or 'nothing'}{rest}."


@lru_cache(maxsize=64)
def _nearest(found: str, choices: frozenset[str]) -> tuple[str, ...]:
    """Two, remembered: a thousand grants to one misspelt name took 24 seconds of searching."""
    return tuple(get_close_matches(found, sorted(choices), n=2))


def shown(found: object) -> str:
    """A value as a person wrote it; YAML 1.1 turns a bare no, off or yes into a boolean."""
    if isinstance(found, bool):
        return f"{str(found).lower()} (a bare yes, no, on or off is a boolean: quote it)"
    if isinstance(found, date):
        return f"{found} (YAML reads it as a date: quote it)"
    if isinstance(found, Mapping | list):
        return "a mapping" if isinstance(found, Mapping) else "a list"
    return "nothing" if found is None else repr(found)
