"""What an institution's archive is made from.

Owns the value that all builders of this folder take. Doesn't own where its parts come from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.catalog.institution import Institution


@dataclass(frozen=True)
class ArchiveSpec:
    """One institution's Dicoogle: one ingest, many readers.

    Attributes:
        institution: its name, which is its namespace.
        image: Dicoogle's image.
        home: its regional data centre, in which ingest runs.
        leaves_home: whether ingest may run elsewhere while home is down; true only where the
            examinations lie elsewhere too.
        promise: the institution as its stack file states it.
        users: the people who may log in to the web interface: user name to bcrypt hash. A
            secret of the stack; without it nobody can.
    """

    institution: str
    image: str
    home: str
    leaves_home: bool
    promise: Institution
    users: pulumi.Input[Mapping[str, str]] | None = None
