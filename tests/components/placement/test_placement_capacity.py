"""Nobody is promised a byte that the disks don't have, nor one that they couldn't rebuild."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.catalog import Refused
from components.placement import Host, ResidencyClass, Site, place
from tests.components.builders import GIB, Numbers, Promise, catalog, placement_refusals
from tests.components.placement.by_hand import grouped, stored
from tests.components.placement.worlds import World, kept, worlds


def held(found: ResidencyClass, site: Site) -> int:
    """The objects of 1 GiB that a site holds, in as many copies as have a place of their own."""
    sizes = [sum(each) // GIB for each in grouped(found.spread, site)]
    return stored(sizes, min(found.pieces_in[site.name], len(sizes)))


def after_a_loss(site: Site) -> list[Site]:
    """What each single loss leaves: of a host, or of a disk where there is one host."""
    if len(site.hosts) > 1:
        return [
            Site(site.name, tuple(host for host in site.hosts if host is not lost))
            for lost in site.hosts
        ]
    (host,) = site.hosts
    disks = host.devices
    return [
        Site(site.name, (Host(host.name, (*disks[:number], *disks[number + 1 :])),))
        for number in range(len(disks))
        if len(disks) > 1
    ]


class TestCapacity:
    """Nobody is promised a byte that the disks don't have."""

    def test_beyond_is_refused_with_the_numbers(self) -> None:
        promises = {"a": _home(2, "30Gi"), "b": _home(2, "13Gi")}
        (refusal,) = placement_refusals({"lis": [[50], [50]]}, promises)
        assert ("stacks/Pulumi.local.yaml", "imaging:platform.dataCentres.lis") == (
            refusal.file,
            refusal.key,
        )
        expected = (
            "the copies of a, b need 86Gi in lis; its devices have 100Gi, and copies that lie "
            "apart would fill 86.0% of what these can hold; allowed are 85%. Add devices, or lower "
            "a capacity"
        )
        assert expected == refusal.sentence

    def test_the_limit_itself_is_allowed(self) -> None:
        many = {f"h{number}": _home(2, "5Gi") for number in range(17)}
        assert 17 == len(place(catalog({"lis": [[100], [100]]}, many)).of)

    def test_copies_everywhere_count_in_each_data_centre(self) -> None:
        numbers = {"lis": [[100]], "opo": [[100]], "far": [[50]]}
        promise = Promise("lis", "all-data-centres", 3, "data-centre", capacity="43Gi")
        (refusal,) = placement_refusals(numbers, {"a": promise})
        assert "imaging:platform.dataCentres.far" == refusal.key
        assert "need 43Gi in far; its devices have 50Gi" in refusal.sentence

    def test_a_large_host_beside_a_small_one_holds_no_more(self) -> None:
        (refusal,) = placement_refusals({"lis": [[20], [80]]}, {"a": _home(2, "18Gi")})
        assert "need 36Gi in lis; its devices have 100Gi" in refusal.sentence
        assert "would fill 90.0% of what these can hold" in refusal.sentence

    @given(worlds(), st.integers(1, 2000))
    def test_what_fits_is_allowed_and_nothing_else(self, world: World, capacity: int) -> None:
        placed = kept(world)
        name, found = next(iter(placed.of.items()))
        sites = [placed.topology.sites[site] for site in found.pieces_in]
        room = min(held(found, site) for site in sites)
        rest = min(
            (held(found, left) for site in sites for left in after_a_loss(site)), default=room
        )
        asked = replace(world.promises[name], capacity=f"{capacity}Gi")
        alone = World(world.numbers, {name: asked}).catalog
        if capacity <= 0.85 * room and capacity <= 0.9 * rest:
            assert found.spread == place(alone).of[name].spread
        if capacity > 0.85 * (room + 1):  # the hand fills whole units only
            with pytest.raises(Refused, match="of what these can hold; allowed are 85%"):
                place(alone)
        elif capacity > 0.9 * (rest + 1):
            with pytest.raises(Refused, match=r"can hold, and Ceph rebuilds up to 90%|are 85%"):
                place(alone)


class TestRebuilding:
    """What a lost host held has room on the others, or Ceph would never rebuild it."""

    def test_beyond_is_refused_with_the_numbers(self) -> None:
        (refusal,) = placement_refusals({"lis": [[100]] * 3}, {"a": _home(2, "91Gi")})
        expected = (
            "after the loss of the host lis-host-0, the copies of a need 182Gi on the rest of lis, "
            "whose devices have 200Gi; that would fill 91.0% of what these can hold, and Ceph "
            "rebuilds up to 90%. Add hosts or devices, or lower a capacity"
        )
        assert ("stacks/Pulumi.local.yaml", "imaging:platform.dataCentres.lis", expected) == (
            refusal.file,
            refusal.key,
            refusal.sentence,
        )

    def test_the_limit_itself_is_allowed(self) -> None:
        assert place(catalog({"lis": [[100]] * 3}, {"a": _home(2, "90Gi")})).of

    def test_the_largest_host_is_the_worst_loss(self) -> None:
        numbers: Numbers = {"lis": [[100], [100], [300], [100]]}
        (refusal,) = placement_refusals(numbers, {"a": _home(2, "140Gi")})
        assert refusal.sentence.startswith("after the loss of the host lis-host-2, the copies")

    def test_copies_that_have_no_other_host_move_nowhere(self) -> None:
        assert place(catalog({"lis": [[100], [100]]}, {"a": _home(2, "85Gi")})).of

    def test_the_only_host_rebuilds_what_a_disk_held(self) -> None:
        numbers: Numbers = {"lis": [[100]], "opo": [[100]], "far": [[50, 50]]}
        promise = Promise("lis", "all-data-centres", 3, "data-centre", capacity="46Gi")
        (refusal,) = placement_refusals(numbers, {"a": promise})
        assert refusal.sentence.startswith(
            "after the loss of a disk of 50Gi in far-host-0, the copies of a need 46Gi on the rest"
        )

    def test_each_data_centre_rebuilds_its_own(self) -> None:
        numbers: Numbers = {name: [[100]] * 2 for name in ("lis", "opo", "far")}
        promise = Promise("lis", "all-data-centres", 3, "data-centre", capacity="91Gi")
        centres = [
            each.key.rpartition(".")[2] for each in placement_refusals(numbers, {"a": promise})
        ]
        assert ["far", "lis", "opo"] == centres


def _home(copies: int, capacity: str) -> Promise:
    return Promise("lis", "home-data-centre", copies, "disk", capacity)
