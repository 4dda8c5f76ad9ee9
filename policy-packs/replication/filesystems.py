"""The rules of filesystems and groups.

Owns their judgement. Doesn't own what was promised (:mod:`judging.promises`), nor volumes
(:mod:`replication.volumes`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from judging.kinds import FILESYSTEM, GROUP, STACK
from judging.promises import LOSSES, Promise, in_bytes, institutions
from judging.rule import About, Problem, Rule, Setting
from judging.subject import Resource
from replication.facts import CODED_POOL, Name, Pool, claimed, metadata_servers_within, pools

_DOMAINS: Final = ("osd", "host", "datacenter")
COPIES: Final = Setting("leastCopies", "copies of every object", "higher", otherwise=2)


def _says_the_truth(resource: Resource) -> Iterator[str]:
    spec = resource.spec
    name = claimed(resource.metadata["name"])
    if name is None:
        yield (
            "its name isn't that of a residency class (every-x<copies>-<hash>, "
            "home-<data centre>-x<copies>-<hash> or home-<data centre>-ec<chunks>m<chunks>-<hash>),"
            " so nobody can tell whose data it may hold"
        )
        return
    found = pools(spec)
    for pool in found:
        for problem in _untrue(name, pool):
            yield f"{pool.path}: {problem}"
    if name.data_chunks and CODED_POOL not in {pool.name for pool in found}:
        yield f"it has no data pool {CODED_POOL}, and the name promises chunks"
    if name.boundary and metadata_servers_within(spec) != {name.boundary}:
        yield (
            f"its metadata servers may run outside {name.boundary}; their node affinity must "
            f"require {name.boundary}, since they hold names of patients"
        )
    if (spec.get("mirroring") or {}).get("enabled"):
        yield "it is mirrored to a cluster that nobody judges, so copies may lie anywhere"


def _untrue(name: Name, pool: Pool) -> Iterator[str]:
    if pool.failure_domain not in _DOMAINS:
        yield f"failureDomain is {pool.failure_domain}; allowed are {', '.join(_DOMAINS)}"
    if pool.root != name.root:
        yield f"crushRoot is {pool.root}, and the name promises {name.root}"
    chunks = name.data_chunks if pool.name == CODED_POOL else 0
    if pool.both:
        yield "it asks for copies and for chunks; give one of the two"
    if pool.data_chunks != chunks:
        yield (
            f"dataChunks is {pool.data_chunks or 'missing'}, and the name promises "
            f"{chunks or 'copies'} here"
        )
    elif pool.size != name.size:
        found, promised = (
            (f"codingChunks is {pool.size - 1}", f"{name.size - 1} coding chunks")
            if chunks
            else (f"size is {pool.size}", f"{name.size} copies")
        )
        yield f"{found}, and the name promises {promised}"
    if name.boundary is None and pool.failure_domain != "datacenter":
        yield f"failureDomain is {pool.failure_domain}; only datacenter puts a copy in each"


def _keeps_promises(resource: Resource) -> Iterator[str]:
    environment = resource.stack.environment
    name = claimed(resource.metadata["name"])
    if name is None:
        return
    for pool in pools(resource.spec):
        place = name.boundary or "all data centres"
        worth = "copies or chunks worth as many" if pool.data_chunks else "copies"
        if not _held(environment, name, pool):
            yield (
                f"{pool.path}: {pool.size} {worth} in {place} that survive the loss of a "
                f"{pool.survives} keep no institution's promise in {environment}"
            )


def _held(environment: str, name: Name, pool: Pool) -> list[Promise]:
    """The institutions whose promise a pool keeps."""
    actual = Name(name.boundary, pool.size, pool.data_chunks)
    return [
        promise
        for promise in institutions(environment).values()
        if actual.keeps(promise) and LOSSES.index(pool.survives) >= LOSSES.index(promise.survive)
    ]


def _above_floor(resource: Resource) -> Iterator[Problem]:
    environment, institution = resource.stack.environment, resource.stack.institution
    least = COPIES.of(resource)
    if resource.kind == STACK:
        promise = institutions(environment).get(institution)
        if promise is not None and (promise.copies < least or promise.survive == "none"):
            yield (
                f"{institution} was promised {promise.copies} copies that survive the loss of a "
                f"{promise.survive}; {environment}'s floor is {least:g} copies that survive a disk"
            )
        return
    name = claimed(resource.metadata["name"])
    for pool in pools(resource.spec):
        if pool.size < least:
            text = f"{pool.path}: {pool.size} copies are below {environment}'s floor of {least:g}"
            holders = _held(environment, name, pool) if name else []
            yield from (About(each.institution, text) for each in holders)
            if not holders:
                yield text


def _rests_on_two(resource: Resource) -> Iterator[str]:
    for pool in pools(resource.spec):
        if pool.spare < (1 if pool.size > 1 else 0):
            rest = f"{pool.data_chunks} chunks" if pool.data_chunks else "one copy"
            yield (
                f"{pool.path}: min_size is {pool.min_size}, so that a write may rest on {rest}; "
                f"set {pool.min_size - pool.spare + 1} or more"
            )
        if pool.min_size > max(1, pool.data_chunks) + pool.size - 1:
            yield f"{pool.path}: min_size is {pool.min_size}, more than there are to serve from"


def _group(resource: Resource) -> Iterator[str]:
    environment, institution = resource.stack.environment, resource.stack.institution
    spec = resource.spec
    promise = institutions(environment).get(institution)
    if promise is None:
        yield f"{institution or environment} is no institution with a stack file"
        return
    yield from misplaced(promise, spec["filesystemName"])
    if spec.get("name") != institution or spec.get("clusterID") != institution:
        yield f"its name and clusterID must be {institution}: keys and volumes are bound to them"
    if "quota" not in spec or in_bytes(spec["quota"]) != promise.capacity:
        yield (
            f"its quota is {spec.get('quota', 'missing')}; {institution} was promised "
            f"{promise.capacity} bytes"
        )
    yield from _pool(spec)


def misplaced(promise: Promise, filesystem: str) -> Iterator[str]:
    """Say why a filesystem, by the name of its residency class, doesn't keep a promise."""
    name = claimed(filesystem)
    if name is None or not name.keeps(promise):
        yield (
            f"{promise.institution} was promised {promise.copies} copies in "
            f"{promise.boundary or 'all data centres'}; the filesystem {filesystem} doesn't keep "
            "that"
        )


def _pool(spec: Mapping[str, Any]) -> Iterator[str]:
    """Files lie in the filesystem's default pool, or in the coded one where there is one."""
    name = claimed(spec["filesystemName"])
    coded = f"{spec['filesystemName']}-{CODED_POOL}" if name and name.data_chunks else None
    found = spec.get("dataPoolName") or None
    if found == coded:
        return
    if coded is None:
        yield "dataPoolName puts objects into a pool that this pack doesn't judge"
    else:
        yield (
            f"dataPoolName is {found or 'missing'}; its files must lie in {coded}, which was "
            "counted for them"
        )


RULES: Final = (
    Rule(
        "filesystem-says-the-truth",
        "A filesystem's pools and metadata servers lie where its name says, with as many copies.",
        "Take the filesystem of components/storage/filesystem.py.",
        frozenset({FILESYSTEM}),
        _says_the_truth,
        residency=True,
    ),
    Rule(
        "filesystem-keeps-promises",
        "Every pool keeps at least one institution's promise.",
        "Raise size or failureDomain, or remove the filesystem once it is empty.",
        frozenset({FILESYSTEM}),
        _keeps_promises,
        residency=True,
    ),
    Rule(
        "copies-above-floor",
        "Two copies at least, of which one survives the loss of a disk.",
        "Promise more copies in the stack file; outside production a waiver may allow one.",
        frozenset({STACK, FILESYSTEM}),
        _above_floor,
        settings=(COPIES,),
        residency=True,
    ),
    Rule(
        "writes-rest-on-two-copies",
        "No write is acknowledged that rests on one copy.",
        "Raise parameters.min_size.",
        frozenset({FILESYSTEM}),
        _rests_on_two,
    ),
    Rule(
        "group-lies-in-its-boundary",
        "An institution's group lies in a filesystem that keeps its promise, with its quota.",
        "Take the group of components/storage/repository_manifests.py.",
        frozenset({GROUP}),
        _group,
        residency=True,
    ),
)
