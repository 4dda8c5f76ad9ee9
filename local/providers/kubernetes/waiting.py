"""Waiting for an object to be ready or gone, with a time-out and words about what is missing.

Owns the polling; the rules are in `local.providers.kubernetes.readiness` and ``waitfor``.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import grpc

from local.providers.engine import Engine
from local.providers.failures import ProviderError
from local.providers.kubernetes.cluster import ApiError, Cluster, UnreachableError
from local.providers.kubernetes.diagnosis import explain
from local.providers.kubernetes.objects import (
    SKIP_AWAIT,
    TIMEOUT_SECONDS,
    WAIT_FOR,
    Manifest,
    ObjectRef,
    annotation,
)
from local.providers.kubernetes.readiness import READY, Verdict, judge
from local.providers.kubernetes.waitfor import WaitForError, judge_all, parse

_DEFAULT_TIMEOUT: Final = 600.0  # the official plugin's, for every kind
_FIRST_PAUSE: Final = 0.1
_LONGEST_PAUSE: Final = 2.0
_QUIET_SECONDS: Final = 1.0  # most waits are over before anybody has read why
_LATE_BINDING: Final = "WaitForFirstConsumer"

# ``allowsSkipAwaitWithDelete`` of the official plugin: only these leave without being waited for.
_SKIP_ON_DELETE: Final = frozenset(
    {
        "DaemonSet",
        "Deployment",
        "Job",
        "Namespace",
        "Pod",
        "ReplicationController",
        "StatefulSet",
    }
)


class NotReadyError(Exception):
    """An object exists but did not become ready.

    Attributes:
        live: the object as last seen.
        reasons: sentences; the first one says what is missing.

    """

    def __init__(self, live: Manifest, reasons: list[str]) -> None:
        """Keep the parts."""
        super().__init__(reasons[0])
        self.live = live
        self.reasons = reasons


def seconds(requested: float, inputs: Manifest) -> float:
    """Choose a time-out: ``customTimeouts``, then the annotation, then the default."""
    text = annotation(inputs, TIMEOUT_SECONDS)
    return requested or (float(text) if text.isdecimal() else _DEFAULT_TIMEOUT)


def assess(cluster: Cluster, inputs: Manifest, live: Manifest) -> Verdict:
    """Judge once whether a live object is ready, by its annotation or by its kind.

    Raises:
        ProviderError: the annotation can't be read.

    """
    if annotation(inputs, SKIP_AWAIT) == "true":
        return READY
    if text := annotation(inputs, WAIT_FOR):
        try:
            return judge_all(parse(text), live)
        except WaitForError as error:
            raise ProviderError(str(error), grpc.StatusCode.INVALID_ARGUMENT) from None
    verdict = judge(live)
    if live["kind"] == "PersistentVolumeClaim" and _waits_for_consumer(cluster, live):
        return READY
    if live["kind"] == "Service" and verdict.ready and _has_pending_endpoints(cluster, live):
        return Verdict(ready=False, reason="some of its pods are not ready")
    return verdict


class _Status:
    """The status line of one wait: silent for a moment, and never the same twice in a row."""

    def __init__(self, engine: Engine, urn: str) -> None:
        self._engine = engine
        self._urn = urn
        self._start = time.monotonic()
        self._shown = ""

    def show(self, text: str) -> None:
        if text != self._shown and time.monotonic() - self._start >= _QUIET_SECONDS:
            self._engine.status(text, self._urn)
            self._shown = text


@dataclass(frozen=True)
class Waiter:
    """Waits for one resource's objects.

    Attributes:
        urn: of the resource, for the status line.
        timeout: seconds, for each wait.

    """

    cluster: Cluster
    engine: Engine
    urn: str
    timeout: float

    def until_ready(self, ref: ObjectRef, inputs: Manifest, live: Manifest) -> Manifest:
        """Return the object once it is ready.

        Raises:
            NotReadyError: the time-out passed, waiting is of no use, or the engine stops.

        """
        status = _Status(self.engine, self.urn)
        try:
            verdict = assess(self.cluster, inputs, live)
            for _ in self._turns():
                if verdict.ready or verdict.failed:
                    break
                status.show(f"{ref} isn't ready: {verdict.reason}.")
                seen = self._look(ref)
                if seen is None:
                    raise NotReadyError(live, [f"{ref} was deleted by somebody else."])
                live = seen
                verdict = assess(self.cluster, inputs, live)
        except (ApiError, UnreachableError) as error:
            raise NotReadyError(live, [f"{ref} can't be looked at: {error}"]) from None
        if verdict.ready:
            return live
        raise NotReadyError(live, [self._ending(ref, verdict), *explain(self.cluster, live)])

    def until_gone(self, ref: ObjectRef, uid: str) -> None:
        """Return once the object with this uid doesn't exist any more.

        Raises:
            ProviderError: the time-out passed, or the engine stops.

        """
        live, status = self.cluster.get(ref), _Status(self.engine, self.urn)
        for _ in self._turns():
            if live is None or live["metadata"].get("uid") != uid:
                return
            status.show(f"{ref} is being deleted{_obstacles(live)}.")
            live = self.cluster.get(ref)
        cause = "the engine stopped" if self.engine.cancelled.is_set() else self._passed()
        obstacles = _obstacles(live) if live else ""
        message = f"{ref} still exists: {cause}{obstacles}. Deleting it again goes on waiting."
        raise ProviderError(message, grpc.StatusCode.DEADLINE_EXCEEDED)

    def _turns(self) -> Iterator[None]:
        """Pause before each turn, ever longer, until the time is up or the engine stops."""
        end, pause = time.monotonic() + self.timeout, _FIRST_PAUSE
        yield
        while not self.engine.cancelled.wait(min(pause, max(end - time.monotonic(), 0))):
            if time.monotonic() >= end:
                return
            yield
            pause = min(pause * 1.5, _LONGEST_PAUSE)

    def _look(self, ref: ObjectRef) -> Manifest | None:
        """Read the object, over a short outage of the API server."""
        try:
            return self.cluster.get(ref)
        except UnreachableError:
            self.engine.cancelled.wait(_LONGEST_PAUSE)
            return self.cluster.get(ref)

    def _ending(self, ref: ObjectRef, verdict: Verdict) -> str:
        if verdict.failed:
            return f"{ref} failed: {verdict.reason}."
        cause = "the engine stopped" if self.engine.cancelled.is_set() else self._passed()
        return f"{ref} isn't ready, and {cause}: {verdict.reason}."

    def _passed(self) -> str:
        return f"the time-out of {self.timeout:g} s passed"


def waits_for_deletion(inputs: Manifest) -> bool:
    """Tell whether a deletion of this object is waited for."""
    skipped = annotation(inputs, SKIP_AWAIT) == "true" and inputs.get("kind") in _SKIP_ON_DELETE
    return not skipped


def _waits_for_consumer(cluster: Cluster, claim: Manifest) -> bool:
    """Tell whether a claim can't be bound before a pod uses it."""
    name = (claim.get("spec") or {}).get("storageClassName")
    if not name:
        return False
    storage_class = cluster.get(ObjectRef("storage.k8s.io/v1", "StorageClass", "", name))
    return bool(storage_class and storage_class.get("volumeBindingMode") == _LATE_BINDING)


def _has_pending_endpoints(cluster: Cluster, service: Manifest) -> bool:
    """Tell whether pods behind a service are not ready; no pods at all are no reason to wait."""
    spec, metadata = service.get("spec") or {}, service["metadata"]
    headless = spec.get("clusterIP") == "None"
    if headless or spec.get("type") == "ExternalName" or not spec.get("selector"):
        return False
    try:
        slices = cluster.list_objects(
            "discovery.k8s.io/v1",
            "EndpointSlice",
            metadata["namespace"],
            labelSelector=f"kubernetes.io/service-name={metadata['name']}",
        )
    except ApiError:
        return False
    states = [
        endpoint.get("conditions") or {}
        for each in slices
        for endpoint in each.get("endpoints") or []
    ]
    return any(state.get("ready") is False and not state.get("terminating") for state in states)


def _obstacles(live: Manifest) -> str:
    """Name what holds a deletion up."""
    spec, status = live.get("spec") or {}, live.get("status") or {}
    finalizers = live["metadata"].get("finalizers") or []
    if live["kind"] == "Namespace":
        finalizers = spec.get("finalizers") or []
    said = [f"its finalizers are {', '.join(finalizers)}"] if finalizers else []
    said += [
        str(each.get("message")).rstrip(".")
        for each in status.get("conditions") or []
        if live["kind"] == "Namespace" and each.get("status") == "True" and each.get("message")
    ]
    return f" ({'; '.join(said)})" if said else ""
