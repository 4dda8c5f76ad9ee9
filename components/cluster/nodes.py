"""The labels by which Kubernetes, Rook and CRUSH know in which data centre a node stands.

Owns them. Doesn't own the nodes. Rook reads the labels when it makes the first OSDs, so they must
be there before the CephCluster (research/rook.md §1.4).
"""

from __future__ import annotations

import pulumi
import pulumi_kubernetes as k8s

from components import naming
from components.catalog import Platform
from components.catalog.platform import zone


class NodeLabels(pulumi.ComponentResource):
    """Every machine's data centre, as a label on its node."""

    def __init__(
        self, name: str, platform: Platform, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        centres = {machine.name: machine.data_centre for machine in platform.machines}
        super().__init__("imaging:cluster:NodeLabels", name, {"dataCentres": centres}, opts)
        for machine, centre in centres.items():
            k8s.core.v1.NodePatch(
                f"node-{machine}",
                metadata={"name": machine, "labels": labels(platform, centre)},
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({})


def labels(platform: Platform, data_centre: str) -> dict[str, str]:
    """The labels of a data centre's nodes; Services prefer endpoints in a client's own zone."""
    return {
        naming.DATA_CENTRE_LABEL: data_centre,
        naming.ZONE_LABEL: zone(platform, data_centre),
    }
