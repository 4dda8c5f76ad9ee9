"""The most that an institution's pods need at a time, added up from their own manifests.

Owns the sum. Doesn't own any pod's size, nor how many readers a promise allows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from typing import Any

from components.catalog.quantities import parse_bytes
from components.manifests import Manifest

_MIB = 2**20


@dataclass(frozen=True)
class Size:
    """What pods claim.

    Attributes:
        cpu: thousandths of a processor, requested.
        memory: MiB requested.
        memory_limit: MiB that they may use.
        disk: MiB of the nodes' disks requested.
        disk_limit: MiB of the nodes' disks that they may use.
    """

    cpu: int = 0
    memory: int = 0
    memory_limit: int = 0
    disk: int = 0
    disk_limit: int = 0

    def __add__(self, other: Size) -> Size:
        """Claim both at a time."""
        return Size(*map(sum, zip(astuple(self), astuple(other), strict=True)))

    def __mul__(self, times: int) -> Size:
        """Claim it several times."""
        return Size(*(each * times for each in astuple(self)))

    def __or__(self, other: Size) -> Size:
        """Claim the larger of both in every respect: one after the other."""
        return Size(*map(max, zip(astuple(self), astuple(other), strict=True)))


@dataclass(frozen=True)
class Demand:
    """What an institution's pods need at most at a time.

    Attributes:
        pods: how many they are.
        all: what they claim together.
        largest: the largest pod in every respect.
    """

    pods: int
    all: Size
    largest: Size


def demand(manifests: Iterable[Manifest], at_most: Mapping[str, int]) -> Demand:
    """Add up all sets of pods among the manifests, and one pod for a person's work.

    ``at_most`` says how many pods a set that is scaled may have, by its name. The pod for a
    person's work, such as a copy in a migration, is as large as the largest.

    Raises ValueError for a container that states no size, or one in another unit than ours.
    """
    pods, every, largest = 1, Size(), Size()
    for manifest in manifests:
        template = _template(manifest)
        if template is not None:
            count, size = _pods(manifest, at_most), _pod(template)
            pods, every, largest = pods + count, every + size * count, largest | size
    return Demand(pods, every + largest, largest)


def _template(manifest: Manifest) -> Mapping[str, Any] | None:
    """Find the specification of a manifest's pods."""
    spec = manifest.get("spec", {})
    spec = spec["jobTemplate"]["spec"] if manifest["kind"] == "CronJob" else spec
    found: Mapping[str, Any] | None = spec.get("template", {}).get("spec")
    return found


def _pods(manifest: Manifest, at_most: Mapping[str, int]) -> int:
    count: int = at_most.get(manifest["metadata"]["name"], manifest["spec"].get("replicas", 1))
    # While a Deployment is replaced, all its old pods may still drain beside all its new ones.
    return 2 * count if manifest["kind"] == "Deployment" else count


def _pod(template: Mapping[str, Any]) -> Size:
    """Add up what runs side by side; a step before the start claims its size for its time only."""
    steps, beside = Size(), Size()
    for step in template.get("initContainers", ()):
        if step.get("restartPolicy") == "Always":
            beside += _container(step)
        else:
            steps |= _container(step)
    for container in template["containers"]:
        beside += _container(container)
    return steps | beside


def _container(container: Mapping[str, Any]) -> Size:
    try:
        requests, limits = (container["resources"][each] for each in ("requests", "limits"))
        return Size(
            _millis(requests["cpu"]),
            _mebibytes(requests["memory"]),
            _mebibytes(limits["memory"]),
            _mebibytes(requests["ephemeral-storage"]),
            _mebibytes(limits["ephemeral-storage"]),
        )
    except KeyError as missing:
        raise ValueError(
            f"container {container['name']} states no {missing}; state requests of cpu, memory and "
            "ephemeral-storage and limits of the last two, so that the quota fits its pod"
        ) from None


def _millis(quantity: str) -> int:
    """``"500m"`` or ``"2"`` to thousandths of a processor."""
    if not re.fullmatch(r"[0-9]+m?", quantity):
        raise ValueError(f"found {quantity!r} processors; allowed is for example 500m or 2")
    return int(quantity[:-1]) if quantity.endswith("m") else int(quantity) * 1000


def _mebibytes(quantity: str) -> int:
    """A Kubernetes quantity of bytes to MiB, rounded up."""
    return -(-parse_bytes(quantity) // _MIB)
