"""What is said of a loss is what taking it away leaves, over every placement that a rule allows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations, product

from hypothesis import given
from hypothesis import strategies as st

from components.catalog import Survive
from components.placement import FailureDomain, ResidencyClass, Spread, Topology, place
from components.placement.losses import LOSSES, Aftermath, aftermaths, limits, worst
from tests.components.builders import Numbers, Promise, catalog
from tests.components.placement.crush import Osd, buckets, osds
from tests.components.placement.worlds import SITES, World, each, promises

DOMAINS = {
    Survive.DISK: FailureDomain.OSD,
    Survive.HOST: FailureDomain.HOST,
    Survive.DATA_CENTRE: FailureDomain.DATA_CENTRE,
}
Place = frozenset[Osd]


@st.composite
def small_worlds(draw: st.DrawFn) -> World:
    """Few enough disks to try every placement."""
    hosts = st.lists(st.sampled_from([[100], [100] * 2, [100] * 3]), min_size=1, max_size=2)
    sites = draw(st.lists(hosts, min_size=1, max_size=3))
    numbers = dict(zip(SITES, sites, strict=False))
    asked = draw(st.lists(promises(tuple(numbers)), min_size=2, max_size=2))
    return World(numbers, {f"hospital-{number}": each for number, each in enumerate(asked)})


def everywhere(spread: Spread, topology: Topology) -> Iterator[Place]:
    """Every placement that the rule of a spread allows, in every disk of every domain."""
    below = [osd for osd in osds(topology) if spread.crush_root in {"default", osd.site}]
    domains = buckets(below, spread.failure_domain)
    for chosen in combinations(domains, spread.size // spread.per_domain):
        for leaves in product(*(_leaves(domain, spread) for domain in chosen)):
            yield frozenset(chain.from_iterable(leaves))


def _leaves(domain: list[Osd], spread: Spread) -> list[tuple[Osd, ...]]:
    if spread.sub_domain is None:
        return [(osd,) for osd in domain]
    pairs = combinations(buckets(domain, spread.sub_domain), spread.per_domain)
    return [copies for pair in pairs for copies in product(*pair)]


def left_by_force(residency: ResidencyClass, topology: Topology, loss: Survive) -> dict[str, int]:
    """Data centre to the fewest copies left of any object, whichever item there is lost."""
    places = set(everywhere(residency.spread, topology))
    left: dict[str, int] = {}
    for item in buckets(osds(topology), DOMAINS[loss]):
        site = item[0].site
        fewest = min(len(copies - frozenset(item)) for copies in places)
        left[site] = min(left.get(site, fewest), fewest)
    return left


def said(residency: ResidencyClass, topology: Topology, loss: Survive) -> dict[str, int]:
    return {
        site: found.left
        for found in aftermaths(residency, topology)
        if found.loss is loss
        for site in found.data_centres
    }


class TestCopiesLeft:
    """The number of copies is the truth for each disk, host and data centre."""

    @given(small_worlds())
    def test_it_agrees_with_trying_every_placement(self, world: World) -> None:
        for _, residency in each(world):
            for loss in LOSSES:
                assert left_by_force(residency, world.topology, loss) == said(
                    residency, world.topology, loss
                )

    @given(small_worlds())
    def test_the_worst_is_the_worst(self, world: World) -> None:
        for _, residency in each(world):
            for loss in LOSSES:
                fewest = min(left_by_force(residency, world.topology, loss).values())
                assert fewest == worst(residency, world.topology, loss).left

    @given(small_worlds())
    def test_what_was_promised_is_survived(self, world: World) -> None:
        for promise, residency in each(world):
            for found in aftermaths(residency, world.topology):
                assert found.survives or found.loss > Survive(promise.survive)

    @given(small_worlds())
    def test_a_larger_loss_never_leaves_more(self, world: World) -> None:
        for _, residency in each(world):
            left = [worst(residency, world.topology, loss).left for loss in LOSSES]
            assert sorted(left, reverse=True) == left


def losses_of(numbers: Numbers, promise: Promise) -> dict[tuple[Survive, tuple[str, ...]], str]:
    placed = place(catalog(numbers, {"h": promise}))
    found = aftermaths(placed.of["h"], placed.topology)
    return {(each.loss, each.data_centres): each.words for each in found}


THREE: Numbers = {"far": [[100, 100]], "lis": [[100, 100]], "opo": [[100, 100]]}
GO_ON = "nothing is lost; reads and writes go on after some seconds"
WAIT = "nothing is lost, but reads and writes wait until a copy is back"
NOTHING = "nothing is lost, and no copy is missing"


class TestWords:
    """An institution reads what a loss means for it."""

    def test_three_copies_everywhere_go_on_after_any_loss(self) -> None:
        words = losses_of(THREE, Promise("lis", "all-data-centres", 3, "data-centre"))

        assert {(loss, ("far", "lis", "opo")): GO_ON for loss in LOSSES} == words

    def test_two_copies_on_two_disks_of_one_host(self) -> None:
        words = losses_of(THREE, Promise("far", "home-data-centre", 2, "disk"))
        others = ("lis", "opo")

        assert {
            (Survive.DISK, ("far",)): WAIT,
            (Survive.DISK, others): NOTHING,
            (Survive.HOST, ("far",)): "examinations are lost, unless the host comes back",
            (Survive.HOST, others): NOTHING,
            (Survive.DATA_CENTRE, ("far",)): (
                "examinations are lost, unless the data centre comes back"
            ),
            (Survive.DATA_CENTRE, others): NOTHING,
        } == words

    def test_one_of_two_data_centres_may_take_most_monitors_with_it(self) -> None:
        numbers: Numbers = {"far": [[100], [100]], "lis": [[100], [100]]}
        words = losses_of(numbers, Promise("lis", "all-data-centres", 2, "data-centre"))

        assert GO_ON == words[Survive.HOST, ("far", "lis")]
        assert (
            "nothing is lost, but reads and writes wait if most of Ceph's monitors stood there"
            == words[Survive.DATA_CENTRE, ("far", "lis")]
        )

    def test_too_few_copies_are_said_before_monitors(self) -> None:
        found = Aftermath(Survive.DATA_CENTRE, ("lis",), 1, 4, 2, quorum=False)

        assert WAIT == found.words
        assert not found.serves


class TestLimits:
    """Who stays home isn't told that home alone is enough."""

    def test_a_home_stops_without_the_monitors_majority(self) -> None:
        placed = place(catalog(THREE, {"h": Promise("far", "home-data-centre", 2, "disk")}))
        (limit,) = limits(placed.of["h"], placed.topology)

        assert "while far can't reach most of Ceph's monitors" in limit
        assert "reads and writes stop within seconds; nothing is lost" in limit

    def test_who_lies_everywhere_is_told_nothing_of_it(self) -> None:
        promise = Promise("far", "all-data-centres", 3, "data-centre")
        placed = place(catalog(THREE, {"h": promise}))

        assert () == limits(placed.of["h"], placed.topology)

    def test_one_data_centre_can_be_cut_from_no_other(self) -> None:
        placed = place(
            catalog({"far": [[9, 9]]}, {"h": Promise("far", "home-data-centre", 1, "none")})
        )

        assert () == limits(placed.of["h"], placed.topology)
