"""The entrances: how people and DICOM peers reach an institution's gateway from outside."""

from components.entrance.entrance import Entrance
from components.entrance.shared_gateway import (
    SHARED,
    PlatformEntrance,
    SharedGateway,
    shared_gateway,
)
from components.entrance.spec import EntranceSpec, Network

__all__ = [
    "SHARED",
    "Entrance",
    "EntranceSpec",
    "Network",
    "PlatformEntrance",
    "SharedGateway",
    "shared_gateway",
]
