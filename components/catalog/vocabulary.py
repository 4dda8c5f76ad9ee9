"""The closed vocabularies of a promise: where copies lie, what they survive, what a grant allows.

Owns the words and their order. Doesn't own what a word turns into: placement decides that.
"""

from __future__ import annotations

from enum import StrEnum, unique
from functools import total_ordering


@unique
class Where(StrEnum):
    """In which data centres the examinations are stored; it says nothing about who reads them."""

    ALL_DATA_CENTRES = "all-data-centres"
    HOME_DATA_CENTRE = "home-data-centre"


@unique
@total_ordering
class Survive(StrEnum):
    """The largest single loss that may lose no examination, smallest first.

    A promise about data, not about service: after the loss a repository may have to wait for
    recovery before it serves again.
    """

    NONE = "none"
    DISK = "disk"
    HOST = "host"
    DATA_CENTRE = "data-centre"

    def __lt__(self, other: object) -> bool:
        """Order by the size of the loss, not by the alphabet."""
        if not isinstance(other, Survive):
            return NotImplemented
        sizes = list(Survive)
        return sizes.index(self) < sizes.index(other)


@unique
class Deed(StrEnum):
    """What another institution may do in this one's repository."""

    QUERY = "query"
    RETRIEVE = "retrieve"
    STORE = "store"


@unique
class Role(StrEnum):
    """What a machine is for; storage devices lie on workers only."""

    CONTROL_PLANE = "control-plane"
    WORKER = "worker"


@unique
class DeviceClass(StrEnum):
    """Ceph's device classes; a residency class never mixes them."""

    HDD = "hdd"
    SSD = "ssd"
    NVME = "nvme"
