"""Counts, percentiles, stages and failures against figures counted by hand, and by their laws."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtest import figures, records
from loadtest.manifest import Expected
from loadtest.records import Record

WHOLE = Record(
    "download", 1_000, 50, 200, bytes=3_000_000, uid="1.2", dicom=True, hashed=3, sha256="ab"
)
SEARCH = Record("search", 0, 10, 200, bytes=500, found=3)


def failure(record: Record, expected: dict[str, Expected] | None = None) -> str:
    (judged,) = records.judged([record], expected)
    return judged.failure


class TestAReason:
    @pytest.mark.parametrize(
        ("reason", "record"),
        [
            ("", WHOLE),
            ("timeout", replace(WHOLE, status=0, error=1050)),
            ("no answer", replace(WHOLE, status=0, error=1212, bytes=0)),
            ("truncated", replace(WHOLE, status=0, error=1000)),
            ("empty", replace(WHOLE, status=204, bytes=0)),
            ("empty", replace(WHOLE, bytes=0, dicom=False)),
            ("status 503", replace(WHOLE, status=503, error=1503)),
            ("status 206", replace(WHOLE, status=206)),
            ("not DICOM", replace(WHOLE, dicom=False)),
            ("", SEARCH),
            ("nothing found", replace(SEARCH, found=0)),
            ("no search result", replace(SEARCH, found=None)),
            ("status 403", replace(SEARCH, status=403, error=1403, found=None)),
        ],
    )
    def test_is_what_went_wrong_first(self, reason: str, record: Record) -> None:
        assert reason == failure(record)

    def test_is_a_body_unlike_the_first_one_of_the_same_object(self) -> None:
        later = [
            replace(WHOLE, start=3_000, sha256="cd"),
            replace(WHOLE, start=4_000, hashed=2),
            replace(WHOLE, start=5_000, hashed=4),
            replace(WHOLE, start=6_000, uid="1.3", sha256="cd"),
            replace(WHOLE, start=7_000),
        ]

        judged = records.judged([*later, WHOLE], None)

        assert ["", "changed", "truncated", "changed", "", ""] == [each.failure for each in judged]

    def test_is_never_judged_against_a_body_that_failed(self) -> None:
        cut = replace(WHOLE, start=0, status=0, error=1000, hashed=1, sha256="cd")

        assert "" == records.judged([cut, WHOLE], None)[1].failure

    @pytest.mark.parametrize(
        ("reason", "expected"),
        [
            ("", {"1.2": Expected(3, "ab")}),
            ("changed", {"1.2": Expected(3, "cd")}),
            ("truncated", {"1.2": Expected(4, "ab")}),
            ("not in the manifest", {"1.3": Expected(3, "ab")}),
        ],
    )
    def test_is_a_body_unlike_the_manifest(
        self, reason: str, expected: dict[str, Expected]
    ) -> None:
        assert reason == failure(WHOLE, expected)


class TestFigures:
    def test_are_those_counted_by_hand(self) -> None:
        # Nine served in 1 to 9 s, 3 MB each, and one failed, in 20 s.
        served = [replace(WHOLE, milliseconds=1000 * n) for n in range(1, 10)]
        found = figures.of([*served, replace(WHOLE, failure="empty", milliseconds=1)], 20.0)

        assert figures.Figures(10, 1, 0.45, 1.35, 5000, 9000, 9000) == found

    def test_of_nothing_served_have_no_percentiles(self) -> None:
        found = figures.of([replace(WHOLE, failure="timeout")], 2.0)

        assert figures.Figures(1, 1, 0.0, 0.0, None, None, None) == found

    def test_name_failures_by_kind_and_reason_the_commonest_first(self) -> None:
        empty = replace(WHOLE, failure="empty")
        found = figures.failures([WHOLE, empty, replace(SEARCH, failure="timeout"), empty])

        assert [("download: empty", 2), ("search: timeout", 1)] == list(found.items())

    def test_take_from_the_first_request_to_the_last_answer(self) -> None:
        long = replace(WHOLE, start=500, milliseconds=4_500)

        assert 4.5 == figures.seconds([replace(WHOLE, start=2_000), long])


class TestAPercentile:
    @given(
        st.lists(st.integers(0, 10_000), min_size=1, max_size=300).map(sorted),
        st.integers(1, 100),
    )
    def test_is_the_smallest_value_that_so_many_do_not_exceed(
        self, times: list[int], percent: int
    ) -> None:
        found = figures.percentile(times, percent)
        assert found is not None

        assert sum(time <= found for time in times) * 100 >= percent * len(times)
        assert sum(time < found for time in times) * 100 < percent * len(times)


class TestStages:
    def test_hold_each_download_in_the_tenth_in_which_it_ended(self) -> None:
        # A ramp of 100 s: tenths of 10 s; the last answer comes at 104 s.
        ends = [5, 9.999, 10, 55, 99, 104]
        every = [replace(WHOLE, start=0, milliseconds=int(end * 1000)) for end in ends]
        found = figures.stages([*every, replace(SEARCH, start=0)], 100, 100)

        assert [2, 1, 0, 0, 0, 1, 0, 0, 0, 2] == [stage.figures.requests for stage in found]
        assert [10.0] * 9 + [14.0] == [stage.seconds for stage in found]
        assert [6, 16, 26, 36, 46, 55, 65, 75, 85, 95] == [stage.users for stage in found]
        assert 0.2 == found[0].figures.per_second
        assert round(2 / 14, 3) == found[9].figures.per_second

    @given(st.lists(st.integers(0, 200_000), max_size=50), st.integers(1, 300))
    def test_lose_no_download(self, ends: list[int], ramp: int) -> None:
        every = [replace(WHOLE, start=0, milliseconds=end) for end in ends]
        found = figures.stages(every, 10, ramp)

        assert len(ends) == sum(stage.figures.requests for stage in found)
        assert figures.STAGES == len(found)
