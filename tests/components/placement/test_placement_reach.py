"""CRUSH gives up after its tries; where that would leave a piece out, the promise is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.catalog import Refused
from components.placement import place
from components.placement.reach import TRIES_OF_CODED, missing
from tests.components.builders import Numbers, Promise, catalog, placement_refusals
from tests.components.placement.coding import at_home, coded
from tests.components.placement.draws import too_few

KEY = "imaging:institution.replication"
SIZES = st.lists(st.integers(1, 30), min_size=1, max_size=6)
TRIES = 51


def home(copies: int, survive: str = "host") -> Promise:
    """A promise to store in ``lis`` alone."""
    return Promise("lis", "home-data-centre", copies, survive)


def refused(numbers: Numbers, promise: Promise) -> str:
    """The sentence of the one refusal of one institution's promise."""
    (refusal,) = placement_refusals(numbers, {"aveiro": promise})
    assert ("stacks/Pulumi.local.aveiro.yaml", KEY) == (refusal.file, refusal.key)
    return refusal.sentence


class TestRefusals:
    """What CRUSH would overlook is refused in an institution's words, with the number."""

    def test_a_small_host_that_every_object_needs(self) -> None:
        expected = (
            "aveiro needs 2 of 2 hosts of lis, whose sizes differ so much that CRUSH would "
            "overlook some: of 32 placement groups 0.225 would lack a piece, and allowed is 0.01; "
            "give the small ones more storage, add others, or ask for fewer copies."
        )
        assert expected == refused({"lis": [[100], [1000]]}, home(2))

    def test_a_small_disk_of_the_only_host(self) -> None:
        sentence = refused({"lis": [[100, 1000]]}, home(2, "disk"))

        assert sentence.startswith("aveiro needs 2 of 2 disks of lis, whose sizes differ so much")

    def test_a_small_data_centre(self) -> None:
        numbers: Numbers = {"lis": [[1000]], "opo": [[1000]], "far": [[100]]}
        sentence = refused(numbers, Promise("lis", "all-data-centres", 3, "data-centre"))

        assert sentence.startswith("aveiro needs 3 of 3 data centres, whose sizes differ so much")

    def test_a_small_host_of_one_of_the_data_centres(self) -> None:
        numbers: Numbers = {"lis": [[100], [100]], "opo": [[100], [10]], "far": [[100], [100]]}
        sentence = refused(numbers, Promise("lis", "all-data-centres", 6, "data-centre"))

        assert sentence.startswith("aveiro needs 2 of 2 hosts of opo, whose sizes differ so much")

    def test_a_small_host_that_every_chunk_needs(self) -> None:
        with pytest.raises(Refused, match=r"h needs 4 of 4 hosts of lis, whose sizes differ so"):
            place(coded({"lis": [[1000], [1000], [1000], [100]]}, {"h": at_home(3)}))

    def test_equal_hosts_may_be_too_many(self) -> None:
        expected = (
            "aveiro needs 8 of 8 hosts of lis, which are so many that CRUSH would overlook some: "
            "of 32 placement groups 0.111 would lack a piece, and allowed is 0.01; add others, or "
            "ask for fewer copies."
        )
        assert expected == refused({"lis": [[100]] * 8}, home(8))


class TestAllowed:
    """What CRUSH finds in practice isn't refused."""

    @pytest.mark.parametrize("copies", [1, 2, 3, 4])
    @pytest.mark.parametrize("disks", [1, 12, 20])
    def test_as_many_equal_hosts_as_copies(self, copies: int, disks: int) -> None:
        survive = "none" if copies == 1 else "host"

        assert place(catalog({"lis": [[100] * disks] * copies}, {"a": home(copies, survive)})).of

    @pytest.mark.parametrize(("hosts", "copies"), [(4, 3), (5, 3), (5, 4), (6, 4), (7, 4)])
    @pytest.mark.parametrize("disks", [1, 24])
    def test_as_many_equal_hosts_as_chunks(self, hosts: int, copies: int, disks: int) -> None:
        assert place(coded({"lis": [[100] * disks] * hosts}, {"h": at_home(copies)})).of

    def test_a_small_host_beside_as_many_others_as_copies(self) -> None:
        assert place(catalog({"lis": [[1000], [1000], [10]]}, {"a": home(2)})).of

    def test_what_lies_elsewhere_hurts_nobody(self) -> None:
        assert place(catalog({"lis": [[100]] * 2, "opo": [[10], [1000]]}, {"a": home(2)})).of

    def test_a_hundredth_of_a_group_is_the_limit(self) -> None:
        # 52 draws all of the large one: 32 * (5/6) ** 52 is 0.0024, 32 * (6/7) ** 52 is 0.0106
        assert place(catalog({"lis": [[100], [500]]}, {"a": home(2)})).of
        assert "of 32 placement groups 0.0104 would" in refused({"lis": [[100], [600]]}, home(2))


class TestLaws:
    """The chance is what following CRUSH draw by draw gives, and behaves as a chance should."""

    @given(SIZES, st.data(), st.sampled_from([3, 20, TRIES, TRIES_OF_CODED]))
    def test_it_is_what_draws_leave_out(
        self, sizes: list[int], data: st.DataObject, tries: int
    ) -> None:
        pieces = data.draw(st.integers(1, len(sizes)))
        exact = too_few(sizes, pieces, pieces - 1 + tries)
        found = missing(sizes, pieces, tries)

        assert 0.9 * exact - 1e-12 <= found <= 1
        if exact < 0.01:  # beyond that, sets are counted twice, and all of it is refused anyway
            assert found <= 1.3 * exact + 1e-12

    @given(SIZES.filter(lambda sizes: len(sizes) > 1), st.data())
    def test_a_larger_smallest_domain_is_never_missed_more(
        self, sizes: list[int], data: st.DataObject
    ) -> None:
        pieces = len(sizes)
        first, *others = sorted(sizes)
        larger = data.draw(st.integers(first, others[0]))

        assert missing([larger, *others], pieces) <= 1.2 * missing([first, *others], pieces)

    @given(SIZES, st.data())
    def test_a_piece_more_is_never_missed_less(self, sizes: list[int], data: st.DataObject) -> None:
        pieces = data.draw(st.integers(1, len(sizes)))

        for fewer in range(1, pieces):
            assert missing(sizes, fewer) <= missing(sizes, pieces)

    @given(SIZES, st.integers(1, 1000), st.data())
    def test_units_are_nobodys_business(
        self, sizes: list[int], factor: int, data: st.DataObject
    ) -> None:
        pieces = data.draw(st.integers(1, len(sizes)))
        order = data.draw(st.permutations(sizes))

        assert missing(sizes, pieces) == pytest.approx(
            missing([factor * size for size in order], pieces)
        )

    @given(st.integers(1, 40), st.integers(1, 2**50))
    def test_one_piece_is_always_found(self, domains: int, size: int) -> None:
        assert 0 == missing([size] * domains, 1)

    def test_many_hosts_of_as_many_sizes_are_judged_at_once(self) -> None:
        sizes = [2**40 + 2**30 * number**2 for number in range(40)]

        assert missing(sizes, 8) < 1e-9
