"""A cluster that this program makes of bare machines, over SSH.

Owns the order of steps and the secrets that pass between them. Doesn't own what a step does
(:mod:`components.cluster.steps`), nor the network of pods: until there is one, no node is Ready.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_command as command

from components.cluster import steps
from components.cluster.plan import ClusterPlan, PlannedMachine
from components.cluster.scripts import command as shell

_DIALS: Final = 3
"""Failed dials that are forgiven. The plugin redials a wrong host key too, which then looks like a
hang for minutes (research/machines-lab.md §2)."""
_DIAL_SECONDS: Final = 10


@dataclass(frozen=True)
class _Verbs:
    """What a script is asked to do when its resource comes or changes, and when it goes."""

    do: str
    undo: str | None = None


class MachinesCluster(pulumi.ComponentResource):
    """A cluster of machines, node by node.

    Every machine is looked at before the first is changed. Then one after the other is cleared of
    pods if its version changes, joins or is upgraded, and is admitted: so an upgrade goes node by
    node too, control planes first. A machine that leaves the plan is released, reset, and
    forgotten, in this order.

    Attributes:
        kubeconfig: how to reach it as its administrator, a secret.
    """

    kubeconfig: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        plan: ClusterPlan,
        ssh_key: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        intent = {"version": plan.version, "machines": [each.name for each in plan.machines]}
        super().__init__("imaging:cluster:Machines", name, intent, opts)
        made = _Steps(self, plan, ssh_key)
        looked = [made.preflight(machine) for machine in plan.machines]
        before: list[pulumi.Resource] = [made.prepare(machine, looked) for machine in plan.machines]
        for machine in plan.machines:
            before = [*before, made.node(machine, before)]
        self.kubeconfig = made.kubeconfig(before)
        self.register_outputs({"kubeconfig": self.kubeconfig})


class _Steps:
    """The resources of one cluster's steps."""

    def __init__(self, cluster: MachinesCluster, plan: ClusterPlan, key: pulumi.Input[str]) -> None:
        self._cluster = cluster
        self._plan = plan
        self._key = key

    def preflight(self, machine: PlannedMachine) -> pulumi.Resource:
        """Look at a machine."""
        text = steps.preflight(self._plan, machine)
        return self._run(f"preflight-{machine.name}", machine, text, [], _Verbs("look"))

    def prepare(self, machine: PlannedMachine, after: Sequence[pulumi.Resource]) -> pulumi.Resource:
        """Install what a node needs."""
        text = steps.prepare(self._plan, machine)
        return self._run(f"prepare-{machine.name}", machine, text, after, _Verbs("prepare"))

    def node(self, machine: PlannedMachine, after: Sequence[pulumi.Resource]) -> pulumi.Resource:
        """Make a machine a node of the plan's version, or keep it one; and take it back."""
        founder = self._plan.founder
        text = steps.node(self._plan, machine)
        cleared = self._run(
            f"clear-{machine.name}", founder, text, after, _Verbs("clear", "forget")
        )
        member = self._run(
            f"member-{machine.name}",
            machine,
            self._member(machine, cleared),
            [cleared],
            _Verbs("stay", "leave"),
        )
        return self._run(
            f"admit-{machine.name}", founder, text, [member], _Verbs("admit", "release")
        )

    def kubeconfig(self, after: Sequence[pulumi.Resource]) -> pulumi.Output[str]:
        """Read how to reach the cluster."""
        text = steps.kubeconfig(self._plan)
        read = self._run("kubeconfig", self._plan.founder, text, after, _Verbs("show"))
        return pulumi.Output.secret(read.stdout)

    def _member(self, machine: PlannedMachine, after: pulumi.Resource) -> pulumi.Input[str]:
        head, tail = steps.member(self._plan, machine)
        if machine == self._plan.founder:
            return head + tail
        text = steps.invite(self._plan, machine)
        invitation = self._run(
            f"invite-{machine.name}", self._plan.founder, text, [after], _Verbs("invite")
        )
        told: pulumi.Output[str] = pulumi.Output.secret(invitation.stdout)
        return told.apply(lambda settings: f"{head}{settings}\n{tail}")

    def _run(
        self,
        name: str,
        machine: PlannedMachine,
        text: pulumi.Input[str],
        after: Sequence[pulumi.Resource],
        verbs: _Verbs,
    ) -> command.remote.Command:
        user = self._plan.user
        return command.remote.Command(
            name,
            connection=command.remote.ConnectionArgs(
                host=machine.address,
                port=self._plan.port,
                user=user,
                private_key=self._key,
                host_key=machine.host_key,
                dial_error_limit=_DIALS,
                per_dial_timeout=_DIAL_SECONDS,
            ),
            create=shell(user, verbs.do),
            delete=None if verbs.undo is None else shell(user, verbs.undo),
            stdin=text,
            logging=command.remote.Logging.STDERR,
            # What a step printed last may be an invitation, which belongs into no environment.
            add_previous_output_in_env=False,
            opts=pulumi.ResourceOptions(
                parent=self._cluster,
                depends_on=list(after),
                additional_secret_outputs=["stdout"],
            ),
        )
