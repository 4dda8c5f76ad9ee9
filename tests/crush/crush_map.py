"""The CRUSH map that Rook and Ceph make of the rendered resources.

Owns the reading of what is sent to the API server, and the map's text. Doesn't own the placement's
own view: no residency class and no topology is looked at here, only manifests, node labels and the
sizes of the devices that the manifests name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from components import naming
from components.catalog import Catalog
from components.cluster.nodes import labels
from components.manifests import Manifest
from components.placement import place
from components.storage.ceph_cluster import ceph_cluster
from components.storage.filesystem import ceph_filesystem

ROOT: Final = "default"
_TYPES: Final = (
    *("osd", "host", "chassis", "rack", "row", "pdu", "pod", "room"),
    *("datacenter", "zone", "region", "root"),
)
_LEVELS: Final = ("host", "datacenter", "zone")
"""What nodes' labels make: Rook places a zone above its data centres (research/rook.md §1.4)."""
_TUNABLES: Final = {
    "choose_local_tries": 0,
    "choose_local_fallback_tries": 0,
    "choose_total_tries": 50,
    "chooseleaf_descend_once": 1,
    "chooseleaf_vary_r": 1,
    "chooseleaf_stable": 1,
    "straw_calc_version": 1,
    "allowed_bucket_algs": 54,
}
"""Ceph's profile ``jewel``, which is its default."""
_TEBIBYTE: Final = 2**40


@dataclass(frozen=True)
class Resources:
    """What an environment's stacks send, as far as CRUSH follows from it.

    Attributes:
        cluster: the CephCluster.
        filesystems: the CephFilesystems.
        labels: node to its labels.
        sizes: (node, device) to bytes.
    """

    cluster: Manifest
    filesystems: tuple[Manifest, ...]
    labels: Mapping[str, Mapping[str, str]]
    sizes: Mapping[tuple[str, str], int]


@dataclass(frozen=True)
class Osd:
    """A device that Rook gives to Ceph; it weighs its size in TiB, as Ceph sets it at first boot.

    ``data_centre`` and ``zone`` are empty for a node without the label: it skips that level.
    """

    number: int
    host: str
    data_centre: str
    device_class: str
    weight: float
    zone: str = ""

    def bucket(self, kind: str) -> str:
        """The bucket of a CRUSH type that it is in, or else its own name."""
        above = {"host": self.host, "datacenter": self.data_centre, "zone": self.zone}
        return above.get(kind, f"osd.{self.number}")


@dataclass(frozen=True)
class Pool:
    """A pool of a filesystem, with the rule of the same number that is made for it alone.

    ``kind`` is metadata or a data pool's name; ``sub_domain`` is empty for a rule of one step.
    ``size`` and ``min_size`` count copies, or else chunks; ``restoring`` of them restore an object.
    """

    number: int
    filesystem: str
    kind: str
    root: str
    failure_domain: str
    device_class: str
    size: int
    min_size: int
    per_domain: int
    sub_domain: str
    restoring: int = 1

    @property
    def coded(self) -> bool:
        """Whether it keeps chunks."""
        return self.restoring > 1

    @property
    def name(self) -> str:
        """The pool's name, which is its rule's too."""
        return f"{self.filesystem}-{self.kind}"


def render(catalog: Catalog) -> Resources:
    """Build the resources as the program does."""
    machines = catalog.platform.machines
    return Resources(
        cluster=ceph_cluster(catalog.platform),
        filesystems=tuple(ceph_filesystem(found) for found in place(catalog).classes),
        labels={each.name: labels(catalog.platform, each.data_centre) for each in machines},
        sizes={
            (each.name, device.name): device.size for each in machines for device in each.devices
        },
    )


def osds(resources: Resources) -> tuple[Osd, ...]:
    """The OSDs that Rook makes: of the nodes and devices that the CephCluster names, no others."""
    devices = [
        (node["name"], device)
        for node in resources.cluster["spec"]["storage"]["nodes"]
        for device in node["devices"]
    ]
    return tuple(
        Osd(
            number=number,
            host=_crush_name(node),
            data_centre=_crush_name(resources.labels[node].get(naming.DATA_CENTRE_LABEL, "")),
            device_class=device["config"]["deviceClass"],
            weight=resources.sizes[node, device["name"]] / _TEBIBYTE,
            zone=_crush_name(resources.labels[node].get(naming.ZONE_LABEL, "")),
        )
        for number, (node, device) in enumerate(devices)
    )


def pools(resources: Resources) -> tuple[Pool, ...]:
    """Every pool of every filesystem, under Rook's names; numbered by size, then by kind."""
    specs = sorted(
        (
            (filesystem["metadata"]["name"], name, spec)
            for filesystem in resources.filesystems
            for name, spec in _named(filesystem["spec"])
        ),
        key=lambda each: (_size(each[2]), each[1]),
    )
    return tuple(_pool(number, *each) for number, each in enumerate(specs, start=1))


def _named(spec: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield "metadata", spec["metadataPool"]
    for pool in spec["dataPools"]:
        yield pool["name"], pool


def _size(spec: Mapping[str, Any]) -> int:
    coded = spec.get("erasureCoded")
    size = coded["dataChunks"] + coded["codingChunks"] if coded else spec["replicated"]["size"]
    return int(size)


def _pool(number: int, filesystem: str, name: str, spec: Mapping[str, Any]) -> Pool:
    replicated = spec.get("replicated", {})
    per_domain = replicated.get("replicasPerFailureDomain", 1)
    return Pool(
        number=number,
        filesystem=filesystem,
        kind=name,
        root=spec.get("crushRoot", ROOT),
        failure_domain=spec.get("failureDomain", "host"),
        device_class=spec.get("deviceClass", ""),
        size=_size(spec),
        min_size=int(spec["parameters"]["min_size"]),
        per_domain=per_domain,
        sub_domain=replicated.get("subFailureDomain", "host") if per_domain > 1 else "",
        restoring=spec.get("erasureCoded", {}).get("dataChunks", 1),
    )


def crush_map(devices: Sequence[Osd], used: Sequence[Pool]) -> str:
    """The text of the map: Ceph's types, the buckets, a rule a pool."""
    return "\n".join(
        [
            *(f"tunable {name} {value}" for name, value in _TUNABLES.items()),
            *(
                f"device {each.number} osd.{each.number} class {each.device_class}"
                for each in devices
            ),
            *(f"type {number} {name}" for number, name in enumerate(_TYPES)),
            *_buckets(devices),
            *(rule(each) for each in used),
            "",
        ]
    )


def rule(pool: Pool) -> str:
    """The rule of a pool; its number is the pool's.

    One step as Ceph's ``osd crush rule create-replicated`` makes it, or, of a coded pool, as Ceph
    makes it of the profile that Rook gives it (CrushWrapper::add_simple_rule with ``indep``); two
    as Rook's template does (pkg/daemon/ceph/client/crush_rule.go: the 2 is the template's own,
    whatever the pool asks).
    """
    device_class = f" class {pool.device_class}" if pool.device_class else ""
    tries: list[str] = []
    if pool.coded:
        tries = ["step set_chooseleaf_tries 5", "step set_choose_tries 100"]
        steps = [f"step {_choose(pool)} indep 0 type {pool.failure_domain}"]
    elif pool.sub_domain:
        steps = [
            f"step choose firstn 0 type {pool.failure_domain}",
            f"step chooseleaf firstn 2 type {pool.sub_domain}",
        ]
    else:
        steps = [f"step {_choose(pool)} firstn 0 type {pool.failure_domain}"]
    kind = "erasure" if pool.coded else "replicated"
    body = [
        *(f"id {pool.number}", f"type {kind}", "min_size 1", "max_size 10", *tries),
        *(f"step take {pool.root}{device_class}", *steps, "step emit"),
    ]
    return f"rule {pool.name} {{\n" + "\n".join(f"\t{line}" for line in body) + "\n}"


def _choose(pool: Pool) -> str:
    return "choose" if pool.failure_domain == "osd" else "chooseleaf"


def _buckets(devices: Sequence[Osd]) -> Iterator[str]:
    """Hosts, data centres, zones, the root: a bucket stands before what it is in."""
    levels: dict[str, dict[str, dict[str, float]]] = {kind: {} for kind in (*_LEVELS, "root")}
    for each in devices:
        above = [(kind, each.bucket(kind)) for kind in _LEVELS if each.bucket(kind)]
        way = [("osd", f"osd.{each.number}"), *above, ("root", ROOT)]
        for (_, item), (kind, name) in pairwise(way):
            content = levels[kind].setdefault(name, {})
            content[item] = content.get(item, 0.0) + each.weight
    number = -sum(len(found) for found in levels.values())
    for kind, found in levels.items():
        for name, content in found.items():
            yield _bucket(kind, name, number, content)
            number += 1


def _bucket(kind: str, name: str, number: int, content: Mapping[str, float]) -> str:
    items = "".join(f"\titem {item} weight {weight:.5f}\n" for item, weight in content.items())
    return f"{kind} {name} {{\n\tid {number}\n\talg straw2\n\thash 0\n{items}}}"


def _crush_name(name: str) -> str:
    """Rook replaces dots, which CRUSH refuses in names (NormalizeCrushName)."""
    return name.replace(".", "-")
