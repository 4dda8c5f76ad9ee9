"""The rules of what Pulumi does: to which cluster, with which chart, and what it never deletes.

Owns the judgement of providers, options, charts and kinds. Doesn't own what lies in a chart: its
objects are invisible to a policy (research/pulumi.md §2.5).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from judging.kinds import (
    ADMISSION_BINDING,
    ADMISSION_POLICY,
    BINDINGS,
    BUDGET,
    CERTIFICATE,
    CLAIM,
    CLASS,
    CLIENT,
    CLUSTER,
    CONFIG_MAP,
    FILESYSTEM,
    GATEWAY,
    GROUP,
    NAMESPACE,
    NETWORK_POLICY,
    NODE_PATCH,
    QUOTA,
    RELEASE,
    ROLES,
    SCALED_OBJECT,
    SECRET,
    SERVICE,
    SERVICE_ACCOUNT,
    STATEFUL_SET,
    TLS_ROUTE,
    VOLUME,
    WORKLOADS,
)
from judging.promises import armed
from judging.rule import Rule
from judging.subject import Resource

_DATA: Final = frozenset({CLUSTER, FILESYSTEM, GROUP, CLAIM})
CHARTS: Final = {
    "cert-manager": "https://charts.jetstack.io",
    "ceph-csi-drivers": "https://ceph.github.io/ceph-csi-operator",
    "cilium": "https://helm.cilium.io",
    "csi-driver-nfs": "https://kubernetes-csi.github.io/csi-driver-nfs",
    "keda": "https://kedacore.github.io/charts",
    "kube-prometheus-stack": "https://prometheus-community.github.io/helm-charts",
    "metrics-server": "https://kubernetes-sigs.github.io/metrics-server/",
    "rook-ceph": "https://charts.rook.io/release",
}
"""The charts that may come in, each from its publisher: no policy sees what lies in one."""
_VERSION: Final = re.compile(r"v?[0-9]+\.[0-9]+\.[0-9]+(-[A-Za-z0-9.-]+)?")
_JUDGED: Final = (
    WORKLOADS
    | _DATA
    | ROLES
    | BINDINGS
    | {ADMISSION_BINDING, ADMISSION_POLICY, BUDGET, CERTIFICATE, CLASS, CLIENT, CONFIG_MAP, GATEWAY}
    | {NAMESPACE, NETWORK_POLICY, NODE_PATCH, QUOTA, RELEASE, SCALED_OBJECT, SECRET, SERVICE}
    | {SERVICE_ACCOUNT, TLS_ROUTE, VOLUME}
)
_HARMLESS: Final = frozenset(
    f"kubernetes:{kind}"
    for kind in (
        "cert-manager.io/v1:ClusterIssuer",
        "cilium.io/v2:CiliumLoadBalancerIPPool",
        "cilium.io/v2alpha1:CiliumL2AnnouncementPolicy",
        "core/v1:LimitRange",
        "gateway.networking.k8s.io/v1:GatewayClass",
        "monitoring.coreos.com/v1:PodMonitor",
        "monitoring.coreos.com/v1:PrometheusRule",
        "monitoring.coreos.com/v1:ServiceMonitor",
        "scheduling.k8s.io/v1:PriorityClass",
    )
)
"""Kinds in which nothing of an institution's can be given away or lost."""


def _provider(resource: Resource) -> Iterator[str]:
    if resource.provider is None or resource.provider[0].startswith("default"):
        yield "it goes to whatever cluster the shell points at: give it provider="
        return
    expected = f"imaging-{resource.stack.environment}"
    found = resource.provider[1].get("clusterIdentifier")
    if found != expected:
        yield f"its provider is {found or 'unnamed'}, and the environment's is {expected}"


def _protected(resource: Resource) -> Iterator[str]:
    if resource.protected or _readers(resource) or armed(resource.stack):
        return
    yield "its deletion would delete examinations, and nothing keeps Pulumi from it: protect=True"


def _readers(resource: Resource) -> bool:
    """Whether it is only a reader's view of what another claim holds."""
    return resource.kind == CLAIM and list(resource.spec["accessModes"]) == ["ReadOnlyMany"]


def _watched(resource: Resource) -> Iterator[str]:
    allowed = {"spec.replicas"} if resource.kind == STATEFUL_SET else set()
    for path in sorted(set(resource.ignored) - allowed):
        yield f"changes of {path} are ignored, so that no preview shows them"


def _chart(resource: Resource) -> Iterator[str]:
    props = resource.props
    version = str(props.get("version") or "")
    if not _VERSION.fullmatch(version):
        yield f"its version is {version or 'missing'}, so that the next run may install another"
    repository = str((props.get("repositoryOpts") or {}).get("repo") or "")
    chart = str(props["chart"])
    if chart not in CHARTS:
        yield f"the chart {chart} is none of {', '.join(CHARTS)}"
    elif repository != CHARTS[chart]:
        yield f"its repository is {repository or 'missing'}; its publisher's is {CHARTS[chart]}"
    for key in ("disableWebhooks", "disableOpenapiValidation", "devel", "forceUpdate"):
        if props.get(key) is True:
            yield f"{key} switches a check off"


def _known(resource: Resource) -> Iterator[str]:
    if resource.kind not in _JUDGED | _HARMLESS:
        yield f"no pack judges {resource.kind.removeprefix('kubernetes:')}"


RULES: Final = (
    Rule(
        "no-ambient-provider",
        "Every object goes to its environment's cluster, and to no other.",
        "Pass the provider of components/provider.py.",
        frozenset(),
        _provider,
    ),
    Rule(
        "data-is-protected",
        "Pulumi deletes nothing that holds examinations, unless its stack is armed.",
        "Register it with holds_data of components/manifests.py.",
        _DATA,
        _protected,
    ),
    Rule(
        "no-change-is-ignored",
        "Every change shows in a preview.",
        "Remove ignore_changes; only the readers' number is the autoscaler's.",
        frozenset(),
        _watched,
    ),
    Rule(
        "charts-are-pinned",
        "Every chart is one that was looked into, of its publisher, in one version.",
        "Take the version of components/pins.py.",
        frozenset({RELEASE}),
        _chart,
    ),
    Rule(
        "kinds-are-judged",
        "No kind of object comes in that no rule looks at.",
        "Use a kind that is judged, or judge it: operations/engine.py lists those that are.",
        frozenset(),
        _known,
    ),
)
