"""The pods that a workload makes, and their containers, read from its properties.

Owns where they stand in each kind. Doesn't own any judgement of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from judging.kinds import CRON_JOB, POD
from judging.subject import Resource

Spec = Mapping[str, Any]


def pod_spec(resource: Resource) -> Spec:
    """The spec of the pods that a workload makes."""
    spec = resource.spec
    if resource.kind == POD:
        return spec
    if resource.kind == CRON_JOB:
        spec = spec["jobTemplate"]["spec"]
    found: Spec = spec["template"]["spec"]
    return found


def containers(spec: Spec) -> Iterator[tuple[str, Spec]]:
    """Every container with its name, those that run first and those that debug included."""
    for group in ("initContainers", "containers", "ephemeralContainers"):
        for container in spec.get(group) or ():
            yield str(container["name"]), container


def servers(spec: Spec) -> Iterator[tuple[str, Spec]]:
    """The containers that serve, with their names."""
    for container in spec["containers"]:
        yield str(container["name"]), container
