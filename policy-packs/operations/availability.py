"""The rules of staying up: disruptions, spread, scaling, and ends in order.

Owns their judgement. Doesn't own whether a probe tells the truth, nor the promise of availability.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from judging.kinds import (
    BUDGET,
    CRON_JOB,
    DEPLOYMENT,
    JOBS,
    RELEASE,
    SCALED_OBJECT,
    SERVERS,
    STATEFUL_SET,
)
from judging.pods import pod_spec, servers
from judging.rule import Rule, Setting
from judging.subject import Resource

_DATA_CENTRE: Final = "topology.rook.io/datacenter"
_HOST: Final = "kubernetes.io/hostname"
_MEMORY_TRIGGERS: Final = ("memory",)
_ADAPTERS: Final = ("prometheus-adapter", "k8s-prometheus-adapter", "datadog")
READERS: Final = Setting(
    "leastReaders",
    "readers that are always there",
    "higher",
    otherwise=2,
    floors={"local": 1, "poc": 1, "comparison": 1},
)
DOORS: Final = Setting(
    "leastGateways", "gateways of each institution that are always there", "higher", otherwise=2
)
SAMPLES: Final = Setting(
    "longestPolling",
    "seconds between two looks at the demand, at most",
    "lower",
    otherwise=30,
)


def _budget(resource: Resource) -> Iterator[str]:
    spec = resource.spec
    least, most = spec.get("minAvailable"), spec.get("maxUnavailable")
    if (least is None) == (most is None):
        yield "it must say either minAvailable or maxUnavailable"
    elif most is not None and most != 1:
        yield f"maxUnavailable is {most}; 1 lets a node drain and leaves the rest"
    elif least is not None and (isinstance(least, str) or least < 1):
        yield f"minAvailable is {least}; a number of 1 or more leaves somebody"
    if not (spec["selector"].get("matchLabels") or {}):
        yield "its selector matches every pod, or none"
    if spec.get("unhealthyPodEvictionPolicy") != "AlwaysAllow":
        yield (
            "unhealthyPodEvictionPolicy isn't AlwaysAllow, so that a pod which never gets ready "
            "keeps its node from being drained"
        )


def _spread(resource: Resource) -> Iterator[str]:
    replicas = resource.spec.get("replicas", 1)
    if replicas < 1:
        yield "it has no replica, so nobody serves"
    if resource.kind == DEPLOYMENT and resource.stack.institution and replicas < DOORS.of(resource):
        yield f"it has {replicas:g} replica; allowed is {DOORS.of(resource):g} or more"
    if replicas < 2:  # noqa: PLR2004 - one can't be spread
        return
    found: dict[str, Mapping[str, Any]] = {}
    for each in pod_spec(resource).get("topologySpreadConstraints") or ():
        found[str(each["topologyKey"])] = each
    labels = resource.spec["template"]["metadata"]["labels"]
    for key, demanded in ((_DATA_CENTRE, True), (_HOST, False)):
        constraint = found.get(key)
        if constraint is None:
            yield f"its {replicas:g} pods may all stand in one {key.rpartition('/')[2]}"
            continue
        if constraint["maxSkew"] != 1:
            skew = constraint["maxSkew"]
            yield f"the constraint by {key} allows a skew of {skew:g}; allowed is 1"
        if demanded and constraint["whenUnsatisfiable"] != "DoNotSchedule":
            yield f"the constraint by {key} is only a wish: say DoNotSchedule"
        selected = constraint["labelSelector"].get("matchLabels") or {}
        if not selected or any(labels.get(name) != value for name, value in selected.items()):
            yield f"the constraint by {key} selects other pods than its own"


def _autoscaling(resource: Resource) -> Iterator[str]:
    spec = resource.spec
    least, most = spec.get("minReplicaCount", 0), spec["maxReplicaCount"]
    wanted = READERS.of(resource)
    if least < wanted:
        yield f"minReplicaCount is {least:g}; allowed is {wanted:g} or more"
    if most < least:
        yield f"maxReplicaCount {most:g} is below minReplicaCount {least:g}"
    if spec.get("idleReplicaCount") is not None:
        yield "idleReplicaCount lets all readers go"
    if spec.get("pollingInterval", 30) > SAMPLES.of(resource):
        yield f"pollingInterval is {spec.get('pollingInterval', 30):g} s; demand is seen too late"
    fallback = spec.get("fallback") or {}
    if fallback.get("behavior") != "currentReplicasIfHigher":
        yield "without fallback.behavior: currentReplicasIfHigher a lost metric takes readers away"
    if not least <= fallback.get("replicas", -1) <= most:
        yield "fallback.replicas must lie between minReplicaCount and maxReplicaCount"
    if fallback.get("failureThreshold", 0) < 1:
        yield "fallback.failureThreshold must be 1 or more"
    yield from _behaviour(spec)
    for trigger in spec["triggers"]:
        yield from _trigger(trigger)


def _behaviour(spec: Mapping[str, Any]) -> Iterator[str]:
    advanced = spec.get("advanced") or {}
    behaviour = (advanced.get("horizontalPodAutoscalerConfig") or {}).get("behavior") or {}
    if (behaviour.get("scaleDown") or {}).get("stabilizationWindowSeconds", 300) < 60:  # noqa: PLR2004
        yield "scaleDown.stabilizationWindowSeconds below 60 makes readers come and go"
    if advanced.get("restoreToOriginalReplicaCount") is True:
        yield "restoreToOriginalReplicaCount takes readers away when the ScaledObject goes"


def _trigger(trigger: Mapping[str, Any]) -> Iterator[str]:
    name = str(trigger.get("name") or trigger["type"])
    if trigger["type"] in _MEMORY_TRIGGERS:
        yield f"the trigger {name} scales by memory, which a Java heap never gives back"
    if trigger["type"] == "prometheus" and trigger["metadata"].get("ignoreNullValues") != "false":
        yield f"the trigger {name} takes an empty metric for no demand: ignoreNullValues: 'false'"


def _ends(resource: Resource) -> Iterator[str]:
    spec = pod_spec(resource)
    grace = spec.get("terminationGracePeriodSeconds", 30)
    for name, container in servers(spec):
        sleep = ((container.get("lifecycle") or {}).get("preStop") or {}).get("sleep") or {}
        if sleep.get("seconds", 0) >= grace:
            yield f"container {name} is killed while it still waits for its last callers"


def _jobs(resource: Resource) -> Iterator[str]:
    spec = resource.spec["jobTemplate"]["spec"] if resource.kind == CRON_JOB else resource.spec
    if not spec.get("activeDeadlineSeconds"):
        yield "it has no activeDeadlineSeconds, so that it may hang for ever"
    if spec.get("backoffLimit") is None or spec["backoffLimit"] > 6:  # noqa: PLR2004 - the default
        yield "it has no backoffLimit of 6 or less"
    if resource.kind == CRON_JOB and resource.spec.get("concurrencyPolicy") != "Forbid":
        yield "two of it may run at once: say concurrencyPolicy: Forbid"


def _one_adapter(resource: Resource) -> Iterator[str]:
    chart = str(resource.props["chart"]).rpartition("/")[2]
    if chart in _ADAPTERS:
        yield f"{chart} takes the API external.metrics.k8s.io from KEDA, and readers stop scaling"


RULES: Final = (
    Rule(
        "disruptions-are-bounded",
        "A drained node takes one pod at a time, and never the last.",
        "Say maxUnavailable: 1 and unhealthyPodEvictionPolicy: AlwaysAllow.",
        frozenset({BUDGET}),
        _budget,
    ),
    Rule(
        "replicas-are-spread",
        "Pods that stand for each other stand in different data centres, and on different hosts.",
        "Take the topologySpreadConstraints of components/archive/pod.py.",
        frozenset({DEPLOYMENT, STATEFUL_SET}),
        _spread,
        settings=(DOORS,),
    ),
    Rule(
        "autoscaling-is-guarded",
        "No lost, empty or slow metric takes readers away.",
        "Take the ScaledObject of components/monitoring/scaling.py.",
        frozenset({SCALED_OBJECT}),
        _autoscaling,
        settings=(READERS, SAMPLES),
    ),
    Rule(
        "ends-in-order",
        "A server has longer to end than it waits for its last callers.",
        "Raise terminationGracePeriodSeconds above preStop's sleep.",
        SERVERS,
        _ends,
    ),
    Rule(
        "jobs-end",
        "Every Job ends, and never runs twice at once.",
        "Set activeDeadlineSeconds and backoffLimit; for a CronJob also concurrencyPolicy: Forbid.",
        JOBS,
        _jobs,
    ),
    Rule(
        "one-owner-of-external-metrics",
        "KEDA alone serves external metrics.",
        "Remove the chart; KEDA's Prometheus trigger does what it did.",
        frozenset({RELEASE}),
        _one_adapter,
    ),
)
