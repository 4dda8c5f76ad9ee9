"""The chance that CRUSH overlooks a piece, as placement computes it, against the real CRUSH."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Final

import pytest

from components.placement.reach import TRIES_OF_CODED, missing
from tests.crush.crush_map import Osd, Pool, crush_map
from tests.crush.crushtool import Crushtool

pytestmark = pytest.mark.timeout(600)  # the first test may install crushtool
GROUPS: Final = 100_000
DEVIATIONS: Final = 4
"""Standard deviations by which chance alone takes a count from its mean once in 16,000 times."""


@dataclass(frozen=True)
class Case:
    """Failure domains with one OSD each, of these sizes in TiB, and the pieces that need them."""

    sizes: tuple[float, ...]
    pieces: int
    domain: str = "host"
    coded: bool = False

    @property
    def law(self) -> float:
        """The groups that miss a piece, as placement computes them."""
        sizes = [int(size * 2**40) for size in self.sizes]
        if self.coded:
            return GROUPS * missing(sizes, self.pieces, TRIES_OF_CODED)
        return GROUPS * missing(sizes, self.pieces)

    def measured(self, crushtool: Crushtool, folder: Path) -> int:
        """The groups that miss a piece on real CRUSH."""
        apart = self.domain == "datacenter"
        devices = tuple(
            Osd(number, f"host-{number}", f"centre-{number if apart else 0}", "ssd", size)
            for number, size in enumerate(self.sizes)
        )
        root = "default" if apart else "centre-0"
        pool = Pool(
            *(1, "fs", "data", root, self.domain, "ssd", self.pieces, 2, 1, ""),
            restoring=2 if self.coded else 1,
        )
        compiled = crushtool.compile(crush_map(devices, [pool]), folder)
        places = compiled.mappings(range(1, 2), self.pieces, range(GROUPS))[1]
        return sum(times for place, times in places.items() if len(place) < self.pieces)


REFUSED = {
    "two-copies-one-to-ten": Case((1, 10), 2),
    "four-copies-one-of-half": Case((4, 4, 4, 2), 4),
    "four-copies-one-of-a-quarter": Case((4, 4, 4, 1), 4),
    "three-of-four-two-small": Case((10, 10, 1, 1), 3),
    "data-centres-one-small": Case((10, 10, 1), 3, "datacenter"),
    "eight-of-eight": Case((1,) * 8, 8),
    "coded-one-of-a-tenth": Case((10, 10, 10, 1), 4, coded=True),
}
ALLOWED = {
    "two-copies-one-of-half": Case((1, 2), 2),
    "two-copies-one-to-three": Case((1, 3), 2),
    "three-copies-one-of-three-quarters": Case((4, 4, 3), 3),
    "four-copies": Case((1, 1, 1, 1), 4),
    "data-centres": Case((1, 1, 1), 3, "datacenter"),
    "a-tiny-one-that-none-needs": Case((10, 10, 10, 0.1), 3),
    "coded": Case((1, 1, 1, 1), 4, coded=True),
    "coded-one-of-half": Case((2, 2, 2, 1), 4, coded=True),
}


class TestLaw:
    """What is measured lies as near to the law as chance allows."""

    @pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
    def test_as_many_are_missed_as_the_law_says(
        self, crushtool: Crushtool, tmp_path: Path, case: Case
    ) -> None:
        found = case.measured(crushtool, tmp_path)

        assert DEVIATIONS**2 < case.law, "too few to measure"
        assert abs(found - case.law) <= DEVIATIONS * sqrt(case.law)

    @pytest.mark.parametrize("case", ALLOWED.values(), ids=ALLOWED)
    def test_what_the_law_allows_misses_none(
        self, crushtool: Crushtool, tmp_path: Path, case: Case
    ) -> None:
        assert case.law < 0.1
        assert 0 == case.measured(crushtool, tmp_path)
