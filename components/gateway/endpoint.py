"""What an endpoint of Dicoogle's web API is, and which requests to it are well-formed.

Owns the type and its two regular expressions. Doesn't own the list of endpoints
(:mod:`components.gateway.endpoints`), nor who may call one (:mod:`components.gateway.access`).

Dicoogle takes a parameter's value for a piece of a query: ``uid=*`` matches every object
(research/dicoogle.md §2). So a parameter has a pattern, written for its undecoded text: a value
with ``%`` in it fits no pattern that doesn't name the ``%``, and neither does an encoded name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from components.catalog import Deed

UID: Final = "[0-9.]+"
"""A DICOM unique identifier (DICOM PS3.5 §9.1), and no wildcard; headers bound its length."""
FREE: Final = "[^&#]+"
"""Any text; for a query in Lucene's language, which nothing here can judge."""
FIELD: Final = "[A-Za-z0-9]+"
PROVIDER: Final = "lucene"
SWITCH: Final = "(true|false)"


@dataclass(frozen=True)
class Endpoint:
    """One path of Dicoogle's web API.

    Attributes:
        methods: the methods that Dicoogle answers there; of an open one, the methods let through.
        path: its path; ``/*`` at the end stands for all paths below, in refused ones only.
        deed: what a caller must be allowed to do; None: refused to everybody.
        remark: what it answers, or why it is refused.
        required: parameters that must be there, each with its pattern.
        optional: parameters that may be there, each with its pattern; no others may.
        example: a good query string.
    """

    methods: tuple[str, ...]
    path: str
    deed: Deed | None
    remark: str
    required: Mapping[str, str] = field(default_factory=dict)
    optional: Mapping[str, str] = field(default_factory=dict)
    example: str = ""

    @property
    def name(self) -> str:
        """Its name in routes, metrics and the access log: ``legacy-file`` for ``/legacy/file``."""
        return self.path.strip("/").replace("/", "-").lower()

    @property
    def target(self) -> str:
        """The pattern (RE2) of a whole request target: the path, then known parameters only."""
        known = {**self.optional, **self.required}
        parameters = "|".join(f"{name}={value}" for name, value in known.items())
        least = "" if self.required else "?"
        query = rf"(\?({parameters})(&({parameters}))*){least}" if known else ""
        return re.escape(self.path) + query

    @property
    def demands(self) -> tuple[str, ...]:
        """The patterns (RE2) of a whole request target, all of which it must also match."""
        return tuple(
            rf".*[?&]{name}={value}(&.*)?" for name, value in sorted(self.required.items())
        )
