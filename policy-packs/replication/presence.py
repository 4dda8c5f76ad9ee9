"""The rule of what keeps a promise: its objects are there.

Owns the judgement of what is missing. Doesn't own what they say (:mod:`replication.volumes`,
:mod:`replication.history`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from judging.kinds import CLAIM, CLASS, CLIENT, GROUP, JOB
from judging.promises import institutions, platform
from judging.stack_rule import Present, StackRule
from judging.subject import Stack

_CLAIMS: Final = ("images", "index", "images-readers", "index-readers")


def _kept(stack: Stack, present: Sequence[Present]) -> Iterator[str]:
    promise = institutions(stack.environment).get(stack.institution)
    if promise is None or promise.armed:
        return
    there = {(each.kind, str(each.props["metadata"]["name"])) for each in present}
    needed = [(CLASS, f"imaging-{stack.institution}"), *((CLAIM, name) for name in _CLAIMS)]
    if not platform(stack.environment).file_server:
        needed += [(GROUP, stack.institution)]
        needed += [(CLIENT, f"{stack.institution}-{key}") for key in ("ingest", "reader")]
        if promise.recovery_point is not None:
            needed.append((JOB, f"snapshots-{stack.institution}"))
    for kind, name in needed:
        if (kind, name) not in there:
            yield f"{stack.institution} has no {kind.rpartition(':')[2]} {name}"


RULES: Final = (
    StackRule(
        "promises-have-their-objects",
        "What keeps a promise is there: group, class, claims, keys, snapshots.",
        "Take the objects of components/storage.",
        frozenset({CLAIM, CLASS, CLIENT, GROUP, JOB}),
        _kept,
        residency=True,
    ),
)
