"""Environments with erasure-coded promises, for the tests of what coding changes.

Owns how a catalogue of copies becomes one of chunks. Doesn't own any assertion.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from components.catalog import Catalog
from components.catalog.institution import Replication
from tests.components.builders import Numbers, Promise, catalog


def coded(numbers: Numbers, promises: Mapping[str, Promise]) -> Catalog:
    """A catalogue whose institutions all ask for erasure coding."""
    found = catalog(numbers, promises)
    return replace(
        found,
        institutions={
            name: each.model_copy(update={"replication": _erasure_coded(each.replication)})
            for name, each in found.institutions.items()
        },
    )


def _erasure_coded(promise: Replication) -> Replication:
    asked = promise.model_dump(by_alias=True) | {"storageEfficiency": "erasure-coded"}
    return Replication.model_validate(asked)


def at_home(copies: int = 3, capacity: str = "1Gi", survive: str = "host") -> Promise:
    """A promise to store in ``lis`` alone."""
    return Promise("lis", "home-data-centre", copies, survive, capacity)
