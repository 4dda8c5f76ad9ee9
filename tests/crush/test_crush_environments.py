"""The placements of the environments in ``stacks/``, and of every shape, on real CRUSH."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from components.catalog import Catalog, Survive
from components.placement import Placement, notices, place
from components.placement.losses import aftermaths
from tests.crush.crush_map import crush_map, osds, pools, render, rule
from tests.crush.crushtool import Crushtool
from tests.crush.environments import names, read
from tests.crush.proof import Proof, examinations, prove, stopped

pytestmark = pytest.mark.timeout(600)  # the first test may install crushtool


@dataclass(frozen=True)
class Proved:
    catalog: Catalog
    placement: Placement
    proof: Proof


@pytest.fixture(scope="module", params=names())
def proved(
    request: pytest.FixtureRequest,
    crushtool: Crushtool,
    proofs: list[Proof],
    tmp_path_factory: pytest.TempPathFactory,
) -> Proved:
    name = str(request.param)
    catalog = read(name)
    folder = tmp_path_factory.mktemp("map")
    proof = prove(crushtool, catalog, render(catalog), names()[name], folder)
    proofs.append(proof)
    return Proved(catalog, place(catalog), proof)


class TestPromises:
    """No copy outside its boundary, none missing, none lost by a loss that was to be survived."""

    def test_nothing_breaks_a_promise(self, proved: Proved) -> None:
        assert [] == proved.proof.violations

    def test_every_class_was_tested_in_all_pools(self, proved: Proved) -> None:
        pools = {each.name: 3 if each.spread.coding else 2 for each in proved.placement.classes}

        assert sum(pools.values()) == proved.proof.rules
        assert pools == {name: len(found) for (name, _), found in proved.proof.judgements.items()}

    def test_the_load_of_every_class_could_be_judged(self, proved: Proved) -> None:
        assert all(each.unevenness is not None for each in proved.proof.each)


class TestService:
    """A promised loss stops the service only where somebody was told so."""

    def test_fewer_copies_than_the_minimum_size_were_announced(self, proved: Proved) -> None:
        announced = {notice.partition(":")[0] for notice in notices(proved.placement)}
        waiting = {
            name
            for name, promise in proved.proof.judgements
            if stopped(proved.proof, name, promise)
        }

        assert waiting <= announced

    def test_what_we_say_that_a_loss_leaves_is_what_crush_leaves(self, proved: Proved) -> None:
        for residency in proved.placement.classes:
            said = {
                loss: min(
                    each.left
                    for each in aftermaths(residency, proved.placement.topology)
                    if each.loss is loss
                )
                for loss in (Survive.DISK, Survive.HOST, Survive.DATA_CENTRE)
            }

            assert said == examinations(proved.proof, residency.name).left


class TestFaithfulness:
    """The map is the one that Ceph would make."""

    @pytest.mark.parametrize("environment", ["local", "coded 4+2 of 7"])
    def test_a_rule_of_one_step_is_what_ceph_itself_creates(
        self, crushtool: Crushtool, tmp_path: Path, environment: str
    ) -> None:
        resources = render(read(environment))
        used = pools(resources)
        compiled = crushtool.compile(crush_map(osds(resources), used), tmp_path)
        for pool in used:
            made = tmp_path / pool.name
            created = crushtool.run(
                *("-i", str(compiled.path), "-o", str(made), "--device-class", pool.device_class),
                *("--create-simple-rule", "created", pool.root, pool.failure_domain),
                "indep" if pool.coded else "firstn",
            )
            text = crushtool.run("-d", str(made)).stdout

            assert 0 == created.returncode, created.stderr
            created_rule = text.partition("rule created {")[2].partition("}")[0]
            assert _steps(rule(pool)) == _steps(created_rule)


def _steps(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip().startswith("step")]
