"""Whether an object is ready, from its own status: one pure function per kind.

Owns the rules; reading, waiting and looking at an object's pods are elsewhere. Rules are those of
``provider/pkg/await`` of pulumi-kubernetes, which are kubectl's for rollouts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from local.providers.kubernetes.objects import Manifest, group_of


@dataclass(frozen=True)
class Verdict:
    """Whether to go on waiting.

    Attributes:
        ready: nothing is missing.
        reason: what is missing, as the end of "it isn't ready: ...".
        failed: waiting can't help any more.

    """

    ready: bool
    reason: str = ""
    failed: bool = False


READY: Final = Verdict(ready=True)


def _waiting(reason: str) -> Verdict:
    return Verdict(ready=False, reason=reason)


def judge(manifest: Manifest) -> Verdict:
    """Judge a live object; kinds without a rule are ready once they exist."""
    rule = _RULES.get((group_of(manifest["apiVersion"]), manifest["kind"]))
    return (
        rule(manifest.get("spec") or {}, manifest.get("status") or {}, manifest) if rule else READY
    )


def condition(status: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    """Give a condition by its type; empty when it isn't there."""
    for each in status.get("conditions") or []:
        if str(each.get("type", "")).lower() == kind.lower():
            found: Mapping[str, Any] = each
            return found
    return {}


def is_observed(manifest: Manifest) -> bool:
    """Tell whether the controller has seen the newest generation, where it says so at all."""
    generation = manifest["metadata"].get("generation", 0)
    observed = (manifest.get("status") or {}).get("observedGeneration")
    return observed is None or bool(observed >= generation)


_UNSEEN: Final = _waiting("its controller has not seen the change yet")

_Rule = Callable[[Mapping[str, Any], Mapping[str, Any], Manifest], Verdict]


def _rollout(manifest: Manifest) -> Verdict | None:
    status = manifest.get("status") or {}
    seen = "observedGeneration" in status and is_observed(manifest)
    return None if seen else _UNSEEN


def _deployment(spec: Mapping[str, Any], status: Mapping[str, Any], manifest: Manifest) -> Verdict:
    if unseen := _rollout(manifest):
        return unseen
    progressing = condition(status, "Progressing")
    if progressing.get("reason") == "ProgressDeadlineExceeded":
        reason = progressing.get("message") or "its rollout exceeded its progress deadline"
        return Verdict(ready=False, reason=str(reason), failed=True)
    wanted = spec.get("replicas", 1)
    updated, total = status.get("updatedReplicas", 0), status.get("replicas", 0)
    available = status.get("availableReplicas", 0)
    if updated < wanted:
        return _waiting(f"{updated} of {wanted} pods are made from the newest template")
    if total > updated:
        return _waiting(f"{total - updated} old pods have not ended yet")
    if available < wanted:
        return _waiting(f"{available} of {wanted} pods are available")
    return READY


def _stateful_set(
    spec: Mapping[str, Any], status: Mapping[str, Any], manifest: Manifest
) -> Verdict:
    if unseen := _rollout(manifest):
        return unseen
    wanted = spec.get("replicas", 1)
    ready, updated = status.get("readyReplicas", 0), status.get("updatedReplicas", 0)
    if ready < wanted:
        return _waiting(f"{ready} of {wanted} pods are ready")
    if status.get("replicas", 0) > wanted:
        return _waiting(f"{status['replicas'] - wanted} pods too many have not ended yet")
    strategy = spec.get("updateStrategy") or {}
    if strategy.get("type") == "OnDelete":
        return READY
    partition = (strategy.get("rollingUpdate") or {}).get("partition", 0)
    if updated < wanted - partition:
        return _waiting(f"{updated} of {wanted - partition} pods are made from the newest template")
    if not partition and status.get("currentRevision") != status.get("updateRevision"):
        return _waiting("its rollout has not ended yet")
    return READY


def _daemon_set(spec: Mapping[str, Any], status: Mapping[str, Any], manifest: Manifest) -> Verdict:
    if unseen := _rollout(manifest):
        return unseen
    wanted = status.get("desiredNumberScheduled", 0)
    updated, available = status.get("updatedNumberScheduled", 0), status.get("numberAvailable", 0)
    if (spec.get("updateStrategy") or {}).get("type") != "OnDelete" and updated < wanted:
        return _waiting(f"{updated} of {wanted} pods are made from the newest template")
    if available < wanted:
        return _waiting(f"{available} of {wanted} pods are available")
    return READY


def _pod(_spec: Mapping[str, Any], status: Mapping[str, Any], _manifest: Manifest) -> Verdict:
    phase = status.get("phase", "Pending")
    if phase == "Succeeded" or condition(status, "Ready").get("status") == "True":
        return READY
    if phase == "Failed":
        return Verdict(ready=False, reason=str(status.get("message") or "it failed"), failed=True)
    return _waiting(f"its phase is {phase}")


def _job(_spec: Mapping[str, Any], status: Mapping[str, Any], _manifest: Manifest) -> Verdict:
    if condition(status, "Complete").get("status") == "True":
        return READY
    failure = condition(status, "Failed")
    if failure.get("status") == "True":
        reason = failure.get("message") or failure.get("reason") or "it failed"
        return Verdict(ready=False, reason=str(reason), failed=True)
    counts = ", ".join(f"{status.get(key, 0)} {key}" for key in ("active", "succeeded", "failed"))
    return _waiting(f"it has not completed ({counts} pods)")


def _phase(*wanted: str) -> _Rule:
    def rule(_spec: Mapping[str, Any], status: Mapping[str, Any], _manifest: Manifest) -> Verdict:
        phase = status.get("phase", "none yet")
        return READY if phase in wanted else _waiting(f"its phase is {phase}")

    return rule


def _condition(kind: str) -> _Rule:
    def rule(_spec: Mapping[str, Any], status: Mapping[str, Any], _manifest: Manifest) -> Verdict:
        found = condition(status, kind)
        if found.get("status") == "True":
            return READY
        return _waiting(str(found.get("message") or f"its condition {kind} is not True yet"))

    return rule


def _service(spec: Mapping[str, Any], status: Mapping[str, Any], _manifest: Manifest) -> Verdict:
    if spec.get("type") != "LoadBalancer" or (status.get("loadBalancer") or {}).get("ingress"):
        return READY
    return _waiting("no load balancer gave it an address")


_RULES: Final[Mapping[tuple[str, str], _Rule]] = {
    ("", "Namespace"): _phase("Active"),
    ("", "PersistentVolume"): _phase("Available", "Bound"),
    ("", "PersistentVolumeClaim"): _phase("Bound"),
    ("", "Pod"): _pod,
    ("", "Service"): _service,
    ("apiextensions.k8s.io", "CustomResourceDefinition"): _condition("Established"),
    ("apiregistration.k8s.io", "APIService"): _condition("Available"),
    ("apps", "DaemonSet"): _daemon_set,
    ("apps", "Deployment"): _deployment,
    ("apps", "StatefulSet"): _stateful_set,
    ("batch", "Job"): _job,
}
