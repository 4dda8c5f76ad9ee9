"""What plain CRUSH can't do: one copy in each of many data centres. Measured, so that we know."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crush.crush_map import Osd, Pool, crush_map
from tests.crush.crushtool import Crushtool, MapRefused

pytestmark = pytest.mark.timeout(600)  # the first test may install crushtool
GROUPS = 200_000


def missed(crushtool: Crushtool, centres: int, folder: Path) -> int:
    """Of groups with a copy in each data centre, those that have too few."""
    devices = tuple(
        Osd(number, f"host-{number}", f"centre-{number // 2}", "ssd", 1.0, f"zone-{number // 2}")
        for number in range(2 * centres)
    )
    pool = Pool(1, "all", "data", "default", "datacenter", "ssd", centres, 2, 1, "")
    compiled = crushtool.compile(crush_map(devices, [pool]), folder)
    places = compiled.mappings(range(1, 2), centres, range(GROUPS))[1]
    return sum(times for place, times in places.items() if len(place) < centres)


class TestOneCopyInEach:
    """CRUSH gives up after 50 tries; the last copy of many must be lucky to find its place."""

    def test_three_data_centres_are_always_all_found(
        self, crushtool: Crushtool, tmp_path: Path
    ) -> None:
        assert 0 == missed(crushtool, 3, tmp_path)

    def test_four_may_miss_one_group_in_many_thousands(
        self, crushtool: Crushtool, tmp_path: Path
    ) -> None:
        assert missed(crushtool, 4, tmp_path) <= 2

    def test_five_miss_a_few(self, crushtool: Crushtool, tmp_path: Path) -> None:
        assert 1 <= missed(crushtool, 5, tmp_path) <= 20

    def test_eight_miss_some_hundreds(self, crushtool: Crushtool, tmp_path: Path) -> None:
        assert 200 <= missed(crushtool, 8, tmp_path) <= 2000


class TestSize:
    """A CRUSH bucket weighs at most 65,535, and a weight of one is a TiB."""

    @pytest.mark.parametrize(("size", "fits"), [(65, True), (66, False)])
    def test_a_root_holds_64_pebibytes(
        self, crushtool: Crushtool, tmp_path: Path, size: int, *, fits: bool
    ) -> None:
        devices = tuple(Osd(number, f"host-{number}", "lis", "ssd", size) for number in range(1000))
        text = crush_map(devices, ())
        if fits:
            assert crushtool.compile(text, tmp_path).path.is_file()
        else:
            with pytest.raises(MapRefused, match="weights are overflowing"):
                crushtool.compile(text, tmp_path)
