"""Masking the text of secret inputs in whatever is shown to the user.

Owns what counts as secret text: the lines of a secret input, and its longer words, since a command
may print but a part of what it got. It can't know a secret that a command encodes or computes; for
those a resource says ``logging: none``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from local.providers.values import Secret

MASK: Final = "[secret]"
_SHORTEST_LINE: Final = 4  # characters; masking shorter texts would blot out ordinary ones
_SHORTEST_WORD: Final = 8
_BETWEEN_WORDS: Final = re.compile(r"""[\s"'`=:,;(){}\[\]<>&|]+""")
_CONNECTION: Final = "connection"
_CREDENTIALS: Final = frozenset({"password", "privateKey", "privateKeyPassword"})


@dataclass(frozen=True)
class Redaction:
    """Masks whatever matches a pattern; None masks nothing."""

    pattern: re.Pattern[str] | None = field(default=None, repr=False)

    def apply(self, message: str) -> str:
        """Copy `message` with every match replaced by `MASK`."""
        return message if self.pattern is None else self.pattern.sub(MASK, message)


def redaction_of(*properties: Mapping[str, Any]) -> Redaction:
    """Collect the secret texts of a resource's properties.

    A connection is always secret as a whole, but its host and user belong into error messages; of
    it, only the credentials count.
    """
    texts = {part for each in properties for text in _secret_texts(each) for part in _parts(text)}
    if not texts:
        return Redaction()
    longest_first = sorted(texts, key=len, reverse=True)
    return Redaction(re.compile("|".join(map(re.escape, longest_first))))


def _parts(text: str) -> Iterator[str]:
    for line in map(str.strip, text.splitlines()):
        if len(line) >= _SHORTEST_LINE:
            yield line
        yield from (word for word in _BETWEEN_WORDS.split(line) if len(word) >= _SHORTEST_WORD)


def _secret_texts(properties: Mapping[str, Any]) -> Iterator[str]:
    for name, value in properties.items():
        if name == _CONNECTION:
            yield from _credentials(value)
        else:
            yield from _texts(value, secret=False)


def _texts(value: Any, *, secret: bool) -> Iterator[str]:  # noqa: ANN401 JSON-like
    match value:
        case Secret():
            yield from _texts(value.value, secret=True)
        case Mapping():
            for item in value.values():
                yield from _texts(item, secret=secret)
        case list():
            for item in value:
                yield from _texts(item, secret=secret)
        case str() if secret:
            yield value


def _credentials(value: Any) -> Iterator[str]:  # noqa: ANN401 JSON-like
    match value:
        case Secret():
            yield from _credentials(value.value)
        case Mapping():
            for name, item in value.items():
                if name in _CREDENTIALS:
                    yield from _texts(item, secret=True)
                else:
                    yield from _credentials(item)
