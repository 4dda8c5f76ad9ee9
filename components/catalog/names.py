"""The names that stack files give: their alphabets, lengths and reserved words.

Owns what a single name may look like. Doesn't own whether two names collide
(:mod:`components.catalog.crosschecks`).
"""

from __future__ import annotations

import re
from typing import Annotated, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field

LABEL: Final = r"^[a-z]([a-z0-9-]*[a-z0-9])?$"
"""A DNS label that starts with a letter: legal as namespace, stack, host and CRUSH bucket name."""
LABEL_IN_WORDS: Final = (
    "lower-case letters, digits and hyphens, a letter first and no hyphen last, for example porto-2"
)

RESERVED_INSTITUTIONS: Final = frozenset(
    {
        *("cert-manager", "default", "entrance", "imaging-promises", "keda", "monitoring"),
        *("platform", "rook-ceph"),
    }
)
"""Namespaces of the platform: an institution is a namespace of its own name."""
_PINNED: Final = r"^[a-z0-9][a-z0-9./:_-]*(:[A-Za-z0-9_][A-Za-z0-9._-]*|@sha256:[0-9a-f]{64})$"


def _not_reserved(name: str) -> str:
    if name in RESERVED_INSTITUTIONS or name.startswith("kube-"):
        raise ValueError(
            f"found {name!r}, which is the name of a namespace of the platform; "
            "call the institution's stack file by another name"
        )
    return name


def _ae_title(title: str) -> str:
    """Value representation AE (DICOM PS3.5 §6.2): no backslash, no control character.

    Spaces at either end are not significant in DICOM, so titles that differ by them are the same
    to a peer; we refuse them.
    """
    printable = all(" " <= character <= "~" and character != "\\" for character in title)
    if not printable or title != title.strip():
        raise ValueError(
            f"found {title!r}; allowed are printable ASCII characters but the backslash, "
            "with no space at either end, for example AVEIRO"
        )
    return title


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(
            f"found {name!r}; allowed is a time zone as IANA names it, for example Europe/Lisbon"
        ) from None
    return name


def _pinned(reference: str) -> str:
    if not re.search(_PINNED, reference) or reference.endswith(":latest"):
        raise ValueError(
            f"found {reference!r}; allowed is an image with an exact tag or a digest, for example "
            "registry.example.org/dicoogle:3.5.1, so that a restart never brings another version"
        )
    return reference


ReceiverName = Annotated[str, Field(pattern=LABEL, max_length=32)]
DataCentreName = Annotated[str, Field(pattern=LABEL, max_length=24)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
ZoneName = Annotated[str, Field(pattern=LABEL, max_length=48)]
DomainName = Annotated[
    str,
    Field(pattern=r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$", max_length=200),
]
DeviceName = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[A-Za-z0-9/._:-]+$")]
MachineName = Annotated[str, Field(pattern=LABEL, max_length=48)]
InstitutionName = Annotated[str, Field(pattern=LABEL, max_length=32), AfterValidator(_not_reserved)]
EnvironmentName = Annotated[str, Field(pattern=LABEL, max_length=24)]
AETitle = Annotated[str, Field(min_length=1, max_length=16), AfterValidator(_ae_title)]
ImageReference = Annotated[str, AfterValidator(_pinned)]
