"""What judges the loop: a fall, a turn, and the first moment of a number are seen."""

from __future__ import annotations

import pytest

from tests.autoscaling.history import History, Moment


def history(*counts: int) -> History:
    return History([Moment(float(at), count, count) for at, count in enumerate(counts)])


class TestFall:
    @pytest.mark.parametrize("counts", [(3,), (1, 3), (1, 2, 2, 4)])
    def test_there_is_none_while_readers_stay_or_come(self, counts: tuple[int, ...]) -> None:
        assert history(*counts).never_fell

    @pytest.mark.parametrize("counts", [(3, 2), (1, 4, 3, 4), (2, 1, 2)])
    def test_it_is_seen_though_they_come_back(self, counts: tuple[int, ...]) -> None:
        assert not history(*counts).never_fell


class TestTurns:
    @pytest.mark.parametrize(
        ("counts", "expected"),
        [((1,), 0), ((1, 3), 0), ((1, 3, 2, 1), 1), ((1, 2, 3, 3, 1), 1), ((1, 3, 2, 3, 1), 3)],
    )
    def test_they_are_counted(self, counts: tuple[int, ...], expected: int) -> None:
        assert expected == history(*counts).turns


class TestTime:
    def test_what_was_before_is_the_beginning(self) -> None:
        assert (2, 3) == history(1, 2, 3, 4).between(1.5, 2.5).counts

    def test_a_number_that_was_there_already_counts_from_the_beginning(self) -> None:
        assert 1.5 == history(1, 3).when(ready=3, since=1.5)

    def test_the_first_moment_counts(self) -> None:
        assert 2.0 == history(1, 2, 3, 3).when(wanted=3, since=0.5)

    def test_there_may_be_none(self) -> None:
        assert history(1, 2).when(ready=3) is None
