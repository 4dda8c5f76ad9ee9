"""What every placement keeps, proved by placing copies and losing disks in random environments."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from components.catalog import Survive
from components.placement import FailureDomain, notices, place
from tests.components.placement.crush import fewest_left, placements
from tests.components.placement.worlds import World, each, kept, worlds

SEEDS = st.integers(0, 2**32)


class TestBoundary:
    """Copies lie where the promise says, and nowhere else."""

    @given(worlds(), SEEDS)
    def test_a_home_promise_never_leaves_home(self, world: World, seed: int) -> None:
        for promise, residency in each(world):
            if promise.where == "home-data-centre":
                assert (promise.home,) == residency.data_centres
                for copies in placements(residency.spread, world.topology, seed):
                    assert {promise.home} == {osd.site for osd in copies}

    @given(worlds(), SEEDS)
    def test_everywhere_is_every_data_centre(self, world: World, seed: int) -> None:
        for promise, residency in each(world):
            if promise.where == "all-data-centres":
                assert sorted(world.numbers) == list(residency.data_centres)
                for copies in placements(residency.spread, world.topology, seed):
                    assert set(world.numbers) == {osd.site for osd in copies}

    @given(worlds(), SEEDS)
    def test_what_is_said_of_each_data_centre_is_true(self, world: World, seed: int) -> None:
        for _, residency in each(world):
            for copies in placements(residency.spread, world.topology, seed):
                assert Counter(residency.pieces_in) == Counter(osd.site for osd in copies)


class TestCopies:
    """There are as many copies as promised, each on a device of its own."""

    @given(worlds(), SEEDS)
    def test_never_fewer_than_promised(self, world: World, seed: int) -> None:
        for promise, residency in each(world):
            for copies in placements(residency.spread, world.topology, seed):
                assert promise.copies <= len(set(copies))

    @given(worlds(), SEEDS)
    def test_never_more_than_there_are_domains(self, world: World, seed: int) -> None:
        for _, residency in each(world):
            for copies in placements(residency.spread, world.topology, seed):
                assert residency.spread.size == len(set(copies))

    @given(worlds())
    def test_no_copy_is_wasted_at_home(self, world: World) -> None:
        for promise, residency in each(world):
            if promise.where == "home-data-centre":
                assert promise.copies == residency.spread.size


class TestLosses:
    """The promised loss loses nothing, whichever disk, host or data centre it takes."""

    @given(worlds(), SEEDS)
    def test_the_promised_loss_leaves_a_copy_of_everything(self, world: World, seed: int) -> None:
        for promise, residency in each(world):
            asked = Survive(promise.survive)
            assert asked <= residency.spread.survives
            assert 1 <= fewest_left(residency.spread, world.topology, asked, seed)

    @given(worlds(), SEEDS)
    def test_what_a_class_says_to_survive_is_true(self, world: World, seed: int) -> None:
        for _, residency in each(world):
            says = residency.spread.survives
            assert 1 <= fewest_left(residency.spread, world.topology, says, seed)

    @given(worlds())
    def test_what_home_can_not_survive_is_not_said(self, world: World) -> None:
        for promise, residency in each(world):
            if promise.where == "home-data-centre":
                assert Survive.DATA_CENTRE > residency.spread.survives


class TestMinimumSize:
    """No write rests on one copy, and people are told where that means waiting."""

    @given(worlds())
    def test_never_below_two_where_a_loss_is_survived(self, world: World) -> None:
        for promise, residency in each(world):
            least = 1 if promise.survive == "none" else 2
            assert least <= residency.min_size <= residency.spread.size

    @given(worlds(), SEEDS)
    def test_a_promised_loss_stops_nothing_without_a_notice(self, world: World, seed: int) -> None:
        said = " ".join(notices(kept(world)))
        for promise, residency in each(world):
            left = fewest_left(residency.spread, world.topology, Survive(promise.survive), seed)
            assert residency.min_size <= left or f"{residency.name}: every copy must be up" in said

    @given(worlds(), SEEDS)
    def test_a_notice_is_true(self, world: World, seed: int) -> None:
        placed = kept(world)
        named = {notice.split(":")[0] for notice in notices(placed) if "every copy" in notice}
        for residency in placed.classes:
            loss = residency.spread.survives
            left = fewest_left(residency.spread, world.topology, loss, seed)
            stops = left < residency.min_size and residency.spread.size > 1
            assert stops == (residency.name in named)

    @given(worlds())
    def test_sharing_never_lowers_it(self, world: World) -> None:
        for name, together in kept(world).of.items():
            alone = place(World(world.numbers, {name: world.promises[name]}).catalog).of[name]
            assert alone.spread == together.spread
            assert alone.min_size <= together.min_size


class TestShape:
    """Rook writes only some rules; no other is ever asked of it (research/rook.md §2.1)."""

    @given(worlds())
    def test_two_in_a_domain_lie_apart_inside_it(self, world: World) -> None:
        for _, residency in each(world):
            spread = residency.spread
            assert spread.per_domain in {1, 2}
            assert (spread.per_domain == 2) == (spread.sub_domain is not None)
            assert 0 == spread.size % spread.per_domain
            assert spread.failure_domain is not spread.sub_domain

    @given(worlds())
    def test_data_centres_are_domains_below_the_root_alone(self, world: World) -> None:
        for _, residency in each(world):
            everywhere = residency.spread.failure_domain is FailureDomain.DATA_CENTRE
            assert everywhere == (residency.spread.crush_root == "default")
            assert everywhere == (residency.spread.boundary is None)
