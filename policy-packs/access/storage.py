"""The rules of keys and mounts: who may read an institution's files, and who may write them.

Owns the judgement of Ceph's capabilities and of the volumes that pods mount. Doesn't own where the
files lie (the pack ``replication``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from judging.kinds import CLIENT, STATEFUL_SET, WORKLOADS
from judging.pods import containers, pod_spec
from judging.rule import Rule
from judging.subject import Resource

_MAY: Final = {"ingest": "rw", "reader": "r"}
_WRITABLE: Final = frozenset({"images", "index"})
_READ_ONLY: Final = "-readers"
_WRITER: Final = "ingest"
_MODULE: Final = re.compile(r"allow module [a-z_]+ rw?")
_LOOKS: Final = re.compile(r"allow (r|command \"[a-z ]+ (dump|ls|stat|status)\")")


def _keys(resource: Resource) -> Iterator[str]:
    caps = {daemon: str(resource.spec["caps"][daemon]) for daemon in resource.spec["caps"]}
    institution = resource.stack.institution
    name = str(resource.metadata["name"])
    if not institution:
        yield from _platforms(caps)
        return
    may = _MAY.get(name.removeprefix(f"{institution}-"))
    if may is None:
        yield f"{name} is neither {institution}-ingest nor {institution}-reader"
        return
    found = re.fullmatch(r"allow r fsname=(?P<name>[a-z0-9-]+)", caps.get("mon", ""))
    filesystem = found["name"] if found else "<filesystem>"
    expected = {
        "mon": f"allow r fsname={filesystem}",
        "mds": f"allow {may} fsname={filesystem} path=/volumes/{institution}",
        "osd": f"allow {may} tag cephfs data={filesystem}",
    }
    for daemon in sorted({*caps, *expected}):
        if caps.get(daemon) != expected.get(daemon):
            yield (
                f"on the {daemon} it says {caps.get(daemon) or 'nothing'!r}; allowed is "
                f"{expected.get(daemon) or 'nothing'!r}"
            )


def _platforms(caps: Mapping[str, str]) -> Iterator[str]:
    """The platform's keys see maps and modules, and no examination."""
    for daemon, said in caps.items():
        allowed = {"mon": _LOOKS, "mgr": _MODULE}.get(daemon)
        if allowed is None or not all(allowed.fullmatch(each) for each in said.split(", ")):
            yield f"on the {daemon} it says {said!r}; the platform reads no examinations"


def _mounts(resource: Resource) -> Iterator[str]:
    institution = resource.stack.institution
    if not institution or resource.metadata["namespace"] != institution:
        return
    spec = pod_spec(resource)
    writer = resource.kind == STATEFUL_SET and resource.metadata["name"] == _WRITER
    if writer and resource.spec.get("replicas", 1) != 1:
        yield "two who write destroy the index (research/dicoogle.md §4): replicas: 1"
    claims: dict[str, Mapping[str, Any]] = {}
    for volume in spec.get("volumes") or ():
        if volume.get("csi") is not None or volume.get("nfs") is not None:
            yield f"the volume {volume['name']} goes around claims, and so around their keys"
        if volume.get("persistentVolumeClaim") is not None:
            claims[str(volume["name"])] = volume["persistentVolumeClaim"]
    for volume, claim in claims.items():
        yield from _claim(volume, claim, writer=writer)
    yield from _writes(spec, {volume for volume, claim in claims.items() if _reads(claim)})


def _claim(volume: str, claim: Mapping[str, Any], *, writer: bool) -> Iterator[str]:
    name = str(claim["claimName"])
    if name in _WRITABLE:
        if not writer:
            yield f"it mounts {name}, which only ingest may; mount {name}{_READ_ONLY}"
    elif name.removesuffix(_READ_ONLY) not in _WRITABLE:
        yield f"it mounts {name}, which is no claim of a repository's"
    elif claim.get("readOnly") is not True:
        yield f"the volume {volume} isn't readOnly, and readers never write"


def _reads(claim: Mapping[str, Any]) -> bool:
    return str(claim["claimName"]).endswith(_READ_ONLY)


def _writes(spec: Mapping[str, Any], readable: set[str]) -> Iterator[str]:
    for name, container in containers(spec):
        for mount in container.get("volumeMounts") or ():
            if mount["name"] in readable and mount.get("readOnly") is not True:
                yield f"container {name} mounts {mount['name']} without readOnly: true"


RULES: Final = (
    Rule(
        "keys-open-one-repository",
        "A Ceph key opens its own institution's path; a reader's key can't write.",
        "Take the keys of components/storage/repository_manifests.py.",
        frozenset({CLIENT}),
        _keys,
    ),
    Rule(
        "readers-never-write",
        "Ingest alone mounts what can be written, and there is one of it.",
        "Mount images-readers and index-readers with readOnly: true.",
        WORKLOADS,
        _mounts,
    ),
)
