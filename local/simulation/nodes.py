"""The cluster's Node objects, as kubelets would have registered them on its machines.

kwok plays the kubelets: it keeps the nodes Ready and their pods Running. Topology labels (data
centres) are not set here; whoever deploys the platform sets them.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local.simulation.api import ApiServer
from local.simulation.failure import SimulationError
from local.simulation.machines import Machine

_PATH = "/api/v1/nodes"
SIMULATED = "imaging-simulation/simulated"
_SIZE = "imaging-simulation/size"
_CONTROL_PLANE = "node-role.kubernetes.io/control-plane"
_PATIENCE = 60.0

# As kubeadm's defaults would have it on a common server; kwok fills in the versions.
_PODS = "110"
_DISK = "100Gi"
_SYSTEM = {
    "architecture": "amd64",
    "operatingSystem": "linux",
    "kernelVersion": "6.12.0-simulated",
    "osImage": "Debian GNU/Linux 13 (simulated)",
    "containerRuntimeVersion": "containerd://2.1.4-simulated",
}


@dataclass(frozen=True)
class Changes:
    """What takes the cluster's nodes to a document: Node objects, and names to remove."""

    create: tuple[dict[str, Any], ...]
    resize: tuple[dict[str, Any], ...]
    remove: tuple[str, ...]

    def __bool__(self) -> bool:
        """Tell whether there is anything to do."""
        return bool(self.create or self.resize or self.remove)


def manifest(machine: Machine) -> dict[str, Any]:
    """Return the Node that a machine's kubelet would register."""
    system = {
        "kubernetes.io/hostname": machine.name,
        "kubernetes.io/arch": _SYSTEM["architecture"],
        "kubernetes.io/os": _SYSTEM["operatingSystem"],
    }
    leads = machine.role == "control-plane"
    resources = {
        "cpu": str(machine.cpu),
        "memory": machine.memory,
        "pods": _PODS,
        "ephemeral-storage": _DISK,
    }
    node: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": machine.name,
            "labels": system | ({_CONTROL_PLANE: ""} if leads else {}),
            "annotations": {
                SIMULATED: "by kwok: pods on this node do not run",
                _SIZE: f"{machine.cpu} cores, {machine.memory} memory",
            },
        },
        "spec": {},
        "status": {"capacity": resources, "allocatable": resources, "nodeInfo": _SYSTEM},
    }
    if leads:
        node["spec"] = {"taints": [{"key": _CONTROL_PLANE, "effect": "NoSchedule"}]}
    return node


def compare(existing: Sequence[Mapping[str, Any]], machines: Sequence[Machine]) -> Changes:
    """Compare the cluster's nodes with a document.

    A machine whose role changed is removed and comes back with the next comparison, as it would
    have to join anew. Nodes that were not made here are left alone.
    """
    ours = {
        node["metadata"]["name"]: node
        for node in existing
        if SIMULATED in node["metadata"].get("annotations", {})
    }
    wanted = {machine.name: manifest(machine) for machine in machines}
    taken = {node["metadata"]["name"] for node in existing}
    return Changes(
        create=tuple(node for name, node in wanted.items() if name not in taken),
        resize=tuple(
            node for name, node in wanted.items() if name in ours and _resized(ours[name], node)
        ),
        remove=tuple(
            name
            for name, node in ours.items()
            if name not in wanted or _leads(node) != _leads(wanted[name])
        ),
    )


def synchronise(api: ApiServer, machines: Sequence[Machine]) -> bool:
    """Add, resize and remove nodes until the cluster has these machines; tell if any changed."""
    changed = False
    for _ in range(2):  # what is removed for its role comes back in the second round
        changes = compare(_nodes(api), machines)
        changed = changed or bool(changes)
        for name in changes.remove:
            api.delete(f"{_PATH}/{name}")
        for node in changes.create:
            api.create(_PATH, node)
        for node in changes.resize:
            path = f"{_PATH}/{node['metadata']['name']}"
            resources = {key: node["status"][key] for key in ("capacity", "allocatable")}
            api.merge(f"{path}/status", {"status": resources})
            api.merge(path, {"metadata": {"annotations": node["metadata"]["annotations"]}})
    return changed


def wait_ready(api: ApiServer, machines: Sequence[Machine]) -> None:
    """Wait until every machine's node is Ready.

    Raises:
        SimulationError: naming those that aren't after a minute.
    """
    deadline = time.monotonic() + _PATIENCE
    names = {machine.name for machine in machines}
    while late := sorted(names - {node["metadata"]["name"] for node in _nodes(api) if ready(node)}):
        if time.monotonic() > deadline:
            raise SimulationError(
                f"These simulated nodes aren't Ready after {_PATIENCE:.0f} s: {', '.join(late)}."
            )
        time.sleep(0.1)


def ready(node: Mapping[str, Any]) -> bool:
    """Tell whether a Node reports Ready and nothing keeps pods off it for not being so."""
    conditions = node["status"].get("conditions", [])
    taints = node["spec"].get("taints", [])
    return any(
        condition["type"] == "Ready" and condition["status"] == "True" for condition in conditions
    ) and not any(taint["key"].startswith("node.kubernetes.io/") for taint in taints)


def _nodes(api: ApiServer) -> list[dict[str, Any]]:
    answer = api.get(_PATH)
    return list(answer["items"]) if answer else []


def _resized(existing: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    # Not the quantities themselves: the API server writes 1024Gi as 1Ti.
    before, after = (node["metadata"]["annotations"].get(_SIZE) for node in (existing, wanted))
    return bool(before != after)


def _leads(node: Mapping[str, Any]) -> bool:
    return _CONTROL_PLANE in node["metadata"].get("labels", {})
