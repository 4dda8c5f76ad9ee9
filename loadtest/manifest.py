"""What an archive must answer: the data set of each object, by length and SHA-256.

Owns the manifest's file and its making from DICOM files. Doesn't own the comparison
(:mod:`loadtest.records`).

A data set is what follows the file meta information (DICOM PS3.10 §7.1). An archive writes meta
information of its own, so no body equals the file that was sent, but its data set does
(docs/real-dicoogle.md); the manifest of what was sent therefore fits every archive that holds it.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from loadtest.problem import LoadTestProblem

_PREAMBLE: Final = 128
_META: Final = 144
"""Preamble, DICM and the element with the length of the rest of the file meta information."""
_UID: Final = b"\x02\x00\x03\x00UI"
"""(0002,0003) Media Storage SOP Instance UID; the meta information is always explicit VR."""


@dataclass(frozen=True)
class Expected:
    """A data set's length in bytes and its SHA-256 in hexadecimal."""

    bytes: int
    sha256: str


_MANIFEST: Final = TypeAdapter(dict[str, Expected])


def read(file: Path) -> Mapping[str, Expected]:
    """Read a manifest, by SOP Instance UID.

    Raises:
        LoadTestProblem: the file isn't there, or isn't a manifest.
    """
    try:
        return _MANIFEST.validate_json(file.read_bytes())
    except FileNotFoundError:
        raise LoadTestProblem(
            f"There is no manifest {str(file)!r}; `loadtest manifest` makes one."
        ) from None
    except ValidationError as problem:
        first = problem.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the whole"
        raise LoadTestProblem(
            f"{str(file)!r} isn't a manifest: {where}: {first['msg']}. "
            "`loadtest manifest` makes one."
        ) from None


def of_folder(folder: Path) -> str:
    """Make the manifest of all DICOM files below a folder, as JSON.

    Raises:
        LoadTestProblem: there are none, or two with one UID and other data.
    """
    found: dict[str, Expected] = {}
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = file.read_bytes()
        uid, start = _meta(content)
        if not uid:
            continue
        data = memoryview(content)[start:]
        expected = Expected(len(data), hashlib.sha256(data).hexdigest())
        if found.setdefault(uid, expected) != expected:
            raise LoadTestProblem(f"{str(file)!r} has another data set under the known UID {uid}.")
    if not found:
        raise LoadTestProblem(f"There is no DICOM file below {str(folder)!r}; name their folder.")
    return json.dumps({uid: asdict(each) for uid, each in sorted(found.items())}, indent=1) + "\n"


def _meta(content: bytes) -> tuple[str, int]:
    """The object's UID and where its data set begins; no UID where it isn't a DICOM file."""
    if content[_PREAMBLE : _PREAMBLE + 4] != b"DICM" or len(content) < _META:
        return "", 0
    (length,) = struct.unpack_from("<I", content, _META - 4)
    at = content.find(_UID, _META, _META + length)
    if at < 0:
        return "", 0
    (size,) = struct.unpack_from("<H", content, at + len(_UID))
    value = content[at + len(_UID) + 2 :][:size]
    return value.rstrip(b"\0 ").decode("ascii", "replace"), _META + length
