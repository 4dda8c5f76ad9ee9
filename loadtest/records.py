"""The requests of a run, as k6's users noted them, one by one.

Owns the notes' shape (``scenario.js`` writes them) and the judgement of each: served, or failed and
why. Doesn't own sums (:mod:`loadtest.figures`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from loadtest.manifest import Expected

_OK: Final = 200
_NO_CONTENT: Final = 204
_TIMEOUT: Final = 1050
"""k6's error codes: https://grafana.com/docs/k6/latest/javascript-api/error-codes/"""
_OF_HTTP: Final = 1400
"""From here on an error code only repeats the status."""


@dataclass(frozen=True)
class Record:
    """One request.

    Attributes:
        kind: a search, or the download of an object.
        start: when, in milliseconds since 1970.
        milliseconds: until the whole answer was there.
        status: of the answer; 0 without a whole one.
        error: k6's code; 0 without an error.
        bytes: of the body.
        found: objects that a search found; None for a body that isn't a search's answer.
        uid: the object that was asked for.
        dicom: whether the body has DICOM's mark at 128.
        hashed: bytes that were hashed: the body, or with a manifest its data set.
        sha256: of these bytes; empty where the body is too short.
        failure: why it doesn't count as served; empty where it does.
    """

    kind: Literal["search", "download"]
    start: int
    milliseconds: int
    status: int
    error: int = 0
    bytes: int = 0
    found: int | None = None
    uid: str = ""
    dicom: bool = False
    hashed: int = 0
    sha256: str = ""
    failure: str = ""

    @property
    def end(self) -> int:
        """When the answer was there, in milliseconds since 1970."""
        return self.start + self.milliseconds


def read(lines: Iterable[str]) -> tuple[Record, ...]:
    """Read k6's notes, unjudged; its own messages stand among them."""
    return tuple(_record(json.loads(line)) for line in lines if line.startswith('{"kind"'))


def judged(
    records: Iterable[Record], expected: Mapping[str, Expected] | None
) -> tuple[Record, ...]:
    """Say of each request whether it was served, and if not why, in the order of the answers.

    Without ``expected``, a body has to equal the first whole one of the same object.
    """
    known = dict(expected or {})
    done = []
    for record in sorted(records, key=lambda each: each.end):
        failure = _transport(record) or (
            _search(record) if record.kind == "search" else _body(record)
        )
        if not failure and record.kind == "download":
            if expected is None:
                known.setdefault(record.uid, Expected(record.hashed, record.sha256))
            failure = _content(record, known.get(record.uid))
        done.append(replace(record, failure=failure))
    return tuple(done)


def _record(note: Mapping[str, Any]) -> Record:
    return Record(
        kind=note["kind"],
        start=note["at"],
        milliseconds=note["ms"],
        status=note["status"],
        error=note["error"],
        bytes=note["bytes"],
        found=note.get("found"),
        uid=note.get("object", ""),
        dicom=note.get("dicom", False),
        hashed=note.get("hashed", 0),
        sha256=note.get("sha256", ""),
    )


def _transport(record: Record) -> str:
    if record.error == _TIMEOUT:
        return "timeout"
    if 0 < record.error < _OF_HTTP:
        return "truncated" if record.bytes else "no answer"
    if record.status == _NO_CONTENT:
        return "empty"
    if record.status != _OK:
        return f"status {record.status}"
    return ""


def _search(record: Record) -> str:
    if record.found is None:
        return "no search result"
    return "" if record.found else "nothing found"


def _body(record: Record) -> str:
    if not record.bytes:
        return "empty"
    return "" if record.dicom else "not DICOM"


def _content(record: Record, expected: Expected | None) -> str:
    if expected is None:
        return "not in the manifest"
    if record.hashed < expected.bytes:
        return "truncated"
    same = (record.hashed, record.sha256) == (expected.bytes, expected.sha256)
    return "" if same else "changed"
