"""What the laboratory is built from: the stack files' promises, and the rendered manifests.

Owns the step from Rook's manifests to what Rook would do with them (research/rook.md §2). Doesn't
own any cluster. What the manifests say is taken verbatim; what an institution was promised is read
from the catalogue, so that a wrong manifest is found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from components import naming
from components.catalog import Catalog, Where, load
from components.catalog.quantities import parse_bytes
from components.cluster.nodes import labels
from components.placement import Placement, place
from components.storage.ceph_cluster import ceph_cluster
from components.storage.filesystem import ceph_filesystem
from components.storage.repository_manifests import RepositorySpec, ceph_clients, subvolume_group

STACKS: Final = Path(__file__).resolve().parents[2] / "stacks"
NEIGHBOUR: Final = "neighbour"
"""An institution of the laboratory's own, in the first one's filesystem: keys must keep it out."""
_NEIGHBOUR_BYTES: Final = 2**30


@dataclass(frozen=True)
class Disk:
    """A device of a node, which becomes one OSD of this number; its node's labels place it."""

    number: int
    host: str
    centre: str
    device_class: str
    zone: str


@dataclass(frozen=True)
class Pool:
    """A pool and its CRUSH rule, which bears its name."""

    name: str
    root: str
    failure_domain: str
    device_class: str
    size: int
    min_size: int
    pg_num: int


@dataclass(frozen=True)
class Filesystem:
    """A filesystem, and the data centres in which its metadata servers may run."""

    name: str
    metadata: Pool
    data: Pool
    centres: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """An institution's group in a filesystem; the quota is in bytes."""

    name: str
    filesystem: str
    quota: int


@dataclass(frozen=True)
class Promise:
    """What an institution was promised, as the catalogue says it.

    Attributes:
        institution: its name.
        filesystem: where its examinations lie.
        centres: the data centres that may hold copies.
        copies: of every object.
    """

    institution: str
    filesystem: str
    centres: frozenset[str]
    copies: int


@dataclass(frozen=True)
class Blueprint:
    """A whole environment, as far as Ceph sees it.

    Attributes:
        mons: the data centres with a monitor, which is named after it.
        modules: the manager's modules that are switched on.
        disks: one OSD each.
        encrypted: whether daemons and clients speak encrypted msgr2 only.
        clients: name to capabilities, as Ceph spells them.
    """

    mons: tuple[str, ...]
    modules: tuple[str, ...]
    disks: tuple[Disk, ...]
    encrypted: bool
    filesystems: tuple[Filesystem, ...]
    groups: tuple[Group, ...]
    clients: Mapping[str, Mapping[str, str]]
    promises: tuple[Promise, ...]

    @property
    def centres(self) -> tuple[str, ...]:
        """The data centres with disks, sorted."""
        return tuple(sorted({disk.centre for disk in self.disks}))

    def promise(self, institution: str) -> Promise:
        """What this institution was promised."""
        return next(each for each in self.promises if each.institution == institution)


def blueprint(environment: str) -> Blueprint:
    """Render an environment of ``stacks/`` and read what Rook would be told."""
    catalog = load(STACKS, environment)
    placement = place(catalog)
    cluster = ceph_cluster(catalog.platform)["spec"]
    connections = cluster["network"]["connections"]
    repositories = [
        RepositorySpec(name, placement.of[name].name, institution.capacity)
        for name, institution in catalog.institutions.items()
    ]
    shared = repositories[0].filesystem
    repositories.append(RepositorySpec(NEIGHBOUR, shared, _NEIGHBOUR_BYTES))
    disks = _disks(catalog, cluster)
    return Blueprint(
        mons=tuple(zone["name"] for zone in cluster["mon"]["zones"]),
        modules=tuple(each["name"] for each in cluster["mgr"]["modules"] if each["enabled"]),
        disks=disks,
        encrypted=connections["requireMsgr2"] and connections["encryption"]["enabled"],
        filesystems=tuple(
            _filesystem(ceph_filesystem(residency), {disk.centre for disk in disks})
            for residency in placement.classes
        ),
        groups=tuple(_group(subvolume_group(spec)["spec"]) for spec in repositories),
        clients={
            client["metadata"]["name"]: client["spec"]["caps"]
            for spec in repositories
            for client in ceph_clients(spec)
        },
        promises=tuple(_promise(catalog, placement, name) for name in catalog.institutions),
    )


def _disks(catalog: Catalog, cluster: Mapping[str, Any]) -> tuple[Disk, ...]:
    """Number the devices in the manifest's order; a node's labels say where they are."""
    platform = catalog.platform
    labels_of = {each.name: labels(platform, each.data_centre) for each in platform.machines}
    devices = [
        (node["name"], device["config"]["deviceClass"])
        for node in cluster["storage"]["nodes"]
        for device in node["devices"]
    ]
    return tuple(
        Disk(
            number,
            host,
            labels_of[host][naming.DATA_CENTRE_LABEL],
            device_class,
            labels_of[host][naming.ZONE_LABEL],
        )
        for number, (host, device_class) in enumerate(devices)
    )


def _filesystem(manifest: Mapping[str, Any], centres: set[str]) -> Filesystem:
    name, spec = manifest["metadata"]["name"], manifest["spec"]
    (data,) = spec["dataPools"]
    affinity = spec["metadataServer"]["placement"].get("nodeAffinity")
    return Filesystem(
        name,
        metadata=_pool(f"{name}-metadata", spec["metadataPool"]),
        data=_pool(f"{name}-{data['name']}", data),
        centres=_allowed(affinity) if affinity else tuple(sorted(centres)),
    )


def _pool(name: str, pool: Mapping[str, Any]) -> Pool:
    assert "replicasPerFailureDomain" not in pool["replicated"], (
        f"{name} has two copies in each failure domain, for which Rook writes a rule of its own; "
        "the laboratory makes rules with create-replicated only"
    )
    parameters = pool["parameters"]
    return Pool(
        name,
        root=pool["crushRoot"],
        failure_domain=pool["failureDomain"],
        device_class=pool["deviceClass"],
        size=pool["replicated"]["size"],
        min_size=int(parameters["min_size"]),
        pg_num=int(parameters["pg_num"]),
    )


def _allowed(affinity: Mapping[str, Any]) -> tuple[str, ...]:
    required = affinity["requiredDuringSchedulingIgnoredDuringExecution"]
    (term,) = required["nodeSelectorTerms"]
    (expression,) = term["matchExpressions"]
    assert (naming.DATA_CENTRE_LABEL, "In") == (expression["key"], expression["operator"])
    return tuple(expression["values"])


def _group(spec: Mapping[str, Any]) -> Group:
    return Group(spec["name"], spec["filesystemName"], parse_bytes(spec["quota"]))


def _promise(catalog: Catalog, placement: Placement, name: str) -> Promise:
    institution = catalog.institutions[name]
    home_only = institution.replication.where is Where.HOME_DATA_CENTRE
    centres = {institution.home} if home_only else set(catalog.platform.data_centres)
    copies = institution.replication.copies
    return Promise(name, placement.of[name].name, frozenset(centres), copies)
