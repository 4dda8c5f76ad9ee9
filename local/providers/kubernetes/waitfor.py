"""The annotation ``pulumi.com/waitFor``: conditions of the user's own to wait for.

Its grammar is the official plugin's: ``jsonpath={.status.phase}=Ready``, ``jsonpath={.status.ip}``
(there at all), ``condition=Ready``, ``condition=Ready=False``, or a JSON array of those, of which
all must hold. Paths may be kubectl's (``.status.phase``) or RFC 9535's (``$.status.phase``).
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import jsonpath

from local.providers.kubernetes.objects import Manifest
from local.providers.kubernetes.readiness import READY, Verdict, condition, is_observed

_JSONPATH: Final = re.compile(
    r"jsonpath=\{(?P<path>.+)\}(?:==?(?P<value>.*))?|jsonpath=(?P<bare>.+)"
)
_CONDITION: Final = re.compile(r"condition=(?P<type>[^=]+)(?:==?(?P<status>.+))?")


class WaitForError(ValueError):
    """The annotation can't be read; the message names the allowed forms."""


class Condition(Protocol):
    """Something that a live object may fulfil."""

    def judge(self, manifest: Manifest) -> Verdict:
        """Judge a live object."""


@dataclass(frozen=True)
class PathCondition:
    """A JSONPath finds something, or exactly one thing that equals a text."""

    path: str
    value: str | None

    def judge(self, manifest: Manifest) -> Verdict:
        """Judge a live object by what the path finds in it."""
        found = [_text(item) for item in jsonpath.findall(self.path, manifest)]
        if found and (self.value is None or found == [self.value]):
            return READY
        wanted = "something there" if self.value is None else self.value
        seen = ", ".join(found) or "nothing yet"
        return Verdict(ready=False, reason=f"{self.path[1:]} is {seen}, waiting for {wanted}")


@dataclass(frozen=True)
class StatusCondition:
    """An entry of ``status.conditions`` has a status; letters' case doesn't matter."""

    type: str
    status: str

    def judge(self, manifest: Manifest) -> Verdict:
        """Judge a live object by its conditions."""
        found = condition(manifest.get("status") or {}, self.type)
        if str(found.get("status", "")).lower() == self.status.lower():
            return READY
        seen = found.get("message") or found.get("status") or "absent"
        reason = f"its condition {self.type} is {seen}, waiting for {self.status}"
        return Verdict(ready=False, reason=reason)


def parse(text: str) -> tuple[Condition, ...]:
    """Read the annotation.

    Raises:
        WaitForError: it has none of the allowed forms.

    """
    try:
        entries = json.loads(text)
    except ValueError:
        entries = [text]
    if not isinstance(entries, list) or not entries:
        raise WaitForError(_complaint(text))
    return tuple(_parse_one(str(entry)) for entry in entries)


def judge_all(conditions: Sequence[Condition], manifest: Manifest) -> Verdict:
    """Judge a live object by all of the conditions; the first that fails gives the reason."""
    if not is_observed(manifest):
        return Verdict(ready=False, reason="its controller has not seen the change yet")
    for each in conditions:
        verdict = each.judge(manifest)
        if not verdict.ready:
            return verdict
    return READY


def _parse_one(text: str) -> Condition:
    if match := _JSONPATH.fullmatch(text):
        path = (match["path"] or match["bare"]).strip()
        path = path if path.startswith("$") else f"${'' if path[0] in '.[' else '.'}{path}"
        try:
            jsonpath.compile(path)
        except jsonpath.JSONPathError as error:
            raise WaitForError(f"{_complaint(text)} The path is wrong: {error}.") from None
        value = match["value"]
        return PathCondition(path, value.strip("\"'") if value else None)
    if match := _CONDITION.fullmatch(text):
        return StatusCondition(match["type"], match["status"] or "True")
    raise WaitForError(_complaint(text))


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _complaint(text: str) -> str:
    return (
        f"The annotation pulumi.com/waitFor says {text!r}. Allowed are jsonpath={{.path}}=value, "
        "jsonpath={.path}, condition=Type, condition=Type=Status, or a JSON array of those."
    )
