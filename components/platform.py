"""The composition of an environment's platform.

Owns what belongs to a platform and its order. Doesn't own any resource itself.
"""

from __future__ import annotations

import pulumi
import pulumi_kubernetes as k8s

from components import naming, pins
from components.archive import Priorities
from components.catalog import Catalog, ClusterKind
from components.catalog.cluster import Machines
from components.catalog.platform import NfsStorage
from components.catalog.vocabulary import Role
from components.certificates import CertificateAuthority
from components.cluster import (
    ExistingCluster,
    MachinesCluster,
    NodeLabels,
    SimulatedCluster,
    plan,
    ssh_key,
)
from components.entrance import PlatformEntrance
from components.guardrails import Guardrails, promised_classes
from components.manifests import register
from components.monitoring import RUNBOOKS, Alerting, Keda, MetricsServer, PrometheusStack
from components.network import Cilium, NetworkMonitors, NetworkSpec
from components.placement import Placement, notices
from components.provider import kubernetes_provider
from components.storage import Ceph, NfsDriver, Operators, ceph_namespace


def deploy(catalog: Catalog, placement: Placement) -> None:
    """Register the platform: cluster, labels, Ceph, one filesystem per residency class in use."""
    for notice in notices(placement):
        pulumi.log.warn(notice)
    cluster = _cluster(catalog)
    provider = kubernetes_provider(catalog.environment, cluster.kubeconfig)
    network = _network(catalog, provider, cluster)
    labels = NodeLabels("nodes", catalog.platform, _with(provider, cluster, *network))
    simulated = catalog.platform.cluster.kind is ClusterKind.SIMULATED
    everywhere = _with(provider, labels)
    Priorities("priorities", everywhere)
    authority = CertificateAuthority(
        "authority", catalog.environment, with_controller=not simulated, opts=everywhere
    )
    guardrails = Guardrails(
        "guardrails",
        promised_classes(catalog, placement),
        armed=catalog.stack() in catalog.armed,
        opts=everywhere,
    )
    needed: list[pulumi.Resource] = [labels, guardrails]
    if not simulated:
        # Nothing would act on what they watch or scale on simulated nodes.
        keda = Keda("keda", pins.KEDA_CHART, _with(provider, labels, authority))
        # Before Ceph: Rook fails where it can't make a ServiceMonitor.
        prometheus = PrometheusStack(
            "monitoring", pins.PROMETHEUS_CHART, _with(provider, keda), _alerting(catalog)
        )
        needed.append(prometheus)
        if network:
            NetworkMonitors("network-monitors", _with(provider, prometheus))
        MetricsServer("metrics", pins.METRICS_SERVER_CHART, _with(provider, labels, authority))
    if catalog.platform.domain is not None:
        PlatformEntrance("entrance", catalog.platform.domain, everywhere)
    if isinstance(catalog.platform.storage, NfsStorage):
        NfsDriver("driver", everywhere)
    else:
        _ceph(catalog, placement, provider, needed)
    pulumi.export("kubeconfig", cluster.kubeconfig)
    pulumi.export("residencyClasses", [residency.name for residency in placement.classes])


def _alerting(catalog: Catalog) -> Alerting:
    secrets = pulumi.Config(naming.PROJECT).get_secret_object("alertReceivers")
    platform = catalog.platform
    return Alerting(platform.alert_receivers, secrets, platform.runbooks or RUNBOOKS)


def _ceph(
    catalog: Catalog, placement: Placement, provider: k8s.Provider, after: list[pulumi.Resource]
) -> None:
    namespace = register(ceph_namespace(), pulumi.ResourceOptions(provider=provider))
    needed = [*after, namespace]
    if catalog.platform.cluster.kind is not ClusterKind.SIMULATED:
        # No operator could run on simulated nodes; there they are simulated too.
        needed.append(Operators("operators", _with(provider, *needed)))
    Ceph("ceph", catalog.platform, placement.classes, _with(provider, *needed))


def _cluster(catalog: Catalog) -> SimulatedCluster | ExistingCluster | MachinesCluster:
    cluster = catalog.platform.cluster
    if isinstance(cluster, Machines):
        return MachinesCluster("cluster", plan(catalog, cluster), ssh_key(catalog.environment))
    if cluster.kind is ClusterKind.SIMULATED:
        return SimulatedCluster("cluster", catalog.environment, catalog.platform)
    return ExistingCluster("cluster", catalog.environment)


def _network(
    catalog: Catalog, provider: k8s.Provider, cluster: pulumi.Resource
) -> list[pulumi.Resource]:
    """Register the network of a cluster that this program made; others have one."""
    made = catalog.platform.cluster
    if not isinstance(made, Machines):
        return []
    control_planes = sum(each.role is Role.CONTROL_PLANE for each in catalog.platform.machines)
    spec = NetworkSpec(made.pod_network, control_planes, catalog.platform.domain is not None)
    return [Cilium("network", pins.CILIUM_CHART, spec, _with(provider, cluster))]


def _with(provider: k8s.Provider, *after: pulumi.Resource) -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions(providers=[provider], depends_on=list(after))
