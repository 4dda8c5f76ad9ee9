"""Waivers: who allowed which rule to be broken for which institution, why, and until when.

Owns their files, ``policy-packs/waivers/<environment>/<name>.yaml``, and when one is in force.
Doesn't own any rule, nor what is said of waivers in a run (:mod:`judging.house_rules`). A file that
is wrong in any way waives nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from judging.promises import institutions
from judging.subject import Stack

WAIVERS: Final = Path(__file__).resolve().parents[1] / "waivers"
_KEYS: Final = ("rule", "institution", "owner", "reason", "expires")
_LONGEST: Final = timedelta(days=366)
_SHORTEST_REASON: Final = 20
LENIENT: Final = frozenset({"local", "poc", "comparison"})
"""Environments without patients. Everywhere else, rules of residency are waived for nobody."""


@dataclass(frozen=True)
class Waiver:
    """One waiver in force.

    Attributes:
        file: where it stands, below the folder of waivers.
        rule: the rule, as ``<pack>/<rule>``.
        institution: whose promise isn't kept; no other is affected.
        owner: the role that answers for it; a person leaves.
        reason: why.
        expires: the last day on which it holds.
    """

    file: str
    rule: str
    institution: str
    owner: str
    reason: str
    expires: date


@dataclass(frozen=True)
class Refusal:
    """A file that waives nothing, and the reason in a sentence."""

    file: str
    reason: str


@dataclass(frozen=True)
class Known:
    """What a waiver may be about.

    Attributes:
        rules: every rule of the pack that asks, as ``<pack>/<rule>``.
        residency: those among them that hold where examinations lie.
        institutions: those with a stack file in the environment.
    """

    rules: frozenset[str]
    residency: frozenset[str]
    institutions: frozenset[str]


def judged(file: str, said: object, known: Known, today: date) -> Waiver | Refusal:
    """Say whether a file waives something today; ``said`` is its parsed content."""
    if not isinstance(said, dict):
        return Refusal(file, f"found no mapping; write {', '.join(_KEYS)}")
    problem = _malformed(said) or _out_of_time(said["expires"], today)
    problem = problem or _unfounded(file.partition("/")[0], said, known)
    return Refusal(file, problem) if problem else Waiver(file, *(said[key] for key in _KEYS))


def findings(
    environment: str, known: Known, packs: Collection[str], asking: str, today: date
) -> Iterator[Waiver | Refusal]:
    """Judge every file of an environment that is about the asking pack, or about no pack at all."""
    for file, said in _files(environment, WAIVERS).items():
        rule = str(said.get("rule", "")) if isinstance(said, dict) else ""
        pack = rule.partition("/")[0]
        if pack == asking or pack not in packs:
            yield judged(file, said, known, today)


def covering(
    rule: str, stack: Stack, institution: str, today: date, *, residency: bool
) -> Waiver | None:
    """The waiver that covers a problem of a rule in a stack, about an institution."""
    whose = institution or stack.institution
    everywhere = frozenset(institutions(stack.environment))
    known = Known(frozenset({rule}), frozenset({rule} if residency else ()), everywhere)
    for file, said in _files(stack.environment, WAIVERS).items():
        found = judged(file, said, known, today)
        if isinstance(found, Waiver) and found.institution == whose:
            return found
    return None


@cache
def _files(environment: str, folder: Path) -> dict[str, object]:
    """What each file says; a file that isn't YAML says its error. Read once a run."""
    return {
        f"{environment}/{path.name}": _parsed(path)
        for path in sorted((folder / environment).glob("*.yaml"))
    }


def _parsed(path: Path) -> object:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, ValueError) as error:
        return f"isn't YAML: {error}"


def _malformed(said: dict[str, Any]) -> str:
    unknown, missing = sorted(set(said) - set(_KEYS)), sorted(set(_KEYS) - set(said))
    if unknown or missing:
        return (
            f"found {', '.join(unknown) or 'no unknown key'}, missing "
            f"{', '.join(missing) or 'nothing'}; a waiver says {', '.join(_KEYS)} and no more"
        )
    texts = [key for key in _KEYS[:-1] if not isinstance(said[key], str) or not said[key].strip()]
    if texts:
        return f"{', '.join(texts)} must be text"
    if len(said["reason"]) < _SHORTEST_REASON:
        return f"the reason {said['reason']!r} explains nothing; write a sentence"
    return ""


def _out_of_time(expires: object, today: date) -> str:
    if not isinstance(expires, date):
        return f"expires is {expires!r}; write a date such as {today + timedelta(days=90)}"
    if expires < today:
        return (
            f"it expired on {expires}; keep the promise again, or have its owner decide anew and "
            "write a later date"
        )
    if expires - today > _LONGEST:
        return f"it expires on {expires}; nobody can answer for more than a year: write less"
    return ""


def _unfounded(environment: str, said: dict[str, Any], known: Known) -> str:
    if said["rule"] not in known.rules:
        return f"no rule is called {said['rule']}; allowed are {', '.join(sorted(known.rules))}"
    if said["institution"] not in known.institutions:
        return (
            f"{said['institution']} has no stack file in {environment}, so it is about nothing; "
            f"allowed are {', '.join(sorted(known.institutions)) or 'none'}"
        )
    if said["rule"] in known.residency and environment not in LENIENT:
        return (
            f"{said['rule']} holds where examinations lie, and {environment} waives that for "
            "nobody; keep the promise, or change it in the stack file"
        )
    return ""
