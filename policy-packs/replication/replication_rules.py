"""The rules of the replication pack.

Owns the judgement of filesystems and groups. Doesn't own what was promised, nor other packs' rules.
All are resource policies: stack policies run only after ``up`` has applied everything, and an
unknown value would turn a mandatory policy into advice (research/pulumi.md §2.3), so it is a
violation here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from pulumi_policy import ReportViolation, ResourceValidationArgs, ResourceValidationPolicy
from pulumi_policy.proxy import UnknownValueError
from replication_facts import Name, Pool, claimed, metadata_servers_within, pools
from replication_promises import LOSSES, Floor, Promise, floor, in_bytes, promises

FILESYSTEM: Final = "kubernetes:ceph.rook.io/v1:CephFilesystem"
GROUP: Final = "kubernetes:ceph.rook.io/v1:CephFilesystemSubVolumeGroup"

Judge = Callable[[ResourceValidationArgs, ReportViolation], None]


def _guard(kind: str, judge: Judge) -> Judge:
    """Judge resources of one type only, and refuse what can't be judged."""

    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        if args.resource_type != kind:
            return
        try:
            judge(args, report)
        except UnknownValueError as unknown:
            report(
                f"{unknown.message}, and this rule guards it: a promise can't be judged on a value "
                "that isn't known. Give it as a literal.",
                None,
            )
        except (KeyError, TypeError, ValueError) as error:
            report(
                f"can't be judged: {type(error).__name__} {error}. Give every pool in full.", None
            )

    return validate


def _stack(args: ResourceValidationArgs) -> tuple[str, str]:
    """Environment and institution, from the URN: an executable pack is told no stack's name."""
    environment, _, institution = args.urn.split("::")[0].rsplit(":", 1)[1].partition(".")
    return environment, institution


def _filesystem_says_the_truth(args: ResourceValidationArgs, report: ReportViolation) -> None:
    spec = args.props["spec"]
    name = claimed(args.props["metadata"]["name"])
    if name is None:
        report(
            "its name isn't that of a residency class (every-x<copies>-<hash> or "
            "home-<data centre>-x<copies>-<hash>), so nobody can tell whose data it may hold",
            None,
        )
        return
    for pool in pools(spec):
        for problem in _untrue(name, pool):
            report(f"{pool.path}: {problem}", None)
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
    if pool.size != name.size:
        problems.append(f"size is {pool.size}, and the name promises {name.size} copies")
    if name.boundary is None and pool.failure_domain != "datacenter":
        problems.append(
            f"failureDomain is {pool.failure_domain}; only datacenter puts a copy in each"
        )
    return problems


def _filesystem_keeps_promises(args: ResourceValidationArgs, report: ReportViolation) -> None:
    environment, _ = _stack(args)
    name = claimed(args.props["metadata"]["name"])
    if name is None:
        return
    least = floor(environment)
    for pool in pools(args.props["spec"]):
        actual = Name(name.boundary, pool.size)
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
    if pool.size < least.copies:
        problems.append(f"{pool.size} copies are below {environment}'s floor of {least.copies}")
    if not held:
        problems.append(
            f"{pool.size} copies in {place} that survive the loss of a {pool.survives} keep no "
            f"institution's promise in {environment}"
        )
    risky = all(promise.survive == "none" for promise in held) and least.min_size == 1
    if pool.min_size < (1 if risky else 2):
        problems.append(
            f"min_size is {pool.min_size}, so that a write may rest on one copy; set 2 or more"
        )
    return problems


def _group_lies_in_its_boundary(args: ResourceValidationArgs, report: ReportViolation) -> None:
    environment, institution = _stack(args)
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
    for problem in _group_problems(spec, promise):
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
    if spec.get("dataPoolName"):
        problems.append("dataPoolName puts objects into a pool that this pack doesn't judge")
    return problems


def _rule(name: str, description: str, kind: str, judge: Judge) -> ResourceValidationPolicy:
    return ResourceValidationPolicy(
        name=name, description=description, validate=_guard(kind, judge)
    )


RULES: Final = (
    _rule(
        "filesystem-says-the-truth",
        "A filesystem's pools and metadata servers lie where its name says, with as many copies.",
        FILESYSTEM,
        _filesystem_says_the_truth,
    ),
    _rule(
        "filesystem-keeps-promises",
        "Every pool keeps the environment's floor and at least one institution's promise.",
        FILESYSTEM,
        _filesystem_keeps_promises,
    ),
    _rule(
        "group-lies-in-its-boundary",
        "An institution's group lies in a filesystem that keeps its promise, with its quota.",
        GROUP,
        _group_lies_in_its_boundary,
    ),
)
