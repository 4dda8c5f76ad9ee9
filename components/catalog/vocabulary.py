"""The closed vocabularies of a promise: where copies lie, what they survive, what a grant allows.

Owns the words and their order. Doesn't own what a word turns into: placement decides that.
"""

from __future__ import annotations

from enum import StrEnum, unique


@unique
class Where(StrEnum):
    """In which data centres the examinations are stored; it says nothing about who reads them."""

    ALL_DATA_CENTRES = "all-data-centres"
    HOME_DATA_CENTRE = "home-data-centre"


@unique
class Survive(StrEnum):
    """The largest single loss that may lose no examination, smallest first.

    A promise about data, not about service: after the loss a repository may have to wait for
    recovery before it serves again.
    """

    NONE = "none"
    DISK = "disk"
    HOST = "host"
    DATA_CENTRE = "data-centre"

    @property
    def rank(self) -> int:
        """The place among the losses, 0 for none: they are ordered by size, not by the alphabet."""
        return list(Survive).index(self)

    def __lt__(self, other: str) -> bool:
        """Whether the loss is smaller than another."""
        return self.rank < Survive(other).rank

    def __le__(self, other: str) -> bool:
        """Whether the loss is at most another."""
        return self.rank <= Survive(other).rank

    def __gt__(self, other: str) -> bool:
        """Whether the loss is larger than another."""
        return self.rank > Survive(other).rank

    def __ge__(self, other: str) -> bool:
        """Whether the loss is at least another."""
        return self.rank >= Survive(other).rank


@unique
class StorageEfficiency(StrEnum):
    """As what an object is stored: whole, several times, or as chunks with some to spare."""

    REPLICATED = "replicated"
    ERASURE_CODED = "erasure-coded"


@unique
class Isolation(StrEnum):
    """With whom an institution shares the filesystem of its residency class."""

    SHARED = "shared"
    HARD = "hard"


@unique
class Deed(StrEnum):
    """What another institution may do in this one's repository."""

    QUERY = "query"
    RETRIEVE = "retrieve"
    STORE = "store"


@unique
class Severity(StrEnum):
    """How soon a person must look."""

    CRITICAL = "critical"
    """Now, also at night: a promise is being broken or data is in danger."""
    WARNING = "warning"
    """On the next working day."""


@unique
class Role(StrEnum):
    """What a machine is for; storage devices lie on workers only."""

    CONTROL_PLANE = "control-plane"
    WORKER = "worker"


@unique
class ClusterKind(StrEnum):
    """How an environment's Kubernetes cluster comes to be."""

    SIMULATED = "simulated"
    EXISTING = "existing"
    MACHINES = "machines"


@unique
class DeviceClass(StrEnum):
    """Ceph's device classes; a residency class never mixes them."""

    HDD = "hdd"
    SSD = "ssd"
    NVME = "nvme"
