"""The rules of time: how much work may be lost, and that no promise shrinks unnoticed.

Owns the judgement of snapshots, and of promises against ``policy-packs/recorded``. Doesn't own what
is promised today (:mod:`judging.promises`).

A resource policy doesn't see a resource's old state, and no policy runs on a stack file. So what an
institution was last promised is recorded in a file of its own, beside the packs: who lowers a
promise must change two files, of which one says nothing else, or have a dated waiver.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from judging.kinds import JOB, STACK
from judging.pods import containers, pod_spec
from judging.promises import LOSSES, Promise, in_bytes, in_hours, institutions, platform
from judging.rule import Rule
from judging.subject import Resource
from replication.filesystems import misplaced

RECORDED: Final = Path(__file__).resolve().parents[1] / "recorded"
_EVERYWHERE: Final = "all-data-centres"
_NEVER: Final = "never"


def _snapshots(resource: Resource) -> Iterator[str]:
    institution = resource.stack.institution
    promise = institutions(resource.stack.environment).get(institution)
    if promise is None or resource.metadata["name"] != f"snapshots-{institution}":
        return
    variables = {
        str(variable["name"]): variable
        for _, container in containers(pod_spec(resource))
        for variable in container.get("env") or ()
    }
    every = in_hours(variables["EVERY"]["value"])
    if promise.recovery_point is None or every > promise.recovery_point:
        point = f"{promise.recovery_point:g}h" if promise.recovery_point else _NEVER
        yield f"it takes a snapshot every {every:g}h; {institution} was promised {point}"
    if not str(variables["KEPT"]["value"]):
        yield "it keeps no snapshot"
    yield from misplaced(promise, str(variables["FILESYSTEM"]["value"]))


def _not_shrunk(resource: Resource) -> Iterator[str]:
    environment, institution = resource.stack.environment, resource.stack.institution
    promise = institutions(environment).get(institution)
    if promise is None or platform(environment).simulated:
        return
    said = _recorded(environment).get(institution)
    if said is None:
        yield (
            f"nobody recorded what {institution} was promised; add to policy-packs/recorded/"
            f"{environment}.yaml:\n{yaml.safe_dump({institution: record(promise)})}"
        )
        return
    yield from shrunk(said, promise)


def shrunk(said: Mapping[str, Any], promise: Promise) -> Iterator[str]:
    """Say in what a promise is less than, or elsewhere than, what was recorded."""
    where = promise.boundary or _EVERYWHERE
    if said["where"] != where:
        yield f"{promise.institution} moves from {said['where']} to {where}"
    if promise.copies < int(said["copies"]):
        yield f"{promise.institution} was promised {said['copies']} copies; now {promise.copies}"
    if LOSSES.index(promise.survive) < LOSSES.index(said["survive"]):
        yield f"{promise.institution} survived a {said['survive']}; now {promise.survive}"
    if promise.capacity < in_bytes(said["capacity"]):
        yield f"{promise.institution} was promised {said['capacity']}; now {promise.capacity} bytes"
    if said["recoveryPoint"] != _NEVER:
        before = in_hours(said["recoveryPoint"])
        if promise.recovery_point is None or promise.recovery_point > before:
            yield f"{promise.institution} lost at most {said['recoveryPoint']} of work; now more"


def record(promise: Promise) -> dict[str, Any]:
    """What stands in the file of records."""
    point = promise.recovery_point
    return {
        "where": promise.boundary or _EVERYWHERE,
        "copies": promise.copies,
        "survive": promise.survive,
        "capacity": f"{promise.capacity >> 30}Gi",
        "recoveryPoint": _NEVER if point is None else f"{point:g}h",
    }


@cache
def _recorded(environment: str) -> dict[str, Any]:
    path = RECORDED / f"{environment}.yaml"
    if not path.is_file():
        return {}
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")) or {})


RULES: Final = (
    Rule(
        "snapshots-keep-the-recovery-point",
        "Snapshots are taken at least as often as was promised, inside the boundary.",
        "Take the Job of components/storage/snapshots.py.",
        frozenset({JOB}),
        _snapshots,
    ),
    Rule(
        "promises-never-shrink",
        "No institution gets less than it was promised, or elsewhere, unnoticed.",
        "Keep the promise; or move as docs/migration.md says, under a waiver, and record it after.",
        frozenset({STACK}),
        _not_shrunk,
    ),
)
