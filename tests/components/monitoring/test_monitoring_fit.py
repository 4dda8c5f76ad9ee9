"""All readers that are promised fit the machines, or the catalogue says where they don't."""

from __future__ import annotations

import re

import pytest

from components.monitoring.fit import Claims, fits
from tests.components.builders import Stacks, changed, good_institution, good_platform

MAX = ("service", "readers", "max")
CLAIMS = Claims(reader_cpu=1000, reader_memory=2048, others_cpu=0, others_memory=0)
"""The test environment's three workers of 8 processors give half: four readers each."""


def stacks(*most: int) -> Stacks:
    """An environment whose institutions may have so many readers each."""
    names = [f"hospital-{number}" for number in range(len(most))]
    return Stacks(
        institutions={
            name: changed(good_institution(f"AE{index}"), MAX, most[index])
            for index, name in enumerate(names)
        }
    )


class TestRoom:
    @pytest.mark.parametrize("most", [(12,), (6, 6), (3, 3, 3, 3)])
    def test_as_many_as_fit_are_accepted(self, most: tuple[int, ...]) -> None:
        assert [] == list(fits(stacks(*most).load(), CLAIMS))

    @pytest.mark.parametrize("most", [(13,), (6, 7), (3, 3, 3, 4)])
    def test_one_more_is_refused_in_every_data_centre(self, most: tuple[int, ...]) -> None:
        found = list(fits(stacks(*most).load(), CLAIMS))

        keys = [f"imaging:platform.dataCentres.{each}" for each in ("faro", "lisbon", "porto")]
        assert keys == [refusal.key for refusal in found]

    def test_the_refusal_says_what_was_found_and_what_to_do(self) -> None:
        first, *_ = fits(stacks(4, 9).load(), CLAIMS)

        assert (
            "all institutions may have 13 readers at a time, 5 of them in faro, whose workers have "
            "room for 4 of 1000m processors and 2048Mi each. Add workers there, or lower "
            "service.readers.max, of which hospital-1 has the highest, 9"
        ) == first.sentence

    def test_memory_counts_too(self) -> None:
        large = Claims(reader_cpu=1, reader_memory=20 * 1024, others_cpu=0, others_memory=0)

        assert [] == list(fits(stacks(3).load(), large))
        assert list(fits(stacks(4).load(), large))

    def test_other_pods_take_their_part(self) -> None:
        beside = Claims(reader_cpu=1000, reader_memory=1, others_cpu=3000, others_memory=0)

        assert [] == list(fits(stacks(9).load(), beside))
        assert list(fits(stacks(10).load(), beside))

    def test_a_reader_isnt_cut_in_two(self) -> None:
        # Half of a machine has room for one and a third.
        wide = Claims(reader_cpu=3000, reader_memory=1, others_cpu=0, others_memory=0)

        assert list(fits(stacks(4).load(), wide))

    def test_control_planes_hold_none(self) -> None:
        platform = good_platform()
        platform["machines"] = [
            {**each, "cpu": 1024} if each["role"] == "control-plane" else each
            for each in platform["machines"]
        ]
        crowded = Stacks(platform=platform, institutions=stacks(13).institutions)

        assert list(fits(crowded.load(), CLAIMS))

    def test_without_institutions_all_is_well(self) -> None:
        assert [] == list(fits(Stacks(institutions={}).load(), CLAIMS))

    def test_one_refused_data_centre_is_named_alone(self) -> None:
        platform = good_platform()
        platform["machines"] = [
            {**each, "cpu": 1} if "porto" == each["dataCentre"] else each
            for each in platform["machines"]
        ]
        found = list(fits(Stacks(platform, stacks(3).institutions).load(), CLAIMS))

        assert ["porto"] == [re.sub(r".*[.]", "", refusal.key) for refusal in found]
