"""The readers follow their users, and nobody notices a reader that comes or goes.

Real users (k6), gateways (Envoy with the rendered configuration), Prometheus, KEDA and autoscaler;
the readers are stand-ins whose number decides how many requests are in flight.
"""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.autoscaling.course import Course

pytestmark = [pytest.mark.autoscaling, pytest.mark.timeout(900)]
_PROMISED = 60


class TestRush:
    """From 10 to 100 users: one reader becomes three."""

    def test_three_readers_are_ready_within_a_minute(self, course: Course) -> None:
        assert course.ready is not None
        assert _PROMISED >= course.ready

    def test_one_sufficed_before(self, course: Course) -> None:
        before = course.readers.between(course.downloads.began, course.step)

        assert (1,) == before.counts


class TestQuiet:
    """From 100 to 10 users: one reader suffices again, and the others go one by one."""

    def test_one_is_left(self, course: Course) -> None:
        assert course.back is not None
        assert 1 == course.readers.counts[-1]

    def test_they_go_one_at_a_time(self, course: Course) -> None:
        falls = [before - after for before, after in pairwise(course.readers.counts)]

        assert [1, 1] == [fall for fall in falls if fall > 0]

    def test_the_gateways_find_only_what_is_left(self, course: Course) -> None:
        assert 1 == course.found


class TestSteadiness:
    """Their number rises, then falls, and doesn't flap."""

    def test_it_turns_once(self, course: Course) -> None:
        assert 1 == course.readers.turns
        assert 3 == max(course.readers.counts)


class TestNoDownloadIsLost:
    """Every download is whole, by length, DICM and SHA-256, while readers come and go."""

    @pytest.mark.parametrize("phase", ["few", "many", "few_again"])
    def test_in_any_phase(self, course: Course, phase: str) -> None:
        assert 0 == course.downloads.lost[phase]
        assert course.downloads.served[phase] > 100
