"""The composition of an environment's platform.

Owns what belongs to a platform and its order. Doesn't own any resource itself.
"""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_kubernetes as k8s

from components.catalog import Catalog
from components.cluster import NodeLabels, SimulatedCluster
from components.placement import Placement, notices
from components.provider import kubernetes_provider
from components.storage import Ceph


def deploy(catalog: Catalog, placement: Placement) -> None:
    """Register the platform: cluster, labels, Ceph, one filesystem per residency class in use."""
    for notice in notices(placement):
        pulumi.log.warn(notice)
    cluster = SimulatedCluster("cluster", catalog.environment, catalog.platform)
    provider = kubernetes_provider(catalog.environment, cluster.kubeconfig)
    labels = NodeLabels("nodes", catalog.platform, _with(provider, cluster))
    Ceph("ceph", catalog.platform, placement.classes, _with(provider, labels))
    pulumi.export("kubeconfig", cluster.kubeconfig)
    pulumi.export("residencyClasses", [residency.name for residency in placement.classes])


def _with(provider: k8s.Provider, after: Any) -> pulumi.ResourceOptions:  # noqa: ANN401 - any resource
    return pulumi.ResourceOptions(providers=[provider], depends_on=[after])
