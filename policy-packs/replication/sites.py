"""The rules of machines: where nodes stand, what Ceph is made of, and how full it may get.

Owns their judgement against the platform's stack file. Doesn't own pools
(:mod:`replication.filesystems`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from judging.kinds import CLUSTER, NODE_PATCH
from judging.promises import Environment, Promise, institutions, platform
from judging.rule import Rule, Setting
from judging.subject import Resource

_CENTRE: Final = "topology.rook.io/datacenter"
FULL: Final = Setting(
    "mostFull",
    "share of a data centre's disks that full quotas may fill",
    "lower",
    otherwise=0.85,
)
"""Ceph warns at 0.85 (mon_osd_nearfull_ratio) and stops writing at 0.95."""
_LEAST_MONS: Final = 3
_CODED_OVERHEAD: Final = 2.0
"""At most: with 4 data and 2 coding chunks it is 1.5."""


def _node(resource: Resource) -> Iterator[str]:
    environment = platform(resource.stack.environment)
    name = str(resource.metadata["name"])
    machine = environment.machines.get(name)
    if machine is None:
        yield f"{name} is no machine of the platform's stack file"
        return
    found = (resource.metadata.get("labels") or {}).get(_CENTRE)
    if found != machine.data_centre:
        yield (
            f"its label {_CENTRE} says {found or 'nothing'}, and it stands in "
            f"{machine.data_centre}: Ceph would put copies outside their boundary"
        )


def _spans(resource: Resource) -> Iterator[str]:
    environment, spec = platform(resource.stack.environment), resource.spec
    mon = spec["mon"]
    if mon["count"] < _LEAST_MONS or mon["count"] % 2 == 0:
        yield f"mon.count is {mon['count']:g}; an odd number of 3 or more outlives the loss of one"
    if mon.get("allowMultiplePerNode") is not False:
        yield "two mons may stand on one node: mon.allowMultiplePerNode: false"
    zones = {str(zone["name"]) for zone in mon.get("zones") or ()}
    if mon.get("failureDomainLabel") != _CENTRE or zones != environment.data_centres:
        yield f"its mons don't stand in every data centre: {', '.join(sorted(zones)) or 'no zone'}"
    found = {str(node["name"]): node for node in spec["storage"]["nodes"]}
    for name in sorted(
        set(found) ^ {name for name, each in environment.machines.items() if each.devices}
    ):
        yield f"{name} gives disks in one of stack file and cluster, and not in the other"
    for name in sorted(set(found) & set(environment.machines)):
        devices = {str(device["name"]) for device in found[name]["devices"]}
        if devices != set(environment.machines[name].devices):
            yield f"the disks of {name} aren't those of the stack file"
    if (spec.get("disruptionManagement") or {}).get("managePodBudgets") is not True:
        yield "a drained data centre may take two: disruptionManagement.managePodBudgets: true"


def _head_room(resource: Resource) -> Iterator[str]:
    environment = platform(resource.stack.environment)
    most = FULL.of(resource)
    have: dict[str, int] = defaultdict(int)
    for node in resource.spec["storage"]["nodes"]:
        machine = environment.machines[str(node["name"])]
        given = {str(device["name"]) for device in node["devices"]}
        have[machine.data_centre] += sum(
            size for name, size in machine.devices.items() if name in given
        )
    need = _needed(environment, institutions(resource.stack.environment).values())
    for centre in sorted(need):
        share = need[centre] / have[centre] if have[centre] else 1.0
        if share > most:
            yield (
                f"full quotas fill {share:.0%} of the disks in {centre}; allowed is {most:.0%}: "
                "add disks there, or lower a capacity"
            )


def _needed(environment: Environment, promises: object) -> dict[str, float]:
    """The bytes that every quota, when full, takes in each data centre."""
    need: dict[str, float] = defaultdict(float)
    for promise in promises:  # type: ignore[attr-defined]
        centres = [promise.boundary] if promise.boundary else sorted(environment.data_centres)
        for centre in centres:
            need[centre] += promise.capacity * _copies(promise) / len(centres)
    return need


def _copies(promise: Promise) -> float:
    return _CODED_OVERHEAD if promise.coded else promise.copies


RULES: Final = (
    Rule(
        "nodes-stand-where-they-say",
        "A node's label names the data centre in which its machine stands.",
        "Correct dataCentre of the machine in the platform's stack file.",
        frozenset({NODE_PATCH}),
        _node,
        residency=True,
    ),
    Rule(
        "ceph-spans-its-data-centres",
        "Ceph is made of the stack file's disks, with a mon in every data centre.",
        "Take the cluster of components/storage/ceph_cluster.py.",
        frozenset({CLUSTER}),
        _spans,
        residency=True,
    ),
    Rule(
        "disks-have-head-room",
        "When every quota is full, Ceph still writes.",
        "Add disks, or lower a capacity.",
        frozenset({CLUSTER}),
        _head_room,
        settings=(FULL,),
    ),
)
