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
from tests.crush.proof import Proof, prove, worst_left

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

    def test_every_class_was_tested_in_both_pools(self, proved: Proved) -> None:
        classes = [each.name for each in proved.placement.classes]

        assert set(classes) == {name for name, _ in proved.proof.judgements}
        assert 2 * len(classes) == proved.proof.rules
        assert {2} == {len(found) for found in proved.proof.judgements.values()}

    def test_the_load_of_every_class_could_be_judged(self, proved: Proved) -> None:
        assert all(each.unevenness is not None for each in proved.proof.each)


class TestService:
    """A promised loss stops the service only where somebody was told so."""

    def test_fewer_copies_than_the_minimum_size_were_announced(self, proved: Proved) -> None:
        announced = {notice.partition(":")[0] for notice in notices(proved.placement)}
        classes = {each.name: each for each in proved.placement.classes}
        stopped = {
            name
            for name, promise in proved.proof.judgements
            for loss, left in worst_left(proved.proof, name).items()
            if loss <= promise.survive and left < classes[name].min_size
        }

        assert stopped <= announced

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

            assert said == worst_left(proved.proof, residency.name)


class TestFaithfulness:
    """The map is the one that Ceph would make."""

    def test_a_rule_of_one_step_is_what_ceph_itself_creates(
        self, crushtool: Crushtool, tmp_path: Path
    ) -> None:
        resources = render(read("local"))
        used = pools(resources)
        compiled = crushtool.compile(crush_map(osds(resources), used), tmp_path)
        for pool in used:
            made = tmp_path / pool.name
            created = crushtool.run(
                *("-i", str(compiled.path), "-o", str(made), "--device-class", pool.device_class),
                *("--create-replicated-rule", "created", pool.root, pool.failure_domain),
            )
            text = crushtool.run("-d", str(made)).stdout

            assert 0 == created.returncode, created.stderr
            created_rule = text.partition("rule created {")[2].partition("}")[0]
            assert _steps(rule(pool)) == _steps(created_rule)


def _steps(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip().startswith("step")]
