"""The composition of an environment's platform.

Owns what belongs to a platform and its order. Doesn't own any resource itself.
"""

from __future__ import annotations

import pulumi
import pulumi_kubernetes as k8s

from components.archive import Priorities
from components.catalog import Catalog, ClusterKind
from components.catalog.platform import NfsStorage
from components.certificates import CertificateAuthority
from components.cluster import ExistingCluster, NodeLabels, SimulatedCluster
from components.entrance import PlatformEntrance
from components.manifests import register
from components.placement import Placement, notices
from components.provider import kubernetes_provider
from components.storage import Ceph, NfsDriver, Operators, ceph_namespace


def deploy(catalog: Catalog, placement: Placement) -> None:
    """Register the platform: cluster, labels, Ceph, one filesystem per residency class in use."""
    for notice in notices(placement):
        pulumi.log.warn(notice)
    cluster = _cluster(catalog)
    provider = kubernetes_provider(catalog.environment, cluster.kubeconfig)
    labels = NodeLabels("nodes", catalog.platform, _with(provider, cluster))
    simulated = catalog.platform.cluster.kind is ClusterKind.SIMULATED
    everywhere = _with(provider, labels)
    Priorities("priorities", everywhere)
    CertificateAuthority(
        "authority", catalog.environment, with_controller=not simulated, opts=everywhere
    )
    if catalog.platform.domain is not None:
        PlatformEntrance("entrance", catalog.platform.domain, everywhere)
    if isinstance(catalog.platform.storage, NfsStorage):
        NfsDriver("driver", everywhere)
    else:
        _ceph(catalog, placement, provider, labels)
    pulumi.export("kubeconfig", cluster.kubeconfig)
    pulumi.export("residencyClasses", [residency.name for residency in placement.classes])


def _ceph(
    catalog: Catalog, placement: Placement, provider: k8s.Provider, labels: pulumi.Resource
) -> None:
    namespace = register(ceph_namespace(), pulumi.ResourceOptions(provider=provider))
    needed: list[pulumi.Resource] = [labels, namespace]
    if catalog.platform.cluster.kind is not ClusterKind.SIMULATED:
        # No operator could run on simulated nodes; there they are simulated too.
        needed.append(Operators("operators", _with(provider, *needed)))
    Ceph("ceph", catalog.platform, placement.classes, _with(provider, *needed))


def _cluster(catalog: Catalog) -> SimulatedCluster | ExistingCluster:
    if catalog.platform.cluster.kind is ClusterKind.SIMULATED:
        return SimulatedCluster("cluster", catalog.environment, catalog.platform)
    return ExistingCluster("cluster", catalog.environment)


def _with(provider: k8s.Provider, *after: pulumi.Resource) -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions(providers=[provider], depends_on=list(after))
