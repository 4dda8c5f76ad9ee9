"""Speed-up, efficiency, gains; which runs can be compared; what the reports show of it."""

from __future__ import annotations

import re
from dataclasses import replace
from math import isclose, prod
from random import Random
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtest import charts, comparison, comparison_report, run_report
from loadtest.archive import Share
from loadtest.comparison import Row
from loadtest.plan import Scenario
from loadtest.problem import LoadTestProblem
from loadtest.result import Result
from tests.loadtest.made_results import MIX, made, readers

RATES = st.lists(st.floats(0.1, 10_000), min_size=1, max_size=6)
MONOLITH = made(Scenario("monolith", 1, "ceph"), 40.0)


def compared(*results: Result) -> dict[str, Row]:
    """The rows by the names of their scenarios."""
    rows = comparison.rows([(f"run {n}", result) for n, result in enumerate(results)])
    return {row.scenario.name: row for row in rows}


class TestAComparison:
    def test_has_the_figures_counted_by_hand(self) -> None:
        rows = compared(MONOLITH, readers(1, 44.0), readers(2, 66.0), readers(3, 110.0))
        found = {
            name: (row.speed_up, row.efficiency, row.gain, row.article_gain)
            for name, row in rows.items()
        }

        assert pytest.approx((1.0, 1.0, 0.1, 0.0)) == found["1 reader, ceph"]
        assert pytest.approx((1.5, 0.75, 0.5, 1.0)) == found["2 readers, ceph"]
        assert pytest.approx((2.5, 2.5 / 3, 44 / 66, 0.5)) == found["3 readers, ceph"]
        assert (None, None, None, None) == found["monolith, ceph"]

    def test_sets_ceph_against_nfs_with_as_many_readers(self) -> None:
        rows = compared(readers(1, 30.0), readers(1, 40.0, "nfs"), readers(2, 50.0))

        assert 0.75 == rows["1 reader, ceph"].over_nfs
        assert rows["2 readers, ceph"].over_nfs is None
        assert rows["1 reader, nfs"].over_nfs is None

    def test_never_mixes_storages_in_a_speed_up(self) -> None:
        rows = compared(readers(1, 30.0), readers(2, 50.0, "nfs"))

        assert rows["2 readers, nfs"].speed_up is None
        assert rows["2 readers, nfs"].gain is None

    def test_shows_the_run_in_the_middle_and_how_far_the_others_lie(self) -> None:
        rows = compared(readers(1, 30.0), readers(1, 10.0), readers(1, 20.0))
        row = rows["1 reader, ceph"]

        assert (20.0, 3, 10.0, 30.0) == (
            row.result.total.per_second,
            row.runs,
            row.lowest,
            row.highest,
        )

    def test_of_an_archive_that_served_nothing_divides_by_nothing(self) -> None:
        rows = compared(readers(1, 0.0), readers(2, 50.0))

        assert rows["2 readers, ceph"].speed_up is None

    @given(RATES)
    def test_keeps_its_laws(self, rates: list[float]) -> None:
        rows = compared(*(readers(n, rate) for n, rate in enumerate(rates, 1)))
        ordered = [rows[readers(n, 1.0).scenario.name] for n in range(1, len(rates) + 1)]

        assert 1.0 == ordered[0].speed_up
        for count, row in enumerate(ordered, 1):
            assert row.speed_up is not None
            assert row.efficiency is not None
            assert isclose(row.speed_up, row.efficiency * count)
            gains = [1 + (each.gain or 0) for each in ordered[1:count]]
            assert isclose(row.speed_up, prod(gains), rel_tol=1e-6)

    @given(RATES, st.randoms(use_true_random=False))
    def test_does_not_depend_on_the_order(self, rates: list[float], chance: Random) -> None:
        results = [readers(n % 3 + 1, rate) for n, rate in enumerate(rates)]
        shuffled = list(results)
        chance.shuffle(shuffled)

        assert compared(*results) == compared(*shuffled)

    @given(RATES)
    def test_shows_a_run_between_the_slowest_and_the_fastest(self, rates: list[float]) -> None:
        (row,) = compared(*(readers(1, rate) for rate in rates)).values()

        assert row.lowest <= row.result.total.per_second <= row.highest
        assert (min(rates), max(rates), len(rates)) == (row.lowest, row.highest, row.runs)


class TestRunsUnderAnotherLoad:
    @pytest.mark.parametrize(
        ("what", "other"),
        [
            ("object mix", replace(MONOLITH, mix=MIX[:1])),
            ("object mix", replace(MONOLITH, mix=(replace(MIX[0], weight=6.0), MIX[1]))),
            ("object mix", replace(MONOLITH, mix=(Share("Modality:MR", 7.0, 121), MIX[1]))),
            ("number of users", replace(MONOLITH, users=50)),
            ("ramp", replace(MONOLITH, ramp=1200)),
            ("timeout", replace(MONOLITH, timeout=5)),
        ],
    )
    def test_are_not_compared(self, what: str, other: Result) -> None:
        with pytest.raises(LoadTestProblem, match=f"run 0 and run 1 .* their {what} differs: "):
            compared(MONOLITH, other)

    def test_but_the_order_of_the_mix_is_no_other_load(self) -> None:
        compared(MONOLITH, replace(MONOLITH, mix=MIX[::-1]))


class TestTheReports:
    def test_of_a_comparison_show_the_figures_and_the_article_beside_them(self) -> None:
        rows = tuple(compared(MONOLITH, readers(1, 44.0), readers(2, 66.0)).values())

        line = comparison_report.text(rows).splitlines()[-1].split("  ")
        cells = [cell.strip() for cell in line if cell.strip()]

        assert cells == [
            "2 readers, ceph", "1", "6602", "2", "66.0", "66.0-66.0", "99.0",
            "41", "91", "131", "1.50", "75 %", "+50 %", "+100 %", "-",
        ]  # fmt: skip

    def test_are_pages_that_load_nothing(self) -> None:
        rows = tuple(compared(MONOLITH, readers(1, 44.0)).values())

        for page in (comparison_report.html(rows), run_report.html(MONOLITH)):
            svg = page[page.index("<svg") : page.index("</svg>") + 6]
            ET.fromstring(svg)
            addresses = set(re.findall(r'(?:src|href)=|https?://[^\s"<]+|url\(|@import', page))
            assert {"http://www.w3.org/2000/svg"} >= addresses - {MONOLITH.target}

    def test_write_what_users_named_as_text(self) -> None:
        named = replace(MONOLITH, server="<script>alert(1)</script>")

        assert "<script>" not in run_report.html(named)
        assert "&lt;script&gt;" in run_report.html(named)

    def test_draw_bars_in_proportion(self) -> None:
        rows = tuple(compared(readers(1, 10.0), readers(2, 20.0)).values())
        drawing = ET.fromstring(comparison_report.chart(rows))
        boxes = [float(each.attrib["width"]) for each in drawing.iter() if "rx" in each.attrib]

        # Two panels side by side: requests in all, and requests a second.
        assert boxes[1] == pytest.approx(boxes[0] * 2002 / 1002, rel=0.01)
        assert boxes[3] == pytest.approx(boxes[2] * 2, rel=0.01)
        # The longest bar of each panel leaves room for its label and its value.
        assert 200 < boxes[1] == boxes[3] < charts.PANEL - 150

    def test_say_where_the_load_generator_may_have_been_the_limit(self) -> None:
        busy = replace(MONOLITH, generator=replace(MONOLITH.generator, cpu_seconds=170.0))

        assert "may have been the limit" in run_report.text(busy)
        assert "may have been the limit" not in run_report.text(MONOLITH)
