"""Plans of clusters, made without a catalogue.

Owns the smallest good one. Doesn't own any assertion.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from components.cluster.plan import AptSource, ClusterPlan, PlannedMachine, frozen
from tests.components.catalog.made_cluster import ed25519

GIB: Final = 2**30
KEY: Final = "-----BEGIN OPENSSH PRIVATE KEY-----"


def control(number: int) -> PlannedMachine:
    """A control plane by its number, 1 or more."""
    return _machine(f"control-{number}", number, control_plane=True, devices=())


def worker(number: int, *devices: str) -> PlannedMachine:
    """A worker by its number, 1 or more, with these devices."""
    return _machine(f"worker-{number}", 100 + number, control_plane=False, devices=devices)


def a_plan(controls: int = 1, workers: int = 3, **changes: Any) -> ClusterPlan:  # noqa: ANN401 - any attribute
    """A plan of that many machines; keywords are the plan's own attributes."""
    machines = (
        *(control(number) for number in range(1, controls + 1)),
        *(worker(number) for number in range(1, workers + 1)),
    )
    plan = ClusterPlan(
        name="production",
        version="1.36.3",
        endpoint="api.example.org",
        pod_network="10.244.0.0/16",
        service_network="10.96.0.0/16",
        user="root",
        port=22,
        machines=machines,
        kubernetes_source=AptSource("https://k8s.example.org/ /", "https://k8s.example.org/key"),
        containerd_source=AptSource("https://c.example.org/ /", None),
    )
    return replace(plan, **changes)


def _machine(
    name: str, number: int, *, control_plane: bool, devices: tuple[str, ...]
) -> PlannedMachine:
    return PlannedMachine(
        name=name,
        address=f"10.20.0.{number}",
        host_key=ed25519(number),
        control_plane=control_plane,
        labels=frozen({"topology.kubernetes.io/zone": "lisbon"}),
        devices=devices,
        cpu=8,
        memory=64 * GIB,
    )
