"""The Pulumi program of the laboratory: the project's own cluster, labels and priorities.

Owns what the laboratory lacks: Cilium's images (so kube-proxy stays, and a bridge lies on each
machine), cgroup v2, a clock service and disks. All else is the product's.
"""

from dataclasses import replace
from pathlib import Path

import pulumi

from components.archive import Priorities
from components.catalog import load
from components.catalog.cluster import Machines
from components.cluster import MachinesCluster, NodeLabels, plan, ssh_key
from components.provider import kubernetes_provider

environment = pulumi.get_stack()
catalog = load(Path(__file__).parent / "stacks", environment)
made = catalog.platform.cluster
assert isinstance(made, Machines)
product = plan(catalog, made)
planned = replace(
    product,
    machines=tuple(replace(each, devices=()) for each in product.machines),
    kube_proxy={"mode": "nftables", "conntrack": {"maxPerCore": 0, "min": 0}},
    tolerated=("SystemVerification", "cgroup-v2", "time", "disk-space"),
)
cluster = MachinesCluster("cluster", planned, ssh_key(environment))
provider = kubernetes_provider(environment, cluster.kubeconfig)
labels = NodeLabels(
    "nodes",
    catalog.platform,
    pulumi.ResourceOptions(providers=[provider], depends_on=[cluster]),
)
Priorities("priorities", pulumi.ResourceOptions(providers=[provider], depends_on=[labels]))
pulumi.export("kubeconfig", cluster.kubeconfig)
