"""No failure of what tells the load takes readers away: they stay, or there are more.

Real Prometheuses, KEDA and autoscalers; the gateways tell what each test wants. The window is 15 s,
so that a single wrong figure would take readers away while it is looked at.
"""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.autoscaling.outages import Stories

pytestmark = [pytest.mark.autoscaling, pytest.mark.timeout(900)]
ALL_ALLOWED = 4


class TestNoFigure:
    """Where no load is told, all readers that are allowed run, whatever the cause."""

    @pytest.mark.parametrize("cause", ["absent", "nan", "down", "stopped", "hung"])
    def test_none_goes(self, stories: Stories, cause: str) -> None:
        assert 3 <= min(stories[cause].counts)

    @pytest.mark.parametrize("cause", ["absent", "nan", "down", "stopped", "hung"])
    def test_more_come(self, stories: Stories, cause: str) -> None:
        assert ALL_ALLOWED == max(stories[cause].counts)

    @pytest.mark.parametrize("cause", ["stopped", "hung"])
    def test_they_follow_again_when_prometheus_is_back(self, stories: Stories, cause: str) -> None:
        assert (3, ALL_ALLOWED, 3) == stories[cause].counts

    def test_but_with_kedas_default_nearly_all_go(self, stories: Stories) -> None:
        assert (3, 2, 1) == stories["unguarded"].counts


class TestHalfTheGateways:
    """One gateway that isn't heard doesn't look like half the load."""

    def test_all_stay(self, stories: Stories) -> None:
        assert (3,) == stories["half"].counts


class TestFallbackBelowDemand:
    """Were the fallback below the demand, no reader would go for it either (keda#6659)."""

    def test_not_those_that_the_last_load_needed(self, stories: Stories) -> None:
        assert (3,) == stories["below"].counts

    def test_nor_those_that_the_processors_need(self, stories: Stories) -> None:
        assert (ALL_ALLOWED,) == stories["busy"].counts

    def test_but_with_kedas_default_behaviour_they_go(self, stories: Stories) -> None:
        assert (3, 2, 1) == stories["static"].counts


class TestStaleSample:
    """A Prometheus that comes back at once, without its gateways, isn't believed for long."""

    def test_more_come(self, stories: Stories) -> None:
        assert (1, ALL_ALLOWED) == stories["stale"].counts

    def test_but_whatever_its_age_it_would_be(self, stories: Stories) -> None:
        assert (1,) == stories["ageless"].counts


class TestZeroAfterAnOutage:
    """A load that comes back as 0 for less than the window takes nobody away (keda#965)."""

    def test_none_goes(self, stories: Stories) -> None:
        assert 3 <= min(stories["zero"].counts)


class TestLessLoad:
    """The control of all others: where the load does fall, readers go, one by one."""

    def test_they_go(self, stories: Stories) -> None:
        assert (3, 2, 1) == stories["quiet"].counts
        assert all(-1 == after - before for before, after in pairwise(stories["quiet"].counts))
