"""Erasure coding: as many losses as with copies lose nothing, in less space, or it is refused."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.catalog import Refused, Survive
from components.placement import FailureDomain, ResidencyClass, Topology, place
from components.placement.budgets import placement_groups_per_osd
from components.placement.losses import LOSSES, aftermaths, limits, no_spare_host, worst
from components.placement.residency import Coding
from tests.components.builders import Promise, Stacks, catalog, good_institution
from tests.components.placement.by_hand import dealt, grouped
from tests.components.placement.coding import at_home, coded
from tests.components.placement.crush import buckets, fewest_left, osds, placements

SEEDS = st.integers(0, 2**32)
HOSTS = st.lists(st.sampled_from([[100], [200], [100, 100], [50, 50, 50]]), min_size=1, max_size=10)
"""Of sizes that CRUSH doesn't overlook, also where every host is needed."""
COPIES = st.sampled_from([3, 4])


def alone(hosts: list[list[int]], promise: Promise) -> tuple[ResidencyClass, Topology]:
    """The class of one coded institution, and the storage that it lies on."""
    placed = place(coded({"lis": hosts}, {"h": promise}))
    return placed.of["h"], placed.topology


def chosen(hosts: int, copies: int) -> str:
    """The code that a home of equal hosts gets, as its class's name says it."""
    return alone([[100]] * hosts, at_home(copies))[0].name.split("-")[2]


def replication(**changes: object) -> str:
    """Why a stack file that asks for erasure coding is refused."""
    asked: dict[str, Any] = {"where": "home-data-centre", "copies": 3, "survive": "host"}
    institution = good_institution() | {
        "replication": asked | {"storageEfficiency": "erasure-coded"} | changes
    }
    (refusal,) = Stacks(institutions={"aveiro": institution}).refusals()
    assert "imaging:institution.replication" == refusal.key
    return refusal.sentence


class TestPromise:
    """The catalogue refuses a promise that no code keeps, with the fix."""

    def test_chunks_over_data_centres(self) -> None:
        assert (
            "asks for storageEfficiency: erasure-coded with where: all-data-centres, so that every "
            "read would fetch chunks from several data centres; say where: home-data-centre, or "
            "leave storageEfficiency out."
        ) == replication(where="all-data-centres", survive="data-centre")

    @pytest.mark.parametrize("copies", [2, 5])
    def test_too_few_or_too_many_coding_chunks(self, copies: int) -> None:
        assert (
            f"asks for storageEfficiency: erasure-coded with copies: {copies}; allowed are 3 or 4, "
            "which are 2 or 3 coding chunks: with one, a write after a loss would rest on no "
            "redundancy; ask for copies: 3, or leave storageEfficiency out."
        ) == replication(copies=copies)

    @pytest.mark.parametrize("survive", ["none", "data-centre"])
    def test_a_loss_that_chunks_at_home_are_not_for(self, survive: str) -> None:
        assert (
            f"asks for storageEfficiency: erasure-coded with survive: {survive}; chunks on hosts "
            "of one data centre survive a disk or a host: say survive: host, or leave "
            "storageEfficiency out."
        ) == replication(survive=survive)

    def test_a_word_that_is_none(self) -> None:
        institution = good_institution()
        institution["replication"]["storageEfficiency"] = "coded"
        (refusal,) = Stacks(institutions={"aveiro": institution}).refusals()

        assert "imaging:institution.replication.storageEfficiency" == refusal.key
        assert "replicated" in refusal.sentence
        assert "erasure-coded" in refusal.sentence


class TestChoice:
    """As many data chunks as the hosts allow, with one host more than chunks where it can be."""

    @pytest.mark.parametrize(
        ("hosts", "code"),
        [(4, "ec2m2"), (5, "ec2m2"), (6, "ec3m2"), (7, "ec4m2"), (8, "ec4m2"), (40, "ec4m2")],
    )
    def test_of_three_copies(self, hosts: int, code: str) -> None:
        assert code == chosen(hosts, 3)

    @pytest.mark.parametrize(
        ("hosts", "code"), [(5, "ec2m3"), (6, "ec2m3"), (7, "ec3m3"), (8, "ec4m3")]
    )
    def test_of_four_copies(self, hosts: int, code: str) -> None:
        assert code == chosen(hosts, 4)

    @pytest.mark.parametrize(("hosts", "said"), [(1, "one storage host"), (3, "three storage h")])
    def test_too_few_hosts_are_refused_with_the_numbers(self, hosts: int, said: str) -> None:
        with pytest.raises(Refused) as refused:
            place(coded({"lis": [[100] * 6] * hosts}, {"h": at_home(3)}))
        (refusal,) = refused.value.refusals

        assert ("stacks/Pulumi.local.h.yaml", "imaging:institution.replication") == (
            refusal.file,
            refusal.key,
        )
        assert refusal.sentence.startswith(
            "h asks for storageEfficiency: erasure-coded with copies: 3, which needs 4 storage "
            "hosts or more (2 data chunks, 2 coding chunks, each on a host of its own), but data "
            f"centre lis has {said}"
        )
        assert refusal.sentence.endswith("; add hosts, or leave storageEfficiency out.")

    def test_a_copy_and_a_coded_promise_share_no_class(self) -> None:
        both = coded({"lis": [[100]] * 8}, {"a": at_home(3), "b": at_home(4)})

        assert ["home-lis-ec4m2", "home-lis-ec4m3"] == [
            found.name.rpartition("-")[0] for found in place(both).classes
        ]


class TestLaws:
    """Over random homes."""

    @given(HOSTS, COPIES)
    def test_refused_if_and_only_if_two_data_chunks_have_no_hosts(
        self, hosts: list[list[int]], copies: int
    ) -> None:
        found = coded({"lis": hosts}, {"h": at_home(copies)})
        if len(hosts) >= 2 + copies - 1:
            coding = place(found).of["h"].spread.coding
            assert coding is not None
            assert coding.chunks < len(hosts) or Coding(2, copies - 1) == coding
        else:
            with pytest.raises(Refused, match=r"which needs \d storage hosts or more"):
                place(found)

    @given(HOSTS.filter(lambda hosts: len(hosts) > 4), COPIES, SEEDS)
    def test_as_many_lost_hosts_lose_nothing_as_with_copies(
        self, hosts: list[list[int]], copies: int, seed: int
    ) -> None:
        residency, disks = alone(hosts, at_home(copies))
        for chunks in placements(residency.spread, disks, seed):
            assert residency.spread.pieces == len(set(chunks))
            for lost in combinations(buckets(osds(disks), FailureDomain.HOST), copies - 1):
                left = set(chunks) - {osd for host in lost for osd in host}
                assert residency.spread.restoring <= len(left)

    @given(HOSTS.filter(lambda hosts: len(hosts) > 4), COPIES, SEEDS)
    def test_one_lost_host_stops_nothing(
        self, hosts: list[list[int]], copies: int, seed: int
    ) -> None:
        residency, disks = alone(hosts, at_home(copies))
        left = fewest_left(residency.spread, disks, Survive.HOST, seed)

        assert residency.serving <= left
        assert worst(residency, disks, Survive.HOST).serves

    @given(HOSTS.filter(lambda hosts: len(hosts) > 4), COPIES)
    def test_no_write_rests_on_as_few_chunks_as_restore_it(
        self, hosts: list[list[int]], copies: int
    ) -> None:
        residency, _ = alone(hosts, at_home(copies))

        assert residency.spread.restoring < residency.serving < residency.spread.pieces
        assert 2 <= residency.min_size < residency.spread.size == copies

    @given(HOSTS.filter(lambda hosts: len(hosts) > 4), COPIES, SEEDS)
    def test_what_is_said_of_a_loss_is_what_it_leaves(
        self, hosts: list[list[int]], copies: int, seed: int
    ) -> None:
        residency, disks = alone(hosts, at_home(copies))
        for loss in LOSSES:
            assert fewest_left(residency.spread, disks, loss, seed) == (
                worst(residency, disks, loss).left
            )

    @given(HOSTS.filter(lambda hosts: len(hosts) > 4), COPIES)
    def test_three_pools_are_within_the_budget_of_placement_groups(
        self, hosts: list[list[int]], copies: int
    ) -> None:
        residency, disks = alone(hosts, at_home(copies))
        domains = grouped(residency.spread, disks.sites["lis"])
        chunks = dealt(domains, residency.spread.pieces, residency.data_pgs)
        names = dealt(domains, copies, residency.metadata_pgs)
        load = [each + 2 * more for each, more in zip(chunks, names, strict=True)]

        said = placement_groups_per_osd(disks, {residency.name: residency})["lis"]

        assert max(load) - 1 <= said <= 48


class TestSpace:
    """Chunks need (k + m) / k of what is stored."""

    def test_four_and_two_chunks_need_half_as_much_again(self) -> None:
        seven = [[100]] * 7  # 600 Gi are left without one host, and 90 % of these are 540
        assert place(coded({"lis": seven}, {"h": at_home(3, "360Gi")})).of
        with pytest.raises(Refused) as refused:
            place(coded({"lis": seven}, {"h": at_home(3, "361Gi")}))

        assert (
            "after the loss of the host lis-host-0, the chunks of h need 542Gi on the rest of lis, "
            "whose devices have 600Gi; that would fill 90.2% of what these can hold"
        ) in str(refused.value)

    def test_where_nothing_can_be_rebuilt_all_disks_may_fill(self) -> None:
        four = [[100]] * 4  # 2 + 2 chunks, one on each host
        assert place(coded({"lis": four}, {"h": at_home(3, "170Gi")})).of
        with pytest.raises(Refused, match=r"the chunks of h need 342Gi in lis; its devices have"):
            place(coded({"lis": four}, {"h": at_home(3, "171Gi")}))


class TestNames:
    """A name says what a policy pack holds the pools to."""

    def test_it_says_both_numbers_of_chunks_and_never_changes(self) -> None:
        # Another name is another filesystem: examinations would have to be moved.
        residency, _ = alone([[100]] * 7, at_home(3))

        assert "home-lis-ec4m2-3aaad3" == residency.name

    def test_one_rule_is_needed_for_each_of_three_pools(self) -> None:
        residency, _ = alone([[100]] * 7, at_home(3))

        assert 3 == residency.rules == len(residency.pools_in("lis"))


class TestWords:
    """What people read speaks of chunks."""

    def test_of_a_loss(self) -> None:
        residency, disks = alone([[100, 100]] * 7, at_home(3))

        assert [
            ("5 of 6 chunks", "nothing is lost; reads and writes go on after some seconds"),
            ("5 of 6 chunks", "nothing is lost; reads and writes go on after some seconds"),
            ("0 of 6 chunks", "examinations are lost, unless the data centre comes back"),
        ] == [(each.fraction, each.words) for each in aftermaths(residency, disks)]

    @pytest.mark.parametrize(
        ("left", "words"),
        [
            (3, "examinations are lost, unless the host comes back"),
            (4, "nothing is lost, but reads and writes wait until a chunk is back"),
            (5, "nothing is lost; reads and writes go on after some seconds"),
            (6, "nothing is lost, and no chunk is missing"),
        ],
    )
    def test_of_what_is_left_of_four_and_two(self, left: int, words: str) -> None:
        found = worst(*alone([[100]] * 7, at_home(3)), Survive.HOST)

        assert words == replace(found, left=left).words

    def test_of_a_home_without_a_spare_host(self) -> None:
        residency, disks = alone([[100]] * 4, at_home(3))
        expected = (
            "every object has a chunk on each of the 4 storage hosts of lis, so while one is away "
            "its chunks are rebuilt nowhere; nothing is lost, and a further host would cure it"
        )

        assert (expected,) == no_spare_host(residency, disks) == limits(residency, disks)

    def test_not_where_there_is_one(self) -> None:
        assert () == no_spare_host(*alone([[100]] * 5, at_home(3)))

    def test_not_of_copies(self) -> None:
        placed = place(catalog({"lis": [[100]] * 4}, {"h": at_home(4)}))

        assert () == no_spare_host(placed.of["h"], placed.topology)
