"""The sentinel: one synthetic DICOM object in every repository, without a patient.

Owns its bytes, its identity and where it lies. Doesn't own who puts it there or asks for it: ingest
does the one (:mod:`components.archive.ingest`), readers' probes and the gateway's health check the
other. A reader without images or index looks healthy until it is asked for an object that must be
there (research/dicoogle-topology.md §4).
"""

from __future__ import annotations

import struct
import uuid
from typing import Final

from components import naming

FILE: Final = "sentinel.dcm"
_SECONDARY_CAPTURE: Final = "1.2.840.10008.5.1.4.1.1.7"
_EXPLICIT_LITTLE_ENDIAN: Final = "1.2.840.10008.1.2.1"
_LONG_FORM: Final = frozenset({"OB"})
"""Value representations whose length has four bytes, after two reserved ones (DICOM PS3.5 §7.1)."""
_Element = tuple[int, int, str, bytes]


def uid(institution: str, level: str = "instance") -> str:
    """Name the sentinel, or its ``series`` or ``study``: a UID derived from a UUID (PS3.5 §B.2)."""
    space = uuid.uuid5(uuid.NAMESPACE_DNS, f"{naming.PROJECT}.invalid")
    return f"2.25.{uuid.uuid5(space, f'{institution}/sentinel/{level}').int}"


def readiness_path(institution: str) -> str:
    """The path that answers 200 exactly where images and index are seen; 204 means not found."""
    return f"/legacy/file?uid={uid(institution)}"


def relative_path(institution: str) -> str:
    """Where the storage plugin would put it, below the images.

    Without institution, date and accession number it names folders as here (``Layout`` of
    ``plugin/``, as DicomUtils of file-storage 3.5.0).
    """
    return f"UN_IN/OT/UN_DATE/{uid(institution, 'study')}/{uid(institution)}.dcm"


def content(institution: str) -> bytes:
    """Build the object, a DICOM Part 10 file: a secondary capture of one black pixel."""
    meta = (
        (0x0002, 0x0001, "OB", b"\x00\x01"),
        (0x0002, 0x0002, "UI", _uid(_SECONDARY_CAPTURE)),
        (0x0002, 0x0003, "UI", _uid(uid(institution))),
        (0x0002, 0x0010, "UI", _uid(_EXPLICIT_LITTLE_ENDIAN)),
        (0x0002, 0x0012, "UI", _uid(uid(institution, "implementation"))),
    )
    group = _encode(meta)
    length = _encode(((0x0002, 0x0000, "UL", struct.pack("<I", len(group))),))
    return bytes(128) + b"DICM" + length + group + _encode(_data_set(institution))


def _data_set(institution: str) -> tuple[_Element, ...]:
    """Every attribute that the object's type demands; those of a patient are there and empty."""
    return (
        (0x0008, 0x0016, "UI", _uid(_SECONDARY_CAPTURE)),
        (0x0008, 0x0018, "UI", _uid(uid(institution))),
        (0x0008, 0x0020, "DA", b""),
        (0x0008, 0x0030, "TM", b""),
        (0x0008, 0x0050, "SH", b""),
        (0x0008, 0x0060, "CS", b"OT"),
        (0x0008, 0x0064, "CS", _padded("SYN")),
        (0x0008, 0x0090, "PN", b""),
        (0x0008, 0x1030, "LO", _padded("Sentinel of the repository; no patient")),
        (0x0010, 0x0010, "PN", b""),
        (0x0010, 0x0020, "LO", b""),
        (0x0010, 0x0030, "DA", b""),
        (0x0010, 0x0040, "CS", b""),
        (0x0020, 0x000D, "UI", _uid(uid(institution, "study"))),
        (0x0020, 0x000E, "UI", _uid(uid(institution, "series"))),
        (0x0020, 0x0010, "SH", b""),
        (0x0020, 0x0011, "IS", b""),
        (0x0020, 0x0013, "IS", b""),
        (0x0028, 0x0002, "US", struct.pack("<H", 1)),
        (0x0028, 0x0004, "CS", _padded("MONOCHROME2")),
        (0x0028, 0x0010, "US", struct.pack("<H", 1)),
        (0x0028, 0x0011, "US", struct.pack("<H", 1)),
        (0x0028, 0x0100, "US", struct.pack("<H", 8)),
        (0x0028, 0x0101, "US", struct.pack("<H", 8)),
        (0x0028, 0x0102, "US", struct.pack("<H", 7)),
        (0x0028, 0x0103, "US", struct.pack("<H", 0)),
        (0x7FE0, 0x0010, "OB", b"\x00\x00"),
    )


def _encode(elements: tuple[_Element, ...]) -> bytes:
    return b"".join(
        struct.pack("<HH2s", group, element, kind.encode())
        + struct.pack("<2xI" if kind in _LONG_FORM else "<H", len(value))
        + value
        for group, element, kind, value in elements
    )


def _uid(value: str) -> bytes:
    return value.encode() + b"\x00" * (len(value) % 2)


def _padded(value: str) -> bytes:
    return value.encode() + b" " * (len(value) % 2)
