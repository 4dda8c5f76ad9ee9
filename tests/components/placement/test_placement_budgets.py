"""What all institutions need together: refused beyond Ceph's limits, with the numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.placement import notices, place
from components.placement.budgets import MOST_PGS_PER_OSD, placement_groups_per_osd
from components.placement.shares import busiest, fillable
from tests.components.builders import Numbers, Promise, catalog, placement_refusals
from tests.components.placement.by_hand import dealt, grouped, stored
from tests.components.placement.worlds import World, kept, worlds

ROUNDING = 1
"""Placement groups by which dealing tenths differs from sharing exactly."""


class TestShares:
    """The arithmetic of copies that lie apart, against filling and dealing by hand."""

    @given(st.lists(st.integers(1, 12), min_size=1, max_size=6), st.data())
    def test_what_unequal_domains_hold(self, sizes: list[int], data: st.DataObject) -> None:
        copies = data.draw(st.integers(1, len(sizes)))
        assert stored(sizes, copies) == int(fillable(sizes, copies))

    @given(
        st.lists(st.lists(st.integers(1, 9), min_size=1, max_size=3), min_size=1, max_size=5),
        st.data(),
    )
    def test_what_the_busiest_device_gets(
        self, domains: list[list[int]], data: st.DataObject
    ) -> None:
        copies = data.draw(st.integers(1, len(domains)))
        groups = 50
        share = max(dealt(domains, copies, groups)) / groups
        assert share == pytest.approx(float(busiest(domains, copies)), abs=0.02)

    @given(st.integers(1, 10), st.integers(1, 4), st.data())
    def test_equal_devices_share_equally(self, hosts: int, each: int, data: st.DataObject) -> None:
        copies = data.draw(st.integers(1, hosts))
        assert copies == busiest([[5] * each] * hosts, copies) * hosts * each
        assert hosts * each * 5 == fillable([5 * each] * hosts, copies) * copies


class TestPlacementGroups:
    """No device carries more placement groups than Ceph bears."""

    @given(worlds())
    def test_the_busiest_device_is_within_the_budget(self, world: World) -> None:
        placed = kept(world)
        for site in placed.topology.sites.values():
            devices = sum(len(host.devices) for host in site.hosts)
            load = [0.0] * devices
            for found in placed.classes:
                if site.name in found.pieces_in:
                    domains = grouped(found.spread, site)
                    copies = found.pieces_in[site.name]
                    groups = found.data_pgs + found.metadata_pgs
                    more = dealt(domains, copies, groups)
                    assert max(more) <= 40 + ROUNDING
                    load = [sum(both) for both in zip(load, more, strict=True)]
            assert max(load, default=0) <= MOST_PGS_PER_OSD + ROUNDING * len(placed.classes)

    @given(worlds())
    def test_what_is_said_of_a_data_centre_is_what_is_dealt(self, world: World) -> None:
        placed = kept(world)
        for found in placed.classes:
            said = placement_groups_per_osd(placed.topology, {found.name: found})
            for name, copies in found.pieces_in.items():
                domains = grouped(found.spread, placed.topology.sites[name])
                most = max(dealt(domains, copies, found.data_pgs + found.metadata_pgs))
                assert said[name] == pytest.approx(most, abs=ROUNDING)

    def test_five_classes_fit_and_the_sixth_is_refused_with_the_number(self) -> None:
        promises = {f"h{copies}": _home(copies) for copies in (1, 2, 4, 8)}
        promises["all"] = Promise("lis", "all-data-centres", 2, "data-centre")
        numbers = {"lis": [[1000] * 8] * 16, "opo": [[1000] * 8] * 16}
        assert 5 == len(place(catalog(numbers, promises)).classes)
        (refusal,) = placement_refusals(numbers, promises | {"h16": _home(6), "h7": _home(7)})
        assert ("stacks/Pulumi.local.yaml", "imaging:platform.dataCentres.lis") == (
            refusal.file,
            refusal.key,
        )
        assert refusal.sentence.startswith("7 residency classes (every-x4-")
        assert "placement groups on the busiest OSD of lis; allowed are 200." in refusal.sentence


class TestCrushRules:
    """One Ceph cluster has 256 CRUSH rules, two for each class and one of its own."""

    def test_more_classes_than_rules_are_refused_with_the_number(self) -> None:
        sites = {f"s{number}": [[1000]] for number in range(128)}
        promises = {f"h-{name}": Promise(name, "home-data-centre", 1, "none") for name in sites}
        (refusal,) = placement_refusals(sites, promises)
        assert "imaging:platform" == refusal.key
        expected = "128 residency classes need 257 CRUSH rules; one Ceph cluster has 256."
        assert refusal.sentence.startswith(expected)

    def test_as_many_as_there_are_rules_for_are_allowed(self) -> None:
        sites = {f"s{number}": [[1000]] for number in range(127)}
        promises = {f"h-{name}": Promise(name, "home-data-centre", 1, "none") for name in sites}
        assert 127 == len(place(catalog(sites, promises)).classes)


class TestCrushWeight:
    """A CRUSH bucket's weight overflows at 65,536 TiB."""

    def test_more_than_one_root_can_weigh_is_refused(self) -> None:
        (refusal,) = placement_refusals({"lis": [[2**25], [2**25]]}, {"a": _home(2)})
        expected = (
            "the devices hold 64Pi together; one CRUSH root weighs less than 64Pi. "
            "Split the environment"
        )
        assert ("imaging:platform.machines", expected) == (refusal.key, refusal.sentence)

    def test_less_is_allowed(self) -> None:
        assert place(catalog({"lis": [[2**25], [2**25 - 1]]}, {"a": _home(2)})).classes


class TestNotices:
    """What is allowed, but stops at night, is said by day."""

    def test_two_copies_stop_when_one_is_missing(self) -> None:
        numbers: Numbers = {"lis": [[100], [100]]}
        (notice,) = notices(place(catalog(numbers, {"a": _home(2), "b": _home(2)})))
        assert notice.startswith("home-lis-x2-")
        assert "every copy must be up for writes (2 of 2)" in notice
        assert "loss or restart of one host in lis stops them until it is back" in notice
        assert notice.endswith("a further copy would cure that")

    @pytest.mark.parametrize("copies", [1, 3])
    def test_one_copy_or_three_need_none(self, copies: int) -> None:
        numbers: Numbers = {"lis": [[100]] * 3}
        assert () == notices(place(catalog(numbers, {"a": _home(copies)})))

    def test_two_data_centres_cannot_share_three_monitors(self) -> None:
        numbers: Numbers = {"lis": [[100]] * 3, "opo": [[100]] * 3}
        (notice,) = notices(place(catalog(numbers, {"a": _home(3)})))
        assert notice.startswith("two of Ceph's three monitors stand in one of lis and opo")

    def test_who_survives_nothing_needs_none(self) -> None:
        promise = Promise("lis", "home-data-centre", 2, "none")
        assert () == notices(place(catalog({"lis": [[100], [100]]}, {"a": promise})))


def _home(copies: int, capacity: str = "1Gi") -> Promise:
    survive = "none" if copies == 1 else "disk"
    return Promise("lis", "home-data-centre", copies, survive, capacity)
