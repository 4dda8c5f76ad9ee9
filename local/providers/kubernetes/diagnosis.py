"""Why an object isn't ready: what its pods and its events say, in sentences.

Owns the looking around; whether the object is ready is decided in
`local.providers.kubernetes.readiness`. Best effort: what can't be read is left out.
"""

from collections.abc import Iterator
from typing import Any, Final

from local.providers.kubernetes.cluster import (
    ApiError,
    Cluster,
    KindMissingError,
    UnreachableError,
)
from local.providers.kubernetes.objects import Manifest
from local.providers.kubernetes.readiness import condition

_PODS: Final = 3
_EVENTS: Final = 3


def explain(cluster: Cluster, manifest: Manifest) -> list[str]:
    """List what explains that `manifest`, a live object, isn't ready."""
    try:
        pods = _unready_pods(cluster, manifest)
        said = [line for pod in pods[:_PODS] for line in _pod_troubles(pod)]
        subjects = [manifest, *pods[:1]]
        said += [line for subject in subjects for line in _warnings(cluster, subject)]
    except (ApiError, KindMissingError, UnreachableError):
        return []
    return list(dict.fromkeys(said))


def _unready_pods(cluster: Cluster, manifest: Manifest) -> list[Manifest]:
    if manifest["kind"] == "Pod":
        return [manifest]
    labels = ((manifest.get("spec") or {}).get("selector") or {}).get("matchLabels")
    if not labels:
        return []
    selector = ",".join(f"{key}={value}" for key, value in labels.items())
    pods = cluster.list_objects(
        "v1", "Pod", manifest["metadata"].get("namespace", ""), labelSelector=selector
    )
    return [
        pod for pod in pods if condition(pod.get("status") or {}, "Ready").get("status") != "True"
    ]


def _pod_troubles(pod: Manifest) -> Iterator[str]:
    name, status = pod["metadata"]["name"], pod.get("status") or {}
    scheduled = condition(status, "PodScheduled")
    if scheduled.get("status") == "False":
        yield f"Pod {name} isn't scheduled: {_sentence(scheduled.get('message'))}"
    for each in [
        *(status.get("initContainerStatuses") or []),
        *(status.get("containerStatuses") or []),
    ]:
        if trouble := _container_trouble(each.get("state") or {}):
            yield f"Container {each['name']} of pod {name} {trouble}"


def _container_trouble(state: dict[str, Any]) -> str:
    if waiting := state.get("waiting"):
        message = waiting.get("message") or waiting.get("reason") or "no reason given"
        return f"waits ({waiting.get('reason', 'no reason')}): {_sentence(message)}"
    ended = state.get("terminated") or {}
    if ended.get("exitCode"):
        reason = ended.get("message") or ended.get("reason") or ""
        return f"ended with exit code {ended['exitCode']}: {_sentence(reason)}"
    return ""


def _warnings(cluster: Cluster, subject: Manifest) -> list[str]:
    metadata = subject["metadata"]
    events = cluster.list_objects(
        "v1",
        "Event",
        metadata.get("namespace", ""),
        fieldSelector=f"involvedObject.name={metadata['name']},type=Warning",
    )
    recent = sorted(events, key=lambda event: str(event.get("lastTimestamp") or ""))[-_EVENTS:]
    return [
        f"{event.get('reason', 'Warning')} at {subject['kind']} {metadata['name']}: "
        f"{_sentence(event.get('message'))}"
        for event in recent
    ]


def _sentence(text: object) -> str:
    return f"{str(text or 'no reason given').strip().rstrip('.')}."
