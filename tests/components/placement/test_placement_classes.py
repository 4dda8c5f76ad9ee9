"""Residency classes: their names, who shares one, and their placement groups."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.catalog import Catalog, DeviceClass, Isolation, load
from components.placement import FailureDomain, Placement, Spread, place
from components.placement.residency import minimum_size, residency_class
from tests.components.builders import Promise, catalog, topology
from tests.components.placement.worlds import World, kept, worlds

STACKS = Path(__file__).resolve().parents[3] / "stacks"
LABEL = re.compile(r"[a-z]([a-z0-9-]{0,43}[a-z0-9])?")
FOUR = {"lis": [[100, 100]] * 10, "opo": [[100, 100]] * 10}
SPREADS = [
    Spread(None, FailureDomain.DATA_CENTRE, 4, 2, FailureDomain.HOST),
    Spread(None, FailureDomain.DATA_CENTRE, 4, 2, FailureDomain.OSD),
    Spread(None, FailureDomain.DATA_CENTRE, 2),
    *(
        Spread(site, domain, size)
        for site, domain, size in product(
            ("lis", "opo"), (FailureDomain.HOST, FailureDomain.OSD), (2, 3)
        )
    ),
]


@pytest.fixture(scope="module")
def local() -> Placement:
    """The placement of the committed stack files."""
    return place(load(STACKS, "local"))


class TestIsolation:
    """An institution that asks for it shares its filesystem with nobody; the others share."""

    @pytest.fixture
    def like(self) -> Catalog:
        """Three institutions with the same promise, of which one asks to be alone."""
        promise = Promise("lis", "home-data-centre", 2, "disk")
        found = catalog(FOUR, dict.fromkeys(("alone", "one", "other"), promise))
        apart = found.institutions["alone"].model_copy(update={"isolation": Isolation.HARD})
        return replace(found, institutions={**found.institutions, "alone": apart})

    def test_it_has_a_filesystem_of_its_own(self, like: Catalog) -> None:
        names = {name: found.name for name, found in place(like).of.items()}

        assert names["one"] == names["other"]
        assert names["alone"] != names["one"]

    def test_with_the_same_placement(self, like: Catalog) -> None:
        classes = place(like).of

        assert classes["alone"].spread == classes["one"].spread
        assert classes["alone"].name.startswith("home-lis-x2-")


class TestNames:
    """A name says where and how often; another placement is another name, a new filesystem."""

    def test_the_names_in_use_never_change(self, local: Placement) -> None:
        # Another name is another filesystem: examinations would have to be moved.
        expected = {"aveiro": "every-x3-8870cf", "evora": "home-faro-x2-2aa0e9"}
        assert expected == {name: found.name for name, found in local.of.items()}

    def test_none_begins_with_a_word_of_ceph(self) -> None:
        # Ceph refuses "allow rw tag cephfs data=all-x3-...": it stops behind the word all.
        names = [residency_class(spread, 2, topology(FOUR)).name for spread in SPREADS]
        assert [] == [name for name in names if name.startswith("all")]

    def test_every_root_domain_size_and_device_class_has_its_own(self) -> None:
        names = [
            residency_class(spread, 2, topology(FOUR, kind)).name
            for spread, kind in product(SPREADS, DeviceClass)
        ]
        assert len(SPREADS) * len(DeviceClass) == len(names) == len(set(names))

    @given(
        st.from_regex(r"[a-z]([a-z0-9-]{0,22}[a-z0-9])?", fullmatch=True),
        st.integers(1, 10),
        st.sampled_from(list(DeviceClass)),
    )
    def test_every_one_is_a_label_that_leaves_room(
        self, site: str, size: int, kind: DeviceClass
    ) -> None:
        disks = topology({site: [[100]] * 10}, kind)
        name = residency_class(Spread(site, FailureDomain.HOST, size), 2, disks).name
        assert LABEL.fullmatch(name), name
        assert name.startswith(f"home-{site}-x{size}-")

    def test_more_disks_of_the_same_kind_change_no_name(self) -> None:
        small = residency_class(SPREADS[3], 2, topology(FOUR))
        large = residency_class(SPREADS[3], 2, topology({"lis": [[200] * 8] * 20}))
        assert small.name == large.name


class TestOrder:
    """The order in which people write things decides nothing."""

    @given(worlds(), st.integers(0, 2**32))
    def test_of_data_centres_hosts_and_institutions(self, world: World, seed: int) -> None:
        dice = random.Random(seed)  # noqa: S311 - not for secrets: a test that can be repeated
        placed = kept(world)
        sites = [(site, dice.sample(hosts, len(hosts))) for site, hosts in world.numbers.items()]
        promises = [(name, world.promises[name]) for name in placed.of]
        dice.shuffle(sites)
        dice.shuffle(promises)
        turned = place(World(dict(sites), dict(promises)).catalog)
        assert placed.of == turned.of
        assert placed.classes == turned.classes


class TestSharing:
    """Institutions with like promises share a filesystem."""

    def test_the_same_promise_is_the_same_class(self) -> None:
        placed = place(_homes(Promise("lis", "home-data-centre", 2, "host"), 3))
        assert 1 == len(placed.classes)
        assert {"h0", "h1", "h2"} == set(placed.of)

    def test_everywhere_has_no_home(self) -> None:
        promises = {site: Promise(site, "all-data-centres", 2, "data-centre") for site in FOUR}
        assert 1 == len(place(catalog(FOUR, promises)).classes)

    def test_another_number_of_copies_is_another_class(self) -> None:
        promises = {
            f"h{copies}": Promise("lis", "home-data-centre", copies, "host") for copies in (2, 3)
        }
        assert ["home-lis-x2", "home-lis-x3"] == [
            found.name.rpartition("-")[0] for found in place(catalog(FOUR, promises)).classes
        ]

    def test_the_strictest_minimum_size_holds_for_all(self) -> None:
        promises = {
            "careless": Promise("lis", "home-data-centre", 2, "none"),
            "careful": Promise("lis", "home-data-centre", 2, "disk"),
        }
        placed = place(catalog(FOUR, promises))
        assert {"careless": 2, "careful": 2} == {n: f.min_size for n, f in placed.of.items()}

    def test_who_survives_nothing_alone_may_serve_from_one_copy(self) -> None:
        placed = place(_homes(Promise("lis", "home-data-centre", 2, "none"), 1))
        assert 1 == placed.of["h0"].min_size


class TestMinimumSize:
    """Half of the copies, rounded up, and never one that carries everything."""

    @pytest.mark.parametrize(("size", "least"), [(2, 2), (3, 2), (4, 2), (5, 3), (6, 3), (10, 5)])
    def test_where_a_loss_is_survived(self, size: int, least: int) -> None:
        assert least == minimum_size(size, one_copy_may_serve=False)

    @pytest.mark.parametrize(("size", "least"), [(1, 1), (2, 1), (3, 2), (4, 2)])
    def test_where_nothing_is_promised(self, size: int, least: int) -> None:
        assert least == minimum_size(size, one_copy_may_serve=True)


class TestPlacementGroups:
    """Fixed numbers that suit Ceph: powers of two, in proportion to the disks."""

    @given(worlds())
    def test_powers_of_two_and_metadata_a_quarter(self, world: World) -> None:
        for found in kept(world).classes:
            assert 1 == found.data_pgs.bit_count() == found.metadata_pgs.bit_count()
            assert found.data_pgs == 4 * found.metadata_pgs

    @pytest.mark.parametrize(
        ("hosts", "copies", "groups"), [(2, 2, 32), (3, 2, 32), (4, 2, 64), (24, 3, 256)]
    )
    def test_grow_with_the_disks(self, hosts: int, copies: int, groups: int) -> None:
        disks = topology({"lis": [[100]] * hosts})
        spread = Spread("lis", FailureDomain.HOST, copies)
        assert groups == residency_class(spread, 2, disks).data_pgs

    def test_the_smallest_data_centre_decides(self) -> None:
        disks = topology({"lis": [[100]] * 64, "opo": [[100]], "far": [[100]] * 64})
        spread = Spread(None, FailureDomain.DATA_CENTRE, 3)
        assert 32 == residency_class(spread, 2, disks).data_pgs

    def test_the_busiest_host_decides(self) -> None:
        disks = topology({"lis": [[100], [100] * 31]})
        spread = Spread("lis", FailureDomain.HOST, 2)
        assert 32 == residency_class(spread, 2, disks).data_pgs


def _homes(promise: Promise, count: int) -> Catalog:
    return catalog(FOUR, {f"h{number}": promise for number in range(count)})
