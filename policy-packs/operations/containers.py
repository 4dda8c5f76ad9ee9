"""The rules of what runs: which image, with how much, and how anybody knows that it works.

Owns the judgement of images, resources and probes. Doesn't own what containers may do
(:mod:`operations.security`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from judging.kinds import CLUSTER, FILESYSTEM, RELEASE, SERVERS, WORKLOADS
from judging.pods import containers, pod_spec, servers
from judging.promises import in_bytes
from judging.rule import Rule
from judging.subject import Resource

_DIGEST: Final = re.compile(r"@sha256:[0-9a-f]{64}$")
_PROCESSORS: Final = re.compile(r"[0-9]+m|[0-9]+(\.[0-9]+)?")
_EXACT: Final = re.compile(r"(^|[-v])[0-9]+\.[0-9]+\.[0-9]+([-.+][A-Za-z0-9.-]+)?$")
"""A tag that ends in a version of three parts; v20.2 and latest move."""
_DENIED: Final = (
    (
        re.compile(r"(^|/)ceph/ceph:v20\.2\.0(-|$)"),
        "it loses data of CephFS with read affinity (github.com/rook/rook/issues/16839)",
    ),
    (
        re.compile(r"(^|/)ceph/ceph:v(1[0-8]|[0-9])\."),
        "Rook 1.20 supports Ceph from 19.2 on (research/rook.md §1)",
    ),
    (
        re.compile(r"(^|/)dicoogle(/[^:]*)?:(v?[0-2]\.|v?3\.[0-4]\.)"),
        "settings and storage plugin are made for Dicoogle 3.5, and an earlier one wasn't tried",
    ),
)
"""Images that must never run, and the reason; research/rook.md has the sources."""
_DENIED_CHARTS: Final = (
    (
        "rook-ceph",
        re.compile(r"^v?1\.([0-9]|1[0-9])\."),
        "the objects rendered here are of 1.20's definitions, and an earlier one wasn't tried",
    ),
    (
        "ceph-csi-drivers",
        re.compile(r"^v?0\."),
        "the values here are those of 1.0, the line of Rook 1.20",
    ),
)


def _images(resource: Resource) -> Iterator[tuple[str, str]]:
    """Every image of a resource, and where it stands."""
    if resource.kind == CLUSTER:
        yield "spec.cephVersion", str(resource.spec["cephVersion"]["image"])
        return
    for name, container in containers(pod_spec(resource)):
        yield f"container {name}", str(container["image"])


def _pinned(resource: Resource) -> Iterator[str]:
    for where, image in _images(resource):
        registry, _, rest = image.partition("/")
        if not rest or not ("." in registry or ":" in registry):
            yield f"{where}: the image {image} names no registry, so that the node does"
        if _DIGEST.search(image):
            continue
        tag = image.rpartition("/")[2].partition(":")[2]
        if not _EXACT.search(tag):
            yield f"{where}: the image {image} isn't pinned; what runs may change by itself"


def _allowed(resource: Resource) -> Iterator[str]:
    if resource.kind == RELEASE:
        chart, version = str(resource.props["chart"]), str(resource.props["version"])
        for name, pattern, reason in _DENIED_CHARTS:
            if chart.rpartition("/")[2] == name and pattern.search(version):
                yield f"{chart} {version} must never run: {reason}"
        return
    for where, image in _images(resource):
        for pattern, reason in _DENIED:
            if pattern.search(image):
                yield f"{where}: {image} must never run: {reason}"
    if resource.kind == CLUSTER and resource.spec["cephVersion"].get("allowUnsupported") is True:
        yield "spec.cephVersion.allowUnsupported lets Rook run what nobody tested"


def _bounded(resource: Resource) -> Iterator[str]:
    for where, found in _resources(resource):
        requests, limits = found.get("requests") or {}, found.get("limits") or {}
        missing = [f"requests.{key}" for key in ("cpu", "memory") if not requests.get(key)]
        missing += [] if limits.get("memory") else ["limits.memory"]
        if missing:
            yield f"{where} has no {', '.join(missing)}"
        elif not _PROCESSORS.fullmatch(str(requests["cpu"])):
            yield f"{where} asks for {requests['cpu']} processors, which is no number"
        elif in_bytes(limits["memory"]) < in_bytes(requests["memory"]):
            yield f"{where} asks for more memory than its limit"


def _resources(resource: Resource) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if resource.kind == CLUSTER:
        given = resource.spec.get("resources") or {}
        for daemon in ("mon", "mgr", "osd"):
            yield f"spec.resources.{daemon}", given.get(daemon) or {}
    elif resource.kind == FILESYSTEM:
        yield "the metadata server", resource.spec["metadataServer"].get("resources") or {}
    else:
        for name, container in containers(pod_spec(resource)):
            yield f"container {name}", container.get("resources") or {}


def _probed(resource: Resource) -> Iterator[str]:
    for name, container in servers(pod_spec(resource)):
        for probe in ("readinessProbe", "livenessProbe"):
            said = container.get(probe) or {}
            how = [each for each in ("exec", "httpGet", "tcpSocket", "grpc") if said.get(each)]
            if len(how) != 1:
                yield f"container {name} has no {probe}"
        if (container.get("livenessProbe") or {}).get("failureThreshold", 3) < 1:
            yield f"container {name} is killed at its first slow answer"


RULES: Final = (
    Rule(
        "images-are-pinned",
        "Every image names its registry, and a digest or an exact version.",
        "Name registry and version in full, for example quay.io/ceph/ceph:v20.2.4.",
        WORKLOADS | {CLUSTER},
        _pinned,
    ),
    Rule(
        "versions-are-allowed",
        "No version runs that is known to lose data.",
        "Take the version of components/pins.py.",
        WORKLOADS | {CLUSTER, RELEASE},
        _allowed,
    ),
    Rule(
        "resources-are-bounded",
        "Every container asks for processor and memory, and has a limit of memory.",
        "Set requests.cpu, requests.memory and limits.memory.",
        WORKLOADS | {CLUSTER, FILESYSTEM},
        _bounded,
    ),
    Rule(
        "servers-are-probed",
        "Everything that serves says whether it is ready, and whether it lives.",
        "Give it a readinessProbe and a livenessProbe that mean something.",
        SERVERS,
        _probed,
    ),
)
