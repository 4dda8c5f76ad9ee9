"""Without a part of KEDA nothing moves, and when it is back the readers follow again."""

from __future__ import annotations

import pytest

from tests.autoscaling.outages import Stories

pytestmark = [pytest.mark.autoscaling, pytest.mark.timeout(900)]


class TestWithoutAdapter:
    """Its death freezes the number of readers, even though the load falls."""

    def test_none_goes(self, without_adapter: tuple[Stories, bool]) -> None:
        stories, _ = without_adapter

        assert [] == [name for name, story in stories.items() if not story.never_fell]
        assert (3,) == stories["falling"].counts

    def test_they_follow_again_when_it_is_back(self, without_adapter: tuple[Stories, bool]) -> None:
        _, followed = without_adapter

        assert followed


class TestWithoutOperator:
    """Its death freezes the number of readers, even though the load falls."""

    def test_none_goes(self, without_operator: tuple[Stories, bool]) -> None:
        stories, _ = without_operator

        assert [] == [name for name, story in stories.items() if not story.never_fell]
        assert (3,) == stories["rising"].counts

    def test_they_follow_again_when_it_is_back(
        self, without_operator: tuple[Stories, bool]
    ) -> None:
        _, followed = without_operator

        assert followed


class TestOperatorRestarts:
    """A new operator knows nothing of the past, and changes nothing under a steady load."""

    def test_none_goes(self, operator_restarted: Stories) -> None:
        fell = [name for name, story in operator_restarted.items() if not story.never_fell]

        assert [] == fell

    @pytest.mark.parametrize(
        ("name", "expected"), [("rising", 1), ("falling", 3), ("half", 3), ("absent", 4)]
    )
    def test_nothing_changes(self, operator_restarted: Stories, name: str, expected: int) -> None:
        assert (expected,) == operator_restarted[name].counts
