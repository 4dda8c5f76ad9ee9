"""Promises are measured where the gateway really counts, and recorded as sensible numbers."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.catalog.institution import LEAST_LATENCY
from components.gateway.envoy.bootstrap import MILLISECONDS, bootstrap
from components.manifests import Manifest
from components.monitoring import burn_rates, monitors, signals, watch
from components.monitoring.watch_spec import promises
from tests.components.builders import Stacks
from tests.components.gateway.lab import SPEC as GATEWAY
from tests.components.monitoring import real_promtool
from tests.components.monitoring.exported import answered, archive, load, ready, sent, timed
from tests.components.monitoring.real_promtool import World
from tests.components.monitoring.watched import SPEC, promising

SERVED = (
    'envoy_cluster_upstream_cx_rx_bytes_total{institution="aveiro",envoy_cluster_name="readers"}'
)
RECORDED = {
    "institution:readers_in_flight:sum": 50_000,
    "institution:readers_in_flight:per_reader": 25_000,
    "institution:readers_queue:sum": 10_000,
    "institution:requests:rate5m": 2_000,
    "institution:bytes_served:rate5m": 20_000,
    "institution:bytes_received:rate5m": 10_000,
    # Half of the requests lie in the lower 40 of 70 below 800 ms; nothing is known above.
    "institution:request_seconds:p50": 457,
    "institution:request_seconds:p95": 800,
    "institution:request_seconds:p99": 800,
    **{f"institution:request_errors:ratio_rate{window}": 250 for window in signals.WINDOWS},
    **{f"institution:request_slow:ratio_rate{window}": 125 for window in signals.WINDOWS},
    "institution:index_age:seconds": 1_800_000,
    "institution:index_missing:sum": 3_000,
}
"""Thousandths of what is recorded in one world."""


class TestLatency:
    def test_it_is_judged_where_the_gateway_counts(self) -> None:
        settings = bootstrap(GATEWAY)["stats_config"]["histogram_bucket_settings"]
        (counted,) = (each["buckets"] for each in settings)
        judged = {promising(p95=timedelta(milliseconds=each)).promises.bound for each in counted}

        assert set(counted) == judged

    @pytest.mark.parametrize(
        ("promised", "bound"),
        [(25, 25), (799, 600), (800, 800), (801, 800), (999_999_999, 1_800_000)],
    )
    def test_never_above_the_promise(self, promised: int, bound: int) -> None:
        found = promising(p95=timedelta(milliseconds=promised)).promises

        assert bound == found.bound

    def test_the_catalogue_refuses_what_is_below_the_smallest_bound(self) -> None:
        assert timedelta(milliseconds=MILLISECONDS[0]) == LEAST_LATENCY

    def test_a_promise_below_the_smallest_bound_is_refused(self) -> None:
        with pytest.raises(ValueError, match="found a latency of 24ms"):
            watch.rules(promising(p95=timedelta(milliseconds=24)))

    def test_what_the_stack_says_is_what_is_watched(self) -> None:
        institution = Stacks().load().institutions["aveiro"]

        found = promises(institution)

        assert institution.service.latency.p95 == found.p95
        assert institution.service.readers == found.readers


class TestAllowance:
    @given(st.floats(90, 99.9999))
    def test_every_threshold_is_a_share_that_can_be(self, availability: float) -> None:
        shares = [
            float(part.split(" ")[0].rstrip(")"))
            for alert in burn_rates.alerts(promising(availability=availability))
            for part in alert.expression.split("} > ")[1:]
        ]

        assert 16 == len(shares)
        assert [] == [share for share in shares if not 0 < share < 1]


@pytest.mark.timeout(900)  # the first run builds promtool
class TestRecorded:
    @pytest.mark.parametrize(("name", "thousandths"), RECORDED.items())
    def test_it_is_what_exporters_tell(
        self, promtool: Path, tmp_path: Path, name: str, thousandths: int
    ) -> None:
        series = {
            **load("20x40", "5x40"),
            **ready("readers", "2x40"),
            **answered("0+90x40", "0+30x40"),
            **timed("0+70x40", "0+80x40"),
            **sent("0+600x40"),
            SERVED: "0+1200x40",
            **archive("reconciled_timestamp_seconds", "0x40"),
            **archive("files", "10x40"),
            **archive("indexed", "7x40"),
        }
        asked = {f'round(1000 * sum({name}{{institution="aveiro"}}))': thousandths}

        done = real_promtool.test(promtool, tmp_path, [watch.rules(SPEC)], World(series, 30, asked))

        assert 0 == done.returncode, done.stdout + done.stderr

    def test_every_record_is_tried(self) -> None:
        assert [each.name for each in signals.records(SPEC)] == list(RECORDED)

    def test_nothing_is_recorded_of_nothing(self, promtool: Path, tmp_path: Path) -> None:
        quiet = {**load("0x40"), **ready("readers", "0x40"), **answered("0x40", "0x40")}
        asked: dict[str, float | None] = {
            'institution:readers_in_flight:per_reader{institution="aveiro"}': None,
            'institution:request_errors:ratio_rate5m{institution="aveiro"}': None,
            'institution:request_seconds:p95{institution="aveiro"}': None,
        }

        done = real_promtool.test(
            promtool,
            tmp_path,
            [watch.rules(SPEC)],
            World({**quiet, **timed("0x40", "0x40")}, 30, asked),
        )

        assert 0 == done.returncode, done.stdout + done.stderr


class TestMonitors:
    def test_no_gateway_speaks_for_another_institution(self) -> None:
        (endpoint,) = monitors.gateway("aveiro")["spec"]["podMetricsEndpoints"]
        written = {each["targetLabel"]: each["replacement"] for each in endpoint["relabelings"]}

        assert {"institution": "aveiro", "job": "gateway"} == written
        assert endpoint["honorLabels"] is False

    @pytest.mark.parametrize(
        "monitor",
        [monitors.gateway("aveiro"), *monitors.parts()],
        ids=lambda each: str(each["metadata"]["name"]),
    )
    def test_no_target_grows_without_end(self, monitor: Manifest) -> None:
        limits = ("sampleLimit", "labelLimit", "labelNameLengthLimit", "labelValueLengthLimit")

        assert [True] * 4 == [0 < monitor["spec"][each] <= 20_000 for each in limits]
