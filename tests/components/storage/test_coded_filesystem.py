"""What is rendered of a class that keeps chunks: copies for names, a second pool for files."""

from __future__ import annotations

from typing import Any

import pytest

from components.placement import ResidencyClass, place
from components.storage.filesystem import ceph_filesystem, file_pool
from tests.components.builders import catalog
from tests.components.placement.coding import at_home, coded

SEVEN = {"lis": [[100, 100]] * 7, "opo": [[100]]}


@pytest.fixture(scope="module")
def residency() -> ResidencyClass:
    return place(coded(SEVEN, {"h": at_home(3)})).of["h"]


@pytest.fixture(scope="module")
def spec(residency: ResidencyClass) -> dict[str, Any]:
    found: dict[str, Any] = ceph_filesystem(residency)["spec"]
    return found


class TestPools:
    """Ceph keeps names, and the path of every file, in copies only."""

    def test_the_default_pool_comes_first_and_keeps_copies(self, spec: dict[str, Any]) -> None:
        default, files = spec["dataPools"]

        assert [("data", 3), ("coded", None)] == [
            (pool["name"], pool.get("replicated", {}).get("size")) for pool in (default, files)
        ]
        assert 3 == spec["metadataPool"]["replicated"]["size"]
        assert "erasureCoded" not in default

    def test_the_second_one_keeps_chunks_and_nothing_else(self, spec: dict[str, Any]) -> None:
        assert {
            "name": "coded",
            "crushRoot": "lis",
            "failureDomain": "host",
            "deviceClass": "ssd",
            "erasureCoded": {"dataChunks": 4, "codingChunks": 2},
            "parameters": {"min_size": "5", "pg_num": "64", "pg_autoscale_mode": "off"},
        } == spec["dataPools"][1]

    def test_all_of_them_stay_at_home(self, spec: dict[str, Any]) -> None:
        pools = [spec["metadataPool"], *spec["dataPools"]]

        assert 3 * [("lis", "host", "ssd")] == [
            (pool["crushRoot"], pool["failureDomain"], pool["deviceClass"]) for pool in pools
        ]

    def test_names_get_few_placement_groups(self, spec: dict[str, Any]) -> None:
        pools = [spec["metadataPool"], *spec["dataPools"]]

        assert ["32", "32", "64"] == [pool["parameters"]["pg_num"] for pool in pools]

    def test_a_write_of_names_never_rests_on_one_copy(self, spec: dict[str, Any]) -> None:
        assert ["2", "2"] == [
            pool["parameters"]["min_size"] for pool in (spec["metadataPool"], spec["dataPools"][0])
        ]


class TestFiles:
    """Files must be told where to go; of themselves they go to the default pool."""

    def test_a_coded_class_names_its_second_pool_as_ceph_knows_it(
        self, residency: ResidencyClass
    ) -> None:
        assert f"{residency.name}-coded" == file_pool(residency)

    def test_a_class_of_copies_names_none(self) -> None:
        copies = place(catalog(SEVEN, {"h": at_home(3)})).of["h"]

        assert file_pool(copies) is None
        assert ["data"] == [pool["name"] for pool in ceph_filesystem(copies)["spec"]["dataPools"]]
