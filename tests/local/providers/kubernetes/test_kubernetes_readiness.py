"""When objects are ready, by kind and by the waitFor annotation."""

from typing import Any

import pytest

from local.providers.kubernetes.objects import Manifest
from local.providers.kubernetes.readiness import Verdict, judge
from local.providers.kubernetes.waitfor import WaitForError, judge_all, parse


def thing(api_version: str, kind: str, spec: Any = None, **status: Any) -> Manifest:  # noqa: ANN401
    """Give a live object of the second generation."""
    metadata = {"name": "x", "generation": 2}
    parts = {"metadata": metadata, "spec": spec or {}, "status": status}
    return {"apiVersion": api_version, "kind": kind, **parts}


def verdict(text: str, live: Manifest) -> Verdict:
    """Judge by an annotation."""
    return judge_all(parse(text), live)


SET_DONE = {
    "observedGeneration": 2,
    "replicas": 2,
    "readyReplicas": 2,
    "updatedReplicas": 2,
    "currentRevision": "b",
    "updateRevision": "b",
}
DEPLOYMENT_DONE = {
    "observedGeneration": 2,
    "replicas": 2,
    "updatedReplicas": 2,
    "availableReplicas": 2,
}
DAEMON_DONE = {
    "observedGeneration": 2,
    "desiredNumberScheduled": 2,
    "updatedNumberScheduled": 2,
    "numberAvailable": 2,
}


class TestWorkloads:
    CASES = (
        ("StatefulSet", SET_DONE),
        ("Deployment", DEPLOYMENT_DONE),
        ("DaemonSet", DAEMON_DONE),
    )

    @pytest.mark.parametrize(("kind", "status"), CASES)
    def test_are_ready_when_rolled_out(self, kind: str, status: dict[str, Any]) -> None:
        assert True is judge(thing("apps/v1", kind, {"replicas": 2}, **status)).ready

    @pytest.mark.parametrize(("kind", "status"), CASES)
    def test_are_not_ready_before_their_controller_saw_the_change(
        self, kind: str, status: dict[str, Any]
    ) -> None:
        old = {**status, "observedGeneration": 1}

        assert "controller has not seen" in judge(
            thing("apps/v1", kind, {"replicas": 2}, **old)
        ).reason.replace("its ", "")

    @pytest.mark.parametrize(
        ("kind", "status", "reason"),
        [
            ("StatefulSet", SET_DONE | {"readyReplicas": 1}, "1 of 2 pods are ready"),
            ("StatefulSet", SET_DONE | {"updatedReplicas": 1}, "1 of 2 pods are made from"),
            ("StatefulSet", SET_DONE | {"currentRevision": "a"}, "rollout has not ended"),
            ("StatefulSet", SET_DONE | {"replicas": 3}, "1 pods too many"),
            ("Deployment", DEPLOYMENT_DONE | {"updatedReplicas": 1}, "1 of 2 pods are made from"),
            ("Deployment", DEPLOYMENT_DONE | {"replicas": 3}, "1 old pods have not ended"),
            ("Deployment", DEPLOYMENT_DONE | {"availableReplicas": 0}, "0 of 2 pods are avail"),
            ("DaemonSet", DAEMON_DONE | {"updatedNumberScheduled": 1}, "1 of 2 pods are made from"),
            ("DaemonSet", DAEMON_DONE | {"numberAvailable": 1}, "1 of 2 pods are available"),
        ],
    )
    def test_say_what_is_missing(self, kind: str, status: dict[str, Any], reason: str) -> None:
        found = judge(thing("apps/v1", kind, {"replicas": 2}, **status))

        assert False is found.ready
        assert reason in found.reason

    def test_without_any_replica_are_ready(self) -> None:
        status = {"observedGeneration": 2, "currentRevision": "b", "updateRevision": "b"}

        assert True is judge(thing("apps/v1", "StatefulSet", {"replicas": 0}, **status)).ready

    def test_with_a_partition_need_only_the_pods_above_it(self) -> None:
        strategy = {"type": "RollingUpdate", "rollingUpdate": {"partition": 1}}
        spec = {"replicas": 2, "updateStrategy": strategy}
        status = SET_DONE | {"updatedReplicas": 1, "currentRevision": "a"}

        assert True is judge(thing("apps/v1", "StatefulSet", spec, **status)).ready

    def test_that_exceed_their_deadline_have_failed(self) -> None:
        stuck = {"type": "Progressing", "reason": "ProgressDeadlineExceeded", "message": "stuck"}
        status = {"observedGeneration": 2, "conditions": [stuck]}

        assert Verdict(ready=False, reason="stuck", failed=True) == judge(
            thing("apps/v1", "Deployment", **status)
        )


class TestOtherKinds:
    @pytest.mark.parametrize(
        ("live", "ready"),
        [
            (thing("v1", "Namespace", phase="Active"), True),
            (thing("v1", "Namespace"), False),
            (thing("v1", "PersistentVolumeClaim", phase="Bound"), True),
            (thing("v1", "PersistentVolumeClaim", phase="Pending"), False),
            (thing("v1", "Pod", conditions=[{"type": "Ready", "status": "True"}]), True),
            (thing("v1", "Pod", phase="Succeeded"), True),
            (thing("v1", "Pod", phase="Running"), False),
            (thing("v1", "Service", {"type": "ClusterIP"}), True),
            (thing("v1", "Service", {"type": "LoadBalancer"}), False),
            (
                thing("v1", "Service", {"type": "LoadBalancer"}, loadBalancer={"ingress": [{}]}),
                True,
            ),
            (thing("batch/v1", "Job", conditions=[{"type": "Complete", "status": "True"}]), True),
            (thing("batch/v1", "Job", active=1), False),
            (thing("apiextensions.k8s.io/v1", "CustomResourceDefinition"), False),
            (thing("v1", "ConfigMap"), True),
            (thing("example.org/v1", "Deployment"), True),
        ],
    )
    def test_are_ready_by_their_status(self, live: Manifest, *, ready: bool) -> None:
        assert ready is judge(live).ready

    def test_a_failed_job_is_not_waited_for(self) -> None:
        failure = {"type": "Failed", "status": "True", "message": "Job has reached the limit"}

        assert Verdict(ready=False, reason="Job has reached the limit", failed=True) == judge(
            thing("batch/v1", "Job", conditions=[failure])
        )


class TestWaitFor:
    READY = thing(
        "example.org/v1",
        "Any",
        phase="Ready",
        count=2,
        conditions=[{"type": "Ready", "status": "True"}, {"type": "Bad", "status": "False"}],
    )

    @pytest.mark.parametrize(
        "text",
        [
            "jsonpath={.status.phase}=Ready",
            'jsonpath={.status.phase}="Ready"',
            "jsonpath={$.status.phase}=Ready",
            "jsonpath={.status.phase}",
            "jsonpath={.status.count}=2",
            'jsonpath={.status.conditions[?(@.type=="Ready")].status}=True',
            "condition=Ready",
            "condition=ready=true",
            "condition=Bad=False",
            '["condition=Ready", "jsonpath={.status.phase}=Ready"]',
        ],
    )
    def test_holds_for_what_is_there(self, text: str) -> None:
        assert Verdict(ready=True) == verdict(text, self.READY)

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("jsonpath={.status.phase}=Done", ".status.phase is Ready, waiting for Done"),
            ("jsonpath={.status.ip}", ".status.ip is nothing yet, waiting for something there"),
            ("condition=Bad", "condition Bad is False, waiting for True"),
            ("condition=None", "condition None is absent, waiting for True"),
            ('["condition=Ready", "condition=Bad"]', "condition Bad is False"),
        ],
    )
    def test_says_what_it_waits_for(self, text: str, reason: str) -> None:
        found = verdict(text, self.READY)

        assert False is found.ready
        assert reason in found.reason

    def test_does_not_trust_the_status_of_an_older_generation(self) -> None:
        old = thing("example.org/v1", "Any", phase="Ready", observedGeneration=1)

        assert False is verdict("jsonpath={.status.phase}=Ready", old).ready

    @pytest.mark.parametrize("text", ["", "phase=Ready", "[]", "condition=", "jsonpath={.a[}=1"])
    def test_refuses_what_it_cannot_read(self, text: str) -> None:
        with pytest.raises(WaitForError, match="Allowed are jsonpath="):
            parse(text)
