"""A cluster with a real control plane and simulated nodes, on the machine that runs Pulumi.

Owns the request to ``local.simulation``, which starts and stops it. Doesn't own what runs inside:
no pod ever does.
"""

from __future__ import annotations

import json
from typing import Any

import pulumi
import pulumi_command as command

from components.catalog import Platform
from components.catalog.quantities import format_bytes


class SimulatedCluster(pulumi.ComponentResource):
    """The simulated cluster of an environment.

    Attributes:
        kubeconfig: how to reach it, a secret.
    """

    kubeconfig: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        environment: str,
        platform: Platform,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        nodes = simulated_nodes(platform)
        super().__init__("imaging:cluster:Simulated", name, nodes, opts)
        simulation = "python -m local.simulation"
        cluster = command.local.Command(
            "control-plane",
            create=f"{simulation} start --environment {environment}",
            delete=f"{simulation} stop --environment {environment}",
            stdin=json.dumps(nodes),
            logging=command.local.Logging.STDERR,
            opts=pulumi.ResourceOptions(parent=self, additional_secret_outputs=["stdout"]),
        )
        self.kubeconfig = pulumi.Output.secret(cluster.stdout)
        self.register_outputs({"kubeconfig": self.kubeconfig})


def simulated_nodes(platform: Platform) -> dict[str, Any]:
    """List the nodes that stand for an environment's machines, as ``local.simulation`` reads it."""
    return {
        "nodes": [
            {
                "name": machine.name,
                "role": machine.role.value,
                "cpu": machine.cpu,
                "memory": format_bytes(machine.memory),
            }
            for machine in platform.machines
        ]
    }
