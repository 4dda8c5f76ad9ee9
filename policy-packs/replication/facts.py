"""What a CephFilesystem or a SubVolumeGroup is, read from its properties and nothing else.

Owns the shapes in which rules judge. Doesn't own any rule. Reading an unknown value raises
pulumi_policy's UnknownValueError, which the rules turn into a violation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from judging.promises import Promise

_COPIES: Final = re.compile(r"(every|home-(?P<centre>[a-z0-9-]+))-x(?P<size>[0-9]+)-[0-9a-f]{6}")
_CHUNKS: Final = re.compile(
    r"home-(?P<centre>[a-z0-9-]+)-ec(?P<data>[0-9]+)m(?P<coding>[0-9]+)-[0-9a-f]{6}"
)
CODED_POOL: Final = "coded"
_CENTRE_LABEL: Final = "topology.rook.io/datacenter"
_SURVIVED: Final = {"osd": "disk", "host": "host", "datacenter": "data-centre"}


@dataclass(frozen=True)
class Name:
    """What a filesystem's name claims.

    Attributes:
        boundary: the one data centre that holds everything, or None for every data centre.
        size: copies, also of names and inodes; with chunks, one more than may be lost.
        data_chunks: chunks that restore an object, or 0 where all is copies.
    """

    boundary: str | None
    size: int
    data_chunks: int = 0

    @property
    def root(self) -> str:
        """The CRUSH root of a filesystem that says the truth."""
        return self.boundary or "default"

    def keeps(self, promise: Promise) -> bool:
        """Whether a filesystem that says the truth could hold an institution's examinations."""
        chunks_allowed = promise.coded or not self.data_chunks
        return self.boundary == promise.boundary and self.size >= promise.copies and chunks_allowed


def claimed(name: str) -> Name | None:
    """Read a filesystem's name; None if it isn't the name of a residency class."""
    copies, chunks = _COPIES.fullmatch(name), _CHUNKS.fullmatch(name)
    if copies:
        return Name(copies["centre"], int(copies["size"]))
    if chunks:
        return Name(chunks["centre"], int(chunks["coding"]) + 1, int(chunks["data"]))
    return None


@dataclass(frozen=True)
class Pool:
    """One pool: where it stands in the resource, and what decides where its copies lie.

    Attributes:
        path: in the resource.
        name: of a data pool, empty for the metadata pool.
        root, failure_domain, per_domain: what its CRUSH rule says.
        size: copies; of a coded pool as many as its chunks are worth: one more than may be lost.
        min_size: copies, or else chunks, without which Ceph stops serving.
        data_chunks: chunks that restore an object, or 0 where all is copies.
        both: whether it asks for copies and chunks, which Rook refuses.
    """

    path: str
    name: str
    root: str
    failure_domain: str
    per_domain: int
    size: int
    min_size: int
    data_chunks: int
    both: bool

    @property
    def spare(self) -> int:
        """The copies or chunks beyond those that hold everything, at the fewest that serve."""
        return self.min_size - max(1, self.data_chunks)

    @property
    def survives(self) -> str:
        """The largest loss that leaves a copy."""
        if self.size <= self.per_domain:
            return "none"
        return _SURVIVED.get(self.failure_domain, "none")


def pools(spec: Mapping[str, Any]) -> list[Pool]:
    """The metadata pool and every data pool; what isn't said counts as Ceph's default."""
    found = [_pool("spec.metadataPool", spec["metadataPool"])]
    found += [
        _pool(f"spec.dataPools[{index}]", pool) for index, pool in enumerate(spec["dataPools"])
    ]
    return found


def _pool(path: str, pool: Mapping[str, Any]) -> Pool:
    replicated = pool.get("replicated") or {}
    coded = pool.get("erasureCoded") or {}
    data, coding = int(coded.get("dataChunks", 0)), int(coded.get("codingChunks", 0))
    copies = int(replicated.get("size", 0))
    size = coding + 1 if data else copies
    parameters = pool.get("parameters") or {}
    return Pool(
        path=path,
        name=str(pool.get("name", "")),
        root=str(pool.get("crushRoot", "default")),
        failure_domain=str(pool.get("failureDomain", "host")),
        per_domain=int(replicated.get("replicasPerFailureDomain", 1)),
        size=size,
        min_size=int(parameters.get("min_size", data + 1 if data else size - size // 2)),
        data_chunks=data,
        both=copies > 0 and data > 0,
    )


def metadata_servers_within(spec: Mapping[str, Any]) -> set[str] | None:
    """The data centres that the metadata servers must run in; None if they may run anywhere."""
    placement = spec["metadataServer"].get("placement") or {}
    affinity = placement.get("nodeAffinity") or {}
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or {}
    allowed: set[str] = set()
    for term in required.get("nodeSelectorTerms") or ():
        centres = [
            set(expression["values"])
            for expression in term.get("matchExpressions") or ()
            if expression["key"] == _CENTRE_LABEL and expression["operator"] == "In"
        ]
        if not centres:
            return None
        allowed |= set.intersection(*centres)
    return allowed or None
