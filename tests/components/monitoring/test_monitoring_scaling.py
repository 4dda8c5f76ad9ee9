"""The readers follow the load, and no failure of what tells it takes readers away."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from components.catalog.institution import Readers
from components.catalog.quantities import parse_opening_hours
from components.monitoring import monitors, scaling, signals, watch
from components.monitoring.watch_spec import WatchSpec
from local.toolchain.errors import ToolchainError
from tests.components.monitoring import definitions, real_promtool
from tests.components.monitoring.real_promtool import World
from tests.components.monitoring.watched import SPEC, promising

QUERY = signals.in_flight("aveiro", 2)


def spec_of(watched: WatchSpec = SPEC) -> dict[str, Any]:
    spec: dict[str, Any] = scaling.scaled_object(watched)["spec"]
    return spec


def trigger(kind: str, watched: WatchSpec = SPEC) -> dict[str, Any] | None:
    return next((each for each in spec_of(watched)["triggers"] if kind == each["type"]), None)


def told(active: str, pod: str = "a", pending: str = "0x60", more: str = "") -> dict[str, str]:
    where = f'institution="aveiro",envoy_cluster_name="readers",pod="{pod}"{more}'
    name = "envoy_cluster_upstream_rq_"
    return {f"{name}active{{{where}}}": active, f"{name}pending_active{{{where}}}": pending}


class TestManifests:
    @pytest.mark.parametrize("manifest", watch.manifests(SPEC), ids=lambda each: each["kind"])
    def test_their_kinds_definitions_accept_them(self, manifest: dict[str, Any]) -> None:
        try:
            found = definitions.problems(manifest)
        except ToolchainError as error:
            pytest.skip(f"definitions can't be had: {error}")

        assert [] == found

    def test_definitions_refuse_a_misspelt_field(self) -> None:
        manifest = scaling.scaled_object(SPEC)
        wrong = {**manifest, "spec": {**manifest["spec"], "minReplicas": 1}}
        try:
            found = definitions.problems(wrong)
        except ToolchainError as error:
            pytest.skip(f"definitions can't be had: {error}")

        assert ["$.spec"] == [each.partition(":")[0] for each in found]

    @pytest.mark.parametrize("monitor", monitors.parts(), ids=lambda each: each["metadata"]["name"])
    def test_the_platforms_monitors_are_accepted(self, monitor: dict[str, Any]) -> None:
        try:
            found = definitions.problems(monitor)
        except ToolchainError as error:
            pytest.skip(f"definitions can't be had: {error}")

        assert [] == found


class TestLimits:
    def test_they_are_the_promise(self) -> None:
        found = spec_of(promising(readers=Readers(min=2, max=7, in_flight=11)))
        load = trigger("prometheus", promising(readers=Readers(min=2, max=7, in_flight=11)))

        assert (2, 7) == (found["minReplicaCount"], found["maxReplicaCount"])
        assert load is not None
        assert ("AverageValue", "11") == (load["metricType"], load["metadata"]["threshold"])

    @pytest.mark.parametrize(
        "readers",
        [{"min": 3, "max": 2}, {"min": 1, "max": 3, "inFlight": 0}, {"min": 0, "max": 1}],
        ids=("min-above-max", "nothing-in-flight", "none"),
    )
    def test_impossible_ones_never_get_here(self, readers: dict[str, int]) -> None:
        with pytest.raises(ValidationError):
            Readers.model_validate(readers)

    @given(st.integers(1, 50), st.integers(0, 49))
    def test_who_is_blind_never_asks_for_less_than_the_load_could(
        self, least: int, more: int
    ) -> None:
        readers = Readers(min=least, max=min(50, least + more))
        fallback = spec_of(promising(readers=readers))["fallback"]

        assert (readers.max, "currentReplicasIfHigher") == (
            fallback["replicas"],
            fallback["behavior"],
        )


class TestPace:
    def test_up_at_once_and_down_by_one_pod_a_minute(self) -> None:
        behavior = spec_of()["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]

        assert 0 == behavior["scaleUp"]["stabilizationWindowSeconds"]
        assert 300 == behavior["scaleDown"]["stabilizationWindowSeconds"]
        assert [{"type": "Pods", "value": 1, "periodSeconds": 60}] == behavior["scaleDown"][
            "policies"
        ]

    @pytest.mark.parametrize("seconds", [0, -1, 3601])
    def test_a_window_that_kubernetes_refuses_is_refused(self, seconds: int) -> None:
        shortened = WatchSpec(**{**vars(SPEC), "stabilisation": timedelta(seconds=seconds)})

        with pytest.raises(ValueError, match=f"found a stabilisation of {seconds}s"):
            scaling.scaled_object(shortened)

    def test_no_trigger_uses_memory(self) -> None:
        # A JVM keeps its heap, so readers would never go away (research/anchors.md §6).
        assert trigger("memory") is None

    def test_processors_are_measured_against_the_request(self) -> None:
        found = trigger("cpu")

        assert found is not None
        assert ("Utilization", {"value": "160", "containerName": "dicoogle"}) == (
            found["metricType"],
            found["metadata"],
        )


class TestOpeningHours:
    @pytest.mark.parametrize(
        ("hours", "start", "end"),
        [
            ("Mon-Fri 07:00-20:00", "45 6 * * 1,2,3,4,5", "0 20 * * 1,2,3,4,5"),
            ("Sat-Tue 08:30-12:15", "15 8 * * 6,0,1,2", "15 12 * * 6,0,1,2"),
            ("Sun 00:05-23:59", "0 0 * * 0", "59 23 * * 0"),
            ("Mon-Sun 00:00-00:01", "0 0 * * 1,2,3,4,5,6,0", "1 0 * * 1,2,3,4,5,6,0"),
        ],
    )
    def test_readers_are_ready_a_little_before(self, hours: str, start: str, end: str) -> None:
        found = trigger("cron", promising(opening_hours=parse_opening_hours(hours)))

        assert found is not None
        assert {
            "timezone": "Europe/Lisbon",
            "start": start,
            "end": end,
            "desiredReplicas": "2",
        } == found["metadata"]

    def test_without_them_there_is_no_such_trigger(self) -> None:
        assert trigger("cron", promising(opening_hours=None)) is None

    def test_there_is_none_where_it_would_ask_for_the_minimum(self) -> None:
        assert trigger("cron", promising(readers=Readers(min=3, max=3))) is None

    @given(st.integers(1, 50), st.integers(0, 49))
    def test_it_stays_between_the_limits(self, least: int, more: int) -> None:
        readers = Readers(min=least, max=min(50, least + more))

        assert readers.min <= scaling.readers_when_open(readers) <= readers.max


@pytest.mark.timeout(900)  # the first run builds promtool
class TestLoad:
    """The query is one sensible number, or nothing; never 0 since nobody tells."""

    @pytest.mark.parametrize(
        ("series", "expected"),
        [
            ({**told("7x60"), **told("5x60", "b", "3x60")}, 15),
            ({**told("0x60"), **told("0x60", "b")}, 0),
            ({}, None),
            # The two silent scale-ins: series that are gone, and samples from before an outage.
            ({**told("7x20 stale", pending="0x20 stale")}, None),
            ({**told("7x28"), **told("5x28", "b")}, None),
            ({**told("NaN " * 60), **told("NaN " * 60, "b")}, None),
            ({**told("Inf " * 60), **told("-3x60", "b")}, None),
            # A gateway that tells nonsense or nothing doesn't look like half the load.
            ({**told("NaN " * 60), **told("6x60", "b")}, 12),
            ({**told("6x60", "b")}, 12),
            ({**told("9x60"), **told("5x20 stale", "b", "0x20 stale")}, 18),
            # While gateways are replaced there are more.
            ({**told("2x60"), **told("2x60", "b"), **told("2x60", "c")}, 6),
            # The queue alone is no load, if nobody tells what is in flight; and the reverse.
            ({key: value for key, value in told("7x60").items() if "pending" in key}, None),
            ({key: value for key, value in told("7x60").items() if "pending" not in key}, None),
            # Labels that nobody expected.
            ({**told("7x60", more=',x="{{ $y }}\\"\\\\"'), **told("5x60", "b", more=',z="ã"')}, 12),
        ],
    )
    def test_it_is_what_gateways_tell(
        self, promtool: Path, tmp_path: Path, series: dict[str, str], expected: float | None
    ) -> None:
        done = real_promtool.test(promtool, tmp_path, [], World(series, 30, {QUERY: expected}))

        assert 0 == done.returncode, done.stdout + done.stderr

    def test_no_other_institutions_load_counts(self, promtool: Path, tmp_path: Path) -> None:
        other = {key.replace("aveiro", "aveiro-norte"): "9x60" for key in told("9x60")}

        done = real_promtool.test(promtool, tmp_path, [], World(other, 30, {QUERY: None}))

        assert 0 == done.returncode, done.stdout + done.stderr

    def test_nothing_is_no_zero_for_keda(self) -> None:
        load = trigger("prometheus")

        assert load is not None
        assert "false" == load["metadata"]["ignoreNullValues"]
        assert "vector(0)" not in load["metadata"]["query"]
        assert QUERY == load["metadata"]["query"]
