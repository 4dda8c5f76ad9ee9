"""The rules of filesystems and groups.

Owns their judgement. Doesn't own what was promised, nor volumes (``replication_volumes``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pulumi_policy import ReportViolation, ResourceValidationArgs
from replication_facts import CODED_POOL, Name, Pool, claimed, metadata_servers_within, pools
from replication_judging import rule, stack
from replication_promises import LOSSES, Floor, Promise, floor, in_bytes, promises

FILESYSTEM: Final = "kubernetes:ceph.rook.io/v1:CephFilesystem"
GROUP: Final = "kubernetes:ceph.rook.io/v1:CephFilesystemSubVolumeGroup"


def _filesystem_says_the_truth(args: ResourceValidationArgs, report: ReportViolation) -> None:
    spec = args.props["spec"]
    name = claimed(args.props["metadata"]["name"])
    if name is None:
        report(
            "its name isn't that of a residency class (every-x<copies>-<hash>, "
            "home-<data centre>-x<copies>-<hash> or home-<data centre>-ec<chunks>m<chunks>-<hash>),"
            " so nobody can tell whose data it may hold",
            None,
        )
        return
    found = pools(spec)
    for pool in found:
        for problem in _untrue(name, pool):
            report(f"{pool.path}: {problem}", None)
    if name.data_chunks and CODED_POOL not in {pool.name for pool in found}:
        report(f"it has no data pool {CODED_POOL}, and the name promises chunks", None)
    if name.boundary and metadata_servers_within(spec) != {name.boundary}:
        report(
            f"its metadata servers may run outside {name.boundary}; their node affinity must "
            f"require {name.boundary}, since they hold names of patients",
            None,
        )


def _untrue(name: Name, pool: Pool) -> list[str]:
    problems = []
    if pool.root != name.root:
        problems.append(f"crushRoot is {pool.root}, and the name promises {name.root}")
    chunks = name.data_chunks if pool.name == CODED_POOL else 0
    if pool.both:
        problems.append("it asks for copies and for chunks; give one of the two")
    if pool.data_chunks != chunks:
        problems.append(
            f"dataChunks is {pool.data_chunks or 'missing'}, and the name promises "
            f"{chunks or 'copies'} here"
        )
    elif pool.size != name.size:
        found, promised = (
            (f"codingChunks is {pool.size - 1}", f"{name.size - 1} coding chunks")
            if chunks
            else (f"size is {pool.size}", f"{name.size} copies")
        )
        problems.append(f"{found}, and the name promises {promised}")
    if name.boundary is None and pool.failure_domain != "datacenter":
        problems.append(
            f"failureDomain is {pool.failure_domain}; only datacenter puts a copy in each"
        )
    return problems


def _filesystem_keeps_promises(args: ResourceValidationArgs, report: ReportViolation) -> None:
    environment, _ = stack(args)
    name = claimed(args.props["metadata"]["name"])
    if name is None:
        return
    least = floor(environment)
    for pool in pools(args.props["spec"]):
        actual = Name(name.boundary, pool.size, pool.data_chunks)
        held = [each for each in promises(environment).values() if _kept(each, actual, pool)]
        for problem in _broken(environment, least, pool, name, held):
            report(f"{pool.path}: {problem}", None)


def _kept(promise: Promise, name: Name, pool: Pool) -> bool:
    survives = LOSSES.index(pool.survives) >= LOSSES.index(promise.survive)
    return name.keeps(promise) and survives


def _broken(
    environment: str, least: Floor, pool: Pool, name: Name, held: list[Promise]
) -> list[str]:
    problems = []
    place = name.boundary or "all data centres"
    worth = "copies or chunks worth as many" if pool.data_chunks else "copies"
    if pool.size < least.copies:
        problems.append(f"{pool.size} {worth} are below {environment}'s floor of {least.copies}")
    if not held:
        problems.append(
            f"{pool.size} {worth} in {place} that survive the loss of a {pool.survives} keep no "
            f"institution's promise in {environment}"
        )
    risky = all(promise.survive == "none" for promise in held) and least.min_size == 1
    if pool.spare < (0 if risky else 1):
        problems.append(
            f"min_size is {pool.min_size}, so that a write may rest on "
            f"{f'{pool.data_chunks} chunks' if pool.data_chunks else 'one copy'}; set "
            f"{pool.min_size - pool.spare + 1} or more"
        )
    return problems


def _group_lies_in_its_boundary(args: ResourceValidationArgs, report: ReportViolation) -> None:
    environment, institution = stack(args)
    spec = args.props["spec"]
    promise = promises(environment).get(institution)
    if promise is None:
        report(f"{institution or environment} is no institution with a stack file", None)
        return
    filesystem = spec["filesystemName"]
    name = claimed(filesystem)
    if name is None or not name.keeps(promise):
        place = promise.boundary or "all data centres"
        report(
            f"{institution} was promised {promise.copies} copies in {place}; the filesystem "
            f"{filesystem} doesn't keep that",
            None,
        )
    coded = f"{filesystem}-{CODED_POOL}" if name is not None and name.data_chunks else None
    for problem in (*_group_problems(spec, promise), *_pool_problems(spec, coded)):
        report(problem, None)


def _group_problems(spec: Mapping[str, Any], promise: Promise) -> list[str]:
    problems = []
    if spec.get("name") != promise.institution or spec.get("clusterID") != promise.institution:
        problems.append(
            f"its name and clusterID must be {promise.institution}: keys and volumes are bound to "
            "them"
        )
    if "quota" not in spec or in_bytes(spec["quota"]) != promise.capacity:
        problems.append(
            f"its quota is {spec.get('quota', 'missing')}; {promise.institution} was promised "
            f"{promise.capacity} bytes"
        )
    return problems


def _pool_problems(spec: Mapping[str, Any], coded: str | None) -> list[str]:
    """Files lie in the filesystem's default pool, or in the coded one where there is one."""
    found = spec.get("dataPoolName") or None
    if found == coded:
        return []
    if coded is None:
        return ["dataPoolName puts objects into a pool that this pack doesn't judge"]
    wanted = f"its files must lie in {coded}, which was counted for them"
    return [f"dataPoolName is {found or 'missing'}; {wanted}"]


RULES: Final = (
    rule(
        "filesystem-says-the-truth",
        "A filesystem's pools and metadata servers lie where its name says, with as many copies.",
        FILESYSTEM,
        _filesystem_says_the_truth,
    ),
    rule(
        "filesystem-keeps-promises",
        "Every pool keeps the environment's floor and at least one institution's promise.",
        FILESYSTEM,
        _filesystem_keeps_promises,
    ),
    rule(
        "group-lies-in-its-boundary",
        "An institution's group lies in a filesystem that keeps its promise, with its quota.",
        GROUP,
        _group_lies_in_its_boundary,
    ),
)
