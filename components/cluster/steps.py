"""The steps that make a node of a machine: what each runs, and what it is told.

Owns each step's settings and files. Doesn't own the order of steps, nor secrets
(:mod:`components.cluster.machines`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from components.cluster import control_plane_files as files
from components.cluster import kubeadm
from components.cluster.node_files import node_files
from components.cluster.plan import ClusterPlan, PlannedMachine
from components.cluster.scripts import Setting, script

_PORTS: Final = ("10250", "7443")
_CONTROL_PLANE_PORTS: Final = ("6443", "2379", "2380", "10257", "10259")
_FREE_MIB: Final = 20 * 1024


def preflight(plan: ClusterPlan, machine: PlannedMachine) -> str:
    """Whether the machine can become a node; it changes nothing."""
    ports = _PORTS + (_CONTROL_PLANE_PORTS if machine.control_plane else ())
    return script(
        "preflight",
        {
            "MACHINE": machine.name,
            "ADDRESS": machine.address,
            "CPU": str(machine.cpu),
            "MEMORY": str(machine.memory),
            "FREE_MIB": str(_FREE_MIB),
            "PORTS": " ".join(ports),
            "DEVICES": machine.devices,
            "TOLERATED": " ".join(plan.tolerated),
        },
    )


def prepare(plan: ClusterPlan, machine: PlannedMachine) -> str:
    """Packages and settings; a machine that is a node already keeps its version."""
    return script(
        "prepare",
        {
            "MACHINE": machine.name,
            "VERSION": plan.version,
            "KUBERNETES_SOURCE": plan.kubernetes_source.line,
            "KUBERNETES_KEY": plan.kubernetes_source.key or "",
            "CONTAINERD_SOURCE": plan.containerd_source.line,
            "CONTAINERD_KEY": plan.containerd_source.key or "",
        },
        node_files(plan),
    )


def member(plan: ClusterPlan, machine: PlannedMachine) -> tuple[str, str]:
    """Founding or joining, following the version, leaving: all before and after an invitation.

    The invitation is what the step ``invite`` printed: settings, as lines of shell. It belongs
    between the two texts.
    """
    founder = machine == plan.founder
    settings: dict[str, Setting] = {
        "MACHINE": machine.name,
        "CLUSTER": plan.name,
        "VERSION": plan.version,
        "FOUNDER": "yes" if founder else "no",
        "CONTROL_PLANE": "yes" if machine.control_plane else "no",
        "TOLERATED": " ".join(plan.tolerated),
        "JOIN": "" if founder else _json(kubeadm.joining(plan, machine)),
        **NO_INVITATION,
    }
    whole = script("member", settings, _member_files(plan, machine))
    head, mark, tail = whole.partition("write_files() {\n")
    return head, mark + tail


NO_INVITATION: Final[Mapping[str, str]] = {
    "TOKEN": "",
    "CA_HASH": "",
    "CERTIFICATE_KEY": "",
    "ENCRYPTION": "",
}


def node(plan: ClusterPlan, machine: PlannedMachine) -> str:
    """What the founder does for a node: clear, admit, release, forget."""
    return script(
        "node",
        {
            "MACHINE": plan.founder.name,
            "NODE": machine.name,
            "ADDRESS": machine.address,
            "VERSION": plan.version,
            "LABELS": tuple(f"{key}={value}" for key, value in machine.labels.items()),
        },
    )


def invite(plan: ClusterPlan, machine: PlannedMachine) -> str:
    """A short-lived invitation, which the founder prints."""
    return script(
        "invite",
        {
            "MACHINE": plan.founder.name,
            "NODE": machine.name,
            "CONTROL_PLANE": "yes" if machine.control_plane else "no",
        },
    )


def kubeconfig(plan: ClusterPlan) -> str:
    """How to reach the cluster, which the founder prints.

    Each upgrade renews the certificate in it, so it is printed anew with each version.
    """
    settings = {
        "MACHINE": plan.founder.name,
        "ENDPOINT": plan.endpoint,
        "VERSION": plan.version,
    }
    return script("kubeconfig", settings)


def _member_files(plan: ClusterPlan, machine: PlannedMachine) -> Mapping[str, str]:
    written: dict[str, str] = {}
    if machine.control_plane:
        written[files.ADMISSION] = _json(files.admission())
        written[files.AUDIT_POLICY] = _json(files.audit_policy())
    if machine == plan.founder:
        documents = kubeadm.founding(plan)
        written[f"{files.FOLDER}/kubeadm.yaml"] = "---\n".join(_json(each) for each in documents)
    return written


def _json(document: Mapping[str, Any]) -> str:
    """JSON is YAML, without its traps."""
    return json.dumps(document, indent=2) + "\n"
