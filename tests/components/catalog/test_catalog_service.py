"""A promise of service that can't be scaled by or can't be meant is refused, never guessed at."""

from __future__ import annotations

from datetime import time
from typing import Any, Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from components.catalog.institution import Readers
from components.catalog.quantities import parse_opening_hours
from tests.components.builders import KeyPath, Stacks, changed, good_institution

READERS: Final = ("service", "readers")
HOURS: Final = ("service", "openingHours")
MOST: Final = 50
WEEK: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def refused(path: KeyPath, found: object) -> list[str]:
    """What is said of an institution with that value there."""
    stacks = Stacks(institutions={"aveiro": changed(good_institution(), path, found)})
    return [f"{each.key}: {each.sentence}" for each in stacks.refusals()]


class TestReaders:
    @given(st.integers(-1, MOST + 2), st.integers(-1, MOST + 2), st.integers(-1, 1002))
    @example(3, 2, 20)
    @example(1, 1, 0)
    def test_only_limits_between_which_can_be_scaled_are_taken(
        self, least: int, most: int, in_flight: int
    ) -> None:
        value = {"min": least, "max": most, "inFlight": in_flight}
        possible = 1 <= least <= most <= MOST and 1 <= in_flight <= 1000

        try:
            found: Readers | None = Readers.model_validate(value)
        except ValidationError:
            found = None

        assert possible == (found is not None)

    def test_the_sentence_says_what_to_change(self) -> None:
        key = "imaging:institution.service.readers"

        (crossed,) = refused(READERS, {"min": 4, "max": 3})
        assert f"{key}: found min: 4 above max: 3; raise max or lower min." == crossed
        (idle,) = refused((*READERS, "inFlight"), 0)
        assert f"{key}.inFlight: found 0; allowed is at least 1." == idle


class TestOpeningHours:
    @pytest.mark.parametrize(
        "several",
        [
            ["Mon-Fri 07:00-12:00", "Mon-Tue 10:00-14:00"],
            {"Mon": "07:00-12:00", "Tue": "10:00-14:00"},
            "Mon-Fri 07:00-12:00, Mon 10:00-14:00",
            "Mon-Fri 07:00-12:00 10:00-14:00",
            "Mon-Fri,Mon 07:00-12:00",
        ],
        ids=("list", "mapping", "commas", "two-spans", "two-days"),
    )
    def test_several_that_could_overlap_are_refused(self, several: Any) -> None:  # noqa: ANN401 - YAML
        (said,) = refused(HOURS, several)

        assert said.startswith("imaging:institution.service.openingHours: found ")
        assert said.endswith("allowed is days and hours, for example Mon-Fri 07:00-20:00.")

    @pytest.mark.parametrize("hours", ["Mon 07:00-07:00", "Mon 00:00-00:00", "Mon 22:00-06:00"])
    def test_an_end_that_isnt_after_the_start_is_refused(self, hours: str) -> None:
        (said,) = refused(HOURS, hours)

        assert "an end later than the start, on the same day" in said

    @given(st.sampled_from(WEEK), st.sampled_from(WEEK), st.times(), st.times())
    def test_what_is_taken_opens_before_it_closes(
        self, first: str, last: str, opens: time, closes: time
    ) -> None:
        text = f"{first}-{last} {opens:%H:%M}-{closes:%H:%M}"
        orderly = f"{opens:%H:%M}" < f"{closes:%H:%M}"

        try:
            taken = parse_opening_hours(text)
        except ValueError:
            assert not orderly
        else:
            assert orderly
            assert taken.opens < taken.closes
