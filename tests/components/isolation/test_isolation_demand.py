"""What an institution's pods need together, and the quota that follows."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.isolation import IsolationSpec, demand
from components.isolation.demand import Size
from components.isolation.limits import limit_range, resource_quota
from components.manifests import Manifest


def container(cpu: str = "500m", memory: str = "1Gi", **more: str) -> dict[str, Any]:
    disk = {"ephemeral-storage": "64Mi"}
    return {
        "name": "some",
        "resources": {
            "requests": {"cpu": cpu, "memory": memory, **disk},
            "limits": {"memory": memory, "ephemeral-storage": "256Mi"},
        },
        **more,
    }


def pods(kind: str, name: str, replicas: int | None, pod: dict[str, Any]) -> Manifest:
    spec: dict[str, Any] = {"template": {"spec": pod}}
    if replicas is not None:
        spec["replicas"] = replicas
    if kind == "CronJob":
        spec = {"jobTemplate": {"spec": spec}}
    return {"kind": kind, "metadata": {"name": name}, "spec": spec}


ONE = {"containers": [container()]}


class TestDemand:
    """The quota never refuses a pod of the promise."""

    def test_readers_count_as_often_as_the_promise_allows(self) -> None:
        found = demand([pods("StatefulSet", "readers", 1, ONE)], {"readers": 6})

        assert (7, 6 * 500 + 500) == (found.pods, found.all.cpu)

    def test_a_replaced_deployment_runs_twice_while_the_old_pods_drain(self) -> None:
        assert 2 * 2 + 1 == demand([pods("Deployment", "gateway", 2, ONE)], {}).pods

    def test_a_cron_job_runs_once_at_a_time(self) -> None:
        assert 1 + 1 == demand([pods("CronJob", "reconcile", None, ONE)], {}).pods

    def test_steps_before_the_start_count_where_they_are_larger(self) -> None:
        pod = {
            "initContainers": [container("2", "64Mi"), container("100m", "3Gi")],
            "containers": [container(), container()],
        }
        largest = demand([pods("StatefulSet", "ingest", 1, pod)], {}).largest

        assert Size(2000, 3072, 3072, 128, 512) == largest

    def test_a_step_that_goes_on_runs_beside_the_rest(self) -> None:
        beside = container("100m", "64Mi", restartPolicy="Always")
        pod = {"initContainers": [beside], "containers": [container()]}

        assert 600 == demand([pods("StatefulSet", "ingest", 1, pod)], {}).largest.cpu

    def test_what_has_no_pods_needs_nothing(self) -> None:
        service = {"kind": "Service", "metadata": {"name": "x"}, "spec": {"ports": []}}
        settings = {"kind": "ConfigMap", "metadata": {"name": "x"}, "data": {}}

        assert Size() == demand([service, settings], {}).all

    @given(st.integers(1, 50), st.integers(1, 50))
    def test_more_readers_need_more_and_leave_the_largest_pod_as_it_is(
        self, few: int, more: int
    ) -> None:
        readers = [pods("StatefulSet", "readers", 1, ONE)]
        one, two = (demand(readers, {"readers": each}) for each in (few, few + more))

        assert one.pods + more == two.pods
        assert one.all + two.largest * more == two.all
        assert one.largest == two.largest

    def test_a_container_without_a_size_is_refused_by_name(self) -> None:
        bare = container()
        del bare["resources"]["limits"]["memory"]

        with pytest.raises(ValueError, match="container some states no 'memory'"):
            demand([pods("StatefulSet", "ingest", 1, {"containers": [bare]})], {})

    @pytest.mark.parametrize("cpu", ["0.5", "-1", "1k", ""])
    def test_processors_in_another_notation_are_refused(self, cpu: str) -> None:
        with pytest.raises(ValueError, match="for example 500m or 2"):
            demand([pods("StatefulSet", "x", 1, {"containers": [container(cpu)]})], {})


class TestQuota:
    """The namespace may claim what the promise needs, and one pod more."""

    SPEC = IsolationSpec("aveiro", demand([pods("StatefulSet", "readers", 1, ONE)], {"readers": 3}))

    def test_it_is_the_demand_and_one_pod_for_a_persons_work(self) -> None:
        hard = resource_quota(self.SPEC)["spec"]["hard"]

        assert {
            "pods": "4",
            "requests.cpu": "2000m",
            "requests.memory": "4096Mi",
            "limits.memory": "4096Mi",
            "requests.ephemeral-storage": "256Mi",
            "limits.ephemeral-storage": "1024Mi",
        }.items() <= hard.items()

    def test_nothing_may_open_a_port_on_every_node(self) -> None:
        assert "0" == resource_quota(self.SPEC)["spec"]["hard"]["services.nodeports"]

    def test_processors_are_not_limited(self) -> None:
        limits = limit_range(self.SPEC)["spec"]["limits"]

        assert "limits.cpu" not in resource_quota(self.SPEC)["spec"]["hard"]
        assert [] == [
            each for each in limits if "cpu" in {**each.get("default", {}), **each.get("max", {})}
        ]

    def test_no_pod_may_be_larger_than_the_largest_of_ours(self) -> None:
        pod = limit_range(self.SPEC)["spec"]["limits"][1]

        assert {"type": "Pod", "max": {"memory": "1024Mi"}} == pod
