"""The two shapes in which Envoy's configuration names an extension.

Owns them. Doesn't own any extension.
"""

from __future__ import annotations

from typing import Any, Final

Json = dict[str, Any]
_TYPES: Final = "type.googleapis.com/"


def typed(kind: str, **fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Build a message of a type."""
    return {"@type": f"{_TYPES}{kind}", **fields}


def extension(name: str, kind: str, **fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Build a named extension; ``kind`` is the type of its configuration."""
    return {"name": name, "typed_config": typed(kind, **fields)}
