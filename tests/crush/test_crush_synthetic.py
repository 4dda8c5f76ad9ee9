"""The placement of 200 institutions in 50 data centres with 24,000 disks, on real CRUSH."""

from __future__ import annotations

import pytest

from components.catalog import Catalog
from tests.crush.crush_map import Resources, crush_map, osds, pools, render
from tests.crush.crushtool import Crushtool
from tests.crush.environments import synthetic
from tests.crush.judge import UNEVEN, Bench
from tests.crush.proof import Proof, prove, unevenness

pytestmark = pytest.mark.timeout(600)  # the first test may install crushtool
GROUPS = 1_000
GROUPS_FOR_LOAD = 170_000


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return synthetic()


@pytest.fixture(scope="module")
def resources(catalog: Catalog) -> Resources:
    return render(catalog)


@pytest.fixture(scope="module")
def proof(
    crushtool: Crushtool,
    catalog: Catalog,
    resources: Resources,
    proofs: list[Proof],
    tmp_path_factory: pytest.TempPathFactory,
) -> Proof:
    folder = tmp_path_factory.mktemp("map")
    found = prove(crushtool, catalog, resources, GROUPS, folder)
    proofs.append(found)
    return found


class TestScale:
    """What holds for three machines holds for two thousand."""

    def test_it_is_as_large_as_it_says(self, catalog: Catalog, resources: Resources) -> None:
        devices = osds(resources)

        assert 200 == len(catalog.institutions)
        assert 24_000 == len(devices)
        assert 50 == len({osd.data_centre for osd in devices})

    def test_nothing_breaks_a_promise(self, proof: Proof) -> None:
        assert [] == proof.violations

    def test_every_rule_was_tested(self, proof: Proof) -> None:
        coded = 10  # of the 100 classes, with three pools
        assert 2 * 100 + coded == proof.rules
        assert 210_000 == proof.groups

    def test_a_home_spreads_its_load_evenly_over_its_disks(
        self,
        crushtool: Crushtool,
        resources: Resources,
        tmp_path_factory: pytest.TempPathFactory,
    ) -> None:
        devices, used = osds(resources), pools(resources)
        folder = tmp_path_factory.mktemp("load")
        compiled = crushtool.compile(crush_map(devices, used), folder)
        found = unevenness(compiled, Bench(devices), used[-1], GROUPS_FOR_LOAD)

        assert found is not None
        assert UNEVEN >= found
