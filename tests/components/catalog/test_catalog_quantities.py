"""Laws of sizes, durations and losses as people write them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.catalog import Survive
from components.catalog.quantities import format_bytes, parse_bytes, parse_duration

KIB = 2**10


class TestBytes:
    """Sizes are binary: what is written is what is meant."""

    @pytest.mark.parametrize(
        ("written", "size"), [("1Ki", KIB), ("3Mi", 3 * KIB**2), ("48Ti", 48 * KIB**4)]
    )
    def test_units(self, written: str, size: int) -> None:
        assert size == parse_bytes(written)

    @given(st.integers(1, 10**12 - 1))
    def test_formatting_and_parsing_are_inverse(self, kibibytes: int) -> None:
        assert kibibytes * KIB == parse_bytes(format_bytes(kibibytes * KIB))

    @given(st.integers(1, KIB - 1), st.sampled_from(["Ki", "Mi", "Gi", "Ti", "Pi"]))
    def test_a_size_is_shown_as_it_was_written(self, number: int, unit: str) -> None:
        assert f"{number}{unit}" == format_bytes(parse_bytes(f"{number}{unit}"))

    @given(st.text() | st.integers() | st.floats() | st.none() | st.lists(st.text()))
    def test_anything_else_is_refused_with_a_sentence(self, found: object) -> None:
        with pytest.raises(ValueError, match=r"found (.|\n)*; allowed is a whole number"):
            parse_bytes(found)


class TestDurations:
    """Durations are exact."""

    @given(st.integers(1, 999_999_999))
    def test_units_are_multiples_of_each_other(self, number: int) -> None:
        seconds = parse_duration(f"{number}s")
        assert timedelta(seconds=number) == seconds
        assert seconds == 1000 * parse_duration(f"{number}ms")
        assert 60 * seconds == parse_duration(f"{number}m")

    @given(st.integers(10**9))
    def test_what_no_value_holds_is_refused(self, number: int) -> None:
        with pytest.raises(ValueError, match="at most 9 digits"):
            parse_duration(f"{number}d")


class TestLosses:
    """Losses are ordered by what they take along."""

    def test_order(self) -> None:
        ordered = [Survive.NONE, Survive.DISK, Survive.HOST, Survive.DATA_CENTRE]
        assert ordered == sorted(frozenset(Survive))

    def test_a_disk_is_less_than_a_data_centre_against_the_alphabet(self) -> None:
        assert Survive.DISK < Survive.DATA_CENTRE
        assert Survive.DISK <= Survive.DISK
        assert not Survive.HOST > Survive.DATA_CENTRE
