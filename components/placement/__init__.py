"""Placement: from promises and topology to residency classes. Pure functions, no Pulumi."""

from components.placement.placement import Placement, notices, place
from components.placement.residency import FailureDomain, ResidencyClass, Spread
from components.placement.topology import Host, Site, Topology

__all__ = [
    "FailureDomain",
    "Host",
    "Placement",
    "ResidencyClass",
    "Site",
    "Spread",
    "Topology",
    "notices",
    "place",
]
