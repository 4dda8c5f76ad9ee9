"""The base of every value that a stack file may hold: frozen, and closed to unknown keys.

Owns how YAML keys map to attributes and what "closed" means. Doesn't own any single key: those
stand in :mod:`components.catalog.platform` and :mod:`components.catalog.institution`.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Closed(BaseModel):
    """A frozen value read from YAML: keys in camelCase, none beyond those declared.

    The docstring below each attribute is its description in the generated JSON Schema, so the types
    are the documentation that editors show.
    """

    model_config = ConfigDict(
        alias_generator=to_camel,
        extra="forbid",
        frozen=True,
        populate_by_name=True,
        use_attribute_docstrings=True,
    )
