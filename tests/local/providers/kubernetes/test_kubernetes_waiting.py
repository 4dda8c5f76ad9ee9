"""Waiting, over a cluster that answers by a script."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from pulumi.runtime.proto import engine_pb2_grpc

from local.providers.engine import Engine
from local.providers.failures import ProviderError
from local.providers.kubernetes.cluster import ApiError, Cluster, UnreachableError
from local.providers.kubernetes.objects import Manifest, ObjectRef
from local.providers.kubernetes.waiting import (
    NotReadyError,
    Waiter,
    seconds,
    waits_for_deletion,
)
from tests.local.providers.kubernetes.driver import Log

REF = ObjectRef("batch/v1", "Job", "ns", "j")
COMPLETE = {"type": "Complete", "status": "True"}
FAILED = {"type": "Failed", "status": "True", "message": "Job has reached the backoff limit"}


def job(*conditions: dict[str, str], **metadata: Any) -> Manifest:  # noqa: ANN401 any field
    """Give a live job."""
    name = {"name": "j", "namespace": "ns", "uid": "1"}
    status = {"conditions": list(conditions)}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": name | metadata, "status": status}


@dataclass(frozen=True)
class ScriptedCluster:
    """Answers the reads of one object in turn, the last one for ever; nothing is listed."""

    answers: list[Manifest | Exception | None] = field(default_factory=list)

    def get(self, _ref: ObjectRef) -> Manifest | None:
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def list_objects(self, *_kind: str, **_query: str) -> Sequence[Manifest]:
        return []


def waiter(*answers: Manifest | Exception | None, timeout: float = 30) -> Waiter:
    """Make a waiter for a scripted cluster."""
    engine = Engine(cast("engine_pb2_grpc.EngineStub", Log()))
    return Waiter(cast("Cluster", ScriptedCluster(list(answers))), engine, "urn", timeout)


class TestUntilReady:
    def test_gives_the_object_as_it_became_ready(self) -> None:
        ready = job(COMPLETE)

        assert ready == waiter(job(), ready).until_ready(REF, {}, job())

    def test_does_not_look_at_what_the_program_does_not_wait_for(self) -> None:
        inputs = {"metadata": {"annotations": {"pulumi.com/skipAwait": "true"}}}

        assert job() == waiter(None).until_ready(REF, inputs, job())

    def test_gives_up_at_once_when_waiting_is_of_no_use(self) -> None:
        with pytest.raises(NotReadyError, match="Job ns/j failed: Job has reached the backoff"):
            waiter(job(FAILED)).until_ready(REF, {}, job())

    def test_says_what_was_missing_when_the_time_is_up(self) -> None:
        with pytest.raises(NotReadyError, match=r"time-out of 0\.1 s passed: it has not completed"):
            waiter(job(), timeout=0.1).until_ready(REF, {}, job())

    def test_ends_when_the_engine_stops(self) -> None:
        stopped = waiter(job())
        stopped.engine.cancelled.set()

        with pytest.raises(NotReadyError, match="the engine stopped"):
            stopped.until_ready(REF, {}, job())

    def test_says_when_somebody_deleted_the_object(self) -> None:
        with pytest.raises(NotReadyError, match="was deleted by somebody else"):
            waiter(None).until_ready(REF, {}, job())

    def test_survives_a_short_outage(self) -> None:
        down = UnreachableError("down")

        assert job(COMPLETE) == waiter(down, job(COMPLETE)).until_ready(REF, {}, job())

    @pytest.mark.parametrize("error", [UnreachableError("down"), ApiError(500, {})])
    def test_keeps_the_object_over_a_long_one(self, error: Exception) -> None:
        with pytest.raises(NotReadyError, match="can't be looked at") as caught:
            waiter(error).until_ready(REF, {}, job())

        assert job() == caught.value.live

    def test_refuses_a_condition_that_it_cannot_read(self) -> None:
        inputs = {"metadata": {"annotations": {"pulumi.com/waitFor": "ready please"}}}

        with pytest.raises(ProviderError, match="Allowed are jsonpath="):
            waiter(job()).until_ready(REF, inputs, job())


class TestUntilGone:
    def test_ends_when_the_object_is_gone(self) -> None:
        gone = waiter(job(), None)

        gone.until_gone(REF, "1")

        assert [None] == cast("ScriptedCluster", gone.cluster).answers

    def test_ends_when_another_object_has_its_name(self) -> None:
        replaced = waiter(job(), job(uid="2"))

        replaced.until_gone(REF, "1")

        assert [job(uid="2")] == cast("ScriptedCluster", replaced.cluster).answers

    def test_names_what_holds_it_up(self) -> None:
        held = job(finalizers=["example.org/hold"])

        with pytest.raises(ProviderError, match=r"its finalizers are example\.org/hold"):
            waiter(held, timeout=0.1).until_gone(REF, "1")


class TestTimeouts:
    def test_are_the_resource_s_then_the_annotation_s_then_the_default(self) -> None:
        inputs = {"metadata": {"annotations": {"pulumi.com/timeoutSeconds": "7"}}}

        assert 3 == seconds(3, inputs)
        assert 7 == seconds(0, inputs)
        assert 600 == seconds(0, {})


class TestDeletion:
    def test_is_not_waited_for_where_the_official_plugin_does_not(self) -> None:
        metadata = {"annotations": {"pulumi.com/skipAwait": "true"}}

        assert False is waits_for_deletion({"kind": "Namespace", "metadata": metadata})
        assert True is waits_for_deletion({"kind": "ConfigMap", "metadata": metadata})
        assert True is waits_for_deletion({"kind": "Namespace"})
