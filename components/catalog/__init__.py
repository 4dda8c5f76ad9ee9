"""The catalogue: what people write in ``stacks/``, as frozen, typed and cross-checked values.

No Pulumi in here: it must answer in a second, without an engine or a cluster.
"""

from components.catalog.catalog import Catalog, load
from components.catalog.institution import Institution
from components.catalog.platform import Machine, Platform
from components.catalog.refusal import Refusal, Refused
from components.catalog.vocabulary import (
    ClusterKind,
    Deed,
    DeviceClass,
    Isolation,
    Role,
    Survive,
    Where,
)

__all__ = [
    "Catalog",
    "ClusterKind",
    "Deed",
    "DeviceClass",
    "Institution",
    "Isolation",
    "Machine",
    "Platform",
    "Refusal",
    "Refused",
    "Role",
    "Survive",
    "Where",
    "load",
]
