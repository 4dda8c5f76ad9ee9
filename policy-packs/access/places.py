"""The rules of where an institution's objects lie, and whose names they bear.

Owns the judgement of namespaces and of every name that points at somebody. Doesn't own what keys
(:mod:`access.storage`), networks (:mod:`access.network`) and gateways (:mod:`access.gateway`)
allow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from judging.kinds import (
    ADMISSION_BINDING,
    ADMISSION_POLICY,
    BINDINGS,
    CLASS,
    CLIENT,
    CONFIG_MAP,
    GROUP,
    JOB,
    NAMESPACE,
    NODE_PATCH,
    RELEASE,
    ROLES,
    RULES_OF_PROMETHEUS,
    VOLUME,
)
from judging.promises import institutions
from judging.rule import Rule
from judging.subject import Resource
from pulumi_policy.proxy import UnknownValueError

PLATFORM: Final = frozenset(
    {"cert-manager", "entrance", "imaging-promises", "keda", "kube-system", "monitoring"}
    | {"rook-ceph"}
)
"""The namespaces of the platform; only a chart goes into kube-system."""
_CLUSTER_WIDE: Final = (
    BINDINGS
    | ROLES
    | {
        ADMISSION_BINDING,
        ADMISSION_POLICY,
        CLASS,
        NAMESPACE,
        NODE_PATCH,
        VOLUME,
        "kubernetes:scheduling.k8s.io/v1:PriorityClass",
        "kubernetes:cert-manager.io/v1:ClusterIssuer",
        "kubernetes:cilium.io/v2:CiliumLoadBalancerIPPool",
        "kubernetes:cilium.io/v2alpha1:CiliumL2AnnouncementPolicy",
        "kubernetes:gateway.networking.k8s.io/v1:GatewayClass",
    }
)
_LABEL: Final = "imaging/institution"
_ELSEWHERE: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "rook-ceph": {
        GROUP: ("{0}",),
        CLIENT: ("{0}-ingest", "{0}-reader"),
        JOB: ("snapshots-{0}",),
    },
    "imaging-promises": {CONFIG_MAP: ("institution-{0}",)},
}
"""What an institution's stack may put into the platform's namespaces: kinds and names."""
_TELLING: Final = frozenset({CONFIG_MAP, RULES_OF_PROMETHEUS})
"""Where a grant's receiver is named: in the gateway's rules, and in what watches over the grant."""
_KNOWN_LATER: Final = frozenset(
    {"spec.csi.volumeAttributes.rootPath", "spec.template.spec.containers.*.env.*.value"}
)
"""Paths of volumes, which exist once the volume does; keys bind whatever they are."""


def _at_home(resource: Resource) -> Iterator[str]:
    institution = resource.stack.institution
    everywhere = institutions(resource.stack.environment)
    metadata: Mapping[str, Any] = resource.props if resource.kind == RELEASE else resource.metadata
    name, namespace = str(metadata["name"]), metadata.get("namespace")
    label = (metadata.get("labels") or {}).get(_LABEL)
    if not institution:
        if namespace in everywhere or label in everywhere:
            yield f"the platform puts it into {namespace or label}'s own, whose stack alone may"
        yield from _platforms(resource.kind, name if resource.kind == NAMESPACE else namespace)
        return
    if label not in (None, institution):
        yield f"its label {_LABEL} says {label}, and it is {institution}'s"
    yield from _institutions(resource.kind, institution, name, namespace)


def _institutions(kind: str, institution: str, name: str, namespace: str | None) -> Iterator[str]:
    if namespace is None:
        if kind not in _CLUSTER_WIDE:
            yield "it has no namespace, so it goes into the provider's default"
        elif kind == NAMESPACE and name != institution:
            yield f"the namespace {name} isn't {institution}, which alone is its own"
        elif not _names(institution, name):
            yield f"it has no namespace, and its name {name} doesn't say whose it is"
    elif namespace in _ELSEWHERE:
        allowed = [each.format(institution) for each in _ELSEWHERE[namespace].get(kind, ())]
        if name not in allowed:
            may = ", ".join(allowed) or "no such kind"
            yield f"{institution}'s stack may put {may} into {namespace}, and not {name}"
    elif namespace != institution:
        yield f"its namespace is {namespace}; {institution}'s is {institution}"


def _platforms(kind: str, namespace: str | None) -> Iterator[str]:
    if namespace is None:
        if kind not in _CLUSTER_WIDE:
            yield "it has no namespace, so it goes into the provider's default"
    elif namespace not in PLATFORM or (namespace == "kube-system" and kind != RELEASE):
        yield f"its namespace is {namespace}; the platform's are {', '.join(sorted(PLATFORM))}"


def _names_nobody_else(resource: Resource) -> Iterator[str]:
    institution = resource.stack.institution
    if not institution:
        return
    everywhere = institutions(resource.stack.environment)
    granted: frozenset[str] = frozenset()
    if resource.kind in _TELLING and institution in everywhere:
        granted = frozenset(everywhere[institution].grants)
    others = set(everywhere) - {institution} - granted
    for path, text in _strings(resource.props, ()):
        for other in sorted(others):
            if _names(other, text):
                yield f"{path} names {other}, to whom {institution} grants nothing"


def _names(institution: str, text: str) -> bool:
    """Whether a text has an institution's name as a word of its own."""
    return re.search(rf"(?<![a-z0-9]){re.escape(institution)}(?![a-z0-9])", text) is not None


def _strings(value: object, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Every text of a resource with its path, keys included, but for what is known later."""
    if isinstance(value, str):
        yield ".".join(path), value
    elif isinstance(value, Mapping):
        for key in value:
            yield ".".join(path), str(key)
            try:
                inside = value[key]
            except UnknownValueError:
                if _later((*path, key)):
                    continue
                raise
            yield from _strings(inside, (*path, str(key)))
    elif isinstance(value, Sequence):
        for index in range(len(value)):
            yield from _strings(value[index], (*path, str(index)))


def _later(path: tuple[str, ...]) -> bool:
    return ".".join("*" if step.isdigit() else step for step in path) in _KNOWN_LATER


RULES: Final = (
    Rule(
        "objects-stay-at-home",
        "An institution's stack writes into its own namespace, and nobody else's stack does.",
        "Put it into the namespace of the institution's name, in its own stack.",
        frozenset(),
        _at_home,
    ),
    Rule(
        "no-foreign-names",
        "Nothing of an institution's names another that it grants nothing to.",
        "Remove the name, or have the owner write a grant into its own stack file (access:).",
        frozenset(),
        _names_nobody_else,
    ),
)
