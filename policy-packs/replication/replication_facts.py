"""What a CephFilesystem or a SubVolumeGroup is, read from its properties and nothing else.

Owns the shapes in which rules judge. Doesn't own any rule. Reading an unknown value raises
pulumi_policy's UnknownValueError, which the rules turn into a violation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from replication_promises import Promise

_NAME: Final = re.compile(r"(every|home-(?P<centre>[a-z0-9-]+))-x(?P<size>[0-9]+)-[0-9a-f]{6}")
_CENTRE_LABEL: Final = "topology.rook.io/datacenter"
_SURVIVED: Final = {"osd": "disk", "host": "host", "datacenter": "data-centre"}


@dataclass(frozen=True)
class Name:
    """What a filesystem's name claims: its boundary (None: every data centre) and its copies."""

    boundary: str | None
    size: int

    @property
    def root(self) -> str:
        """The CRUSH root of a filesystem that says the truth."""
        return self.boundary or "default"

    def keeps(self, promise: Promise) -> bool:
        """Whether a filesystem that says the truth could hold an institution's examinations."""
        return self.boundary == promise.boundary and self.size >= promise.copies


def claimed(name: str) -> Name | None:
    """Read a filesystem's name; None if it isn't the name of a residency class."""
    match = _NAME.fullmatch(name)
    return Name(match["centre"], int(match["size"])) if match else None


@dataclass(frozen=True)
class Pool:
    """One pool: its path in the resource, and what decides where its copies lie."""

    path: str
    root: str
    failure_domain: str
    per_domain: int
    size: int
    min_size: int

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
    size = int(replicated.get("size", 0))
    parameters = pool.get("parameters") or {}
    return Pool(
        path=path,
        root=str(pool.get("crushRoot", "default")),
        failure_domain=str(pool.get("failureDomain", "host")),
        per_domain=int(replicated.get("replicasPerFailureDomain", 1)),
        size=size,
        min_size=int(parameters.get("min_size", size - size // 2)),
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
