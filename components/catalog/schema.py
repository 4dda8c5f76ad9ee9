"""The JSON Schema of both kinds of stack file, generated from the types.

Owns ``stacks/*.schema.json``, with which editors complete and validate. Doesn't own any rule: the
types do, and a test holds the files fresh. ``python -m components.catalog.schema`` writes them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from components.catalog.institution import Institution
from components.catalog.platform import Platform
from components.catalog.stack_files import (
    AMBIENT_OFF,
    ARMED_KEY,
    INSTITUTION_KEY,
    PLATFORM_KEY,
    SECRETS,
)

if TYPE_CHECKING:
    from pydantic import BaseModel

_KINDS: Final[dict[str, tuple[str, type[BaseModel]]]] = {
    "platform": (PLATFORM_KEY, Platform),
    "institution": (INSTITUTION_KEY, Institution),
}


def schemas() -> dict[str, str]:
    """File name to content, for each kind of stack file."""
    return {
        f"{kind}.schema.json": json.dumps(_schema(kind, key, model), indent=2) + "\n"
        for kind, (key, model) in _KINDS.items()
    }


def _schema(kind: str, key: str, model: type[BaseModel]) -> dict[str, Any]:
    value = model.model_json_schema(by_alias=True)
    definitions = value.pop("$defs")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Stack file of an {kind}" if kind == "institution" else f"Stack file of a {kind}",
        "type": "object",
        "required": ["config"],
        "properties": {
            "config": {
                "type": "object",
                "required": [key, "pulumi:disable-default-providers"],
                "properties": {
                    key: value,
                    **{secret: {"type": "object"} for secret in SECRETS[key]},
                    ARMED_KEY: {"type": "string"},
                    "pulumi:disable-default-providers": {
                        "type": "array",
                        "contains": {"enum": sorted(AMBIENT_OFF)},
                    },
                },
                "patternProperties": {"^(?!imaging:)[a-z-]+:": {}},
                "additionalProperties": False,
            },
            "encryptionsalt": {"type": "string"},
            "secretsprovider": {"type": "string"},
            "encryptedkey": {"type": "string"},
            "environment": {},
        },
        "additionalProperties": False,
        "$defs": definitions,
    }


if __name__ == "__main__":
    for name, content in schemas().items():
        Path("stacks", name).write_text(content, encoding="utf-8")
