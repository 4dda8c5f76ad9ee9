"""The judge finds what it is there to find: without this, no violation would mean nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from components.catalog import Survive
from tests.crush.crush_map import Osd, Pool, Resources, render
from tests.crush.crushtool import Crushtool, Mapping
from tests.crush.environments import read
from tests.crush.judge import Bench, Promise
from tests.crush.proof import Proof, prove

pytestmark = pytest.mark.timeout(600)  # the first test may install crushtool
GROUPS = 10_000
HOME = "home-faro-x2"
ALL = "every-x3"
Tamper = Callable[[dict[str, Any]], None]


@pytest.fixture
def damaged(crushtool: Crushtool, tmp_path: Path) -> Callable[[Resources], Proof]:
    catalog = read("local")
    return lambda resources: prove(crushtool, catalog, resources, GROUPS, tmp_path)


def pools_changed(start: str, tamper: Tamper) -> Resources:
    """The resources of ``local``, with both pools of one filesystem tampered with."""
    resources = render(read("local"))
    filesystems = deepcopy(resources.filesystems)
    (found,) = [each for each in filesystems if each["metadata"]["name"].startswith(start)]
    for pool in (found["spec"]["metadataPool"], *found["spec"]["dataPools"]):
        tamper(pool)
    return replace(resources, filesystems=filesystems)


def _two_anywhere(pool: dict[str, Any]) -> None:
    pool["failureDomain"] = "osd"
    pool["replicated"]["size"] = 2


def without_node(name: str) -> Resources:
    resources = render(read("local"))
    cluster = deepcopy(resources.cluster)
    storage = cluster["spec"]["storage"]
    storage["nodes"] = [node for node in storage["nodes"] if node["name"] != name]
    return replace(resources, cluster=cluster)


class TestControls:
    """Each way in which resources can break a promise is found, on real CRUSH."""

    def test_nothing_is_found_where_nothing_is_wrong(
        self, damaged: Callable[[Resources], Proof]
    ) -> None:
        assert [] == damaged(render(read("local"))).violations

    @pytest.mark.parametrize(
        ("start", "tamper", "found"),
        [
            (HOME, lambda p: p.update(crushRoot="default"), "have a copy outside faro"),
            (HOME, lambda p: p.update(crushRoot="porto"), "10000 groups have a copy outside faro"),
            (HOME, lambda p: p["replicated"].update(size=3), "10000 groups have fewer than 3"),
            (HOME, lambda p: p["replicated"].update(size=1), "size is 1, and 2 copies were"),
            (HOME, lambda p: p.update(failureDomain="host"), "10000 groups have fewer than 2"),
            (HOME, lambda p: p.update(failureDomain="datacenter"), "have fewer than 2 copies"),
            (HOME, lambda p: p.update(crushRoot="fero"), "crushtool refuses the map"),
            (HOME, lambda p: p.update(deviceClass="hdd"), "crushtool refuses the map"),
            (ALL, lambda p: p["replicated"].update(size=4), "10000 groups have fewer than 4"),
            (ALL, lambda p: p.update(failureDomain="osd"), "have no copy in one of faro, lisbon"),
            (ALL, _two_anywhere, "loss of the data-centre porto leaves no copy of a group"),
            (ALL, lambda p: p.update(crushRoot="faro"), "10000 groups have no copy in one of"),
        ],
        ids=[
            *("root-is-default", "root-is-elsewhere", "size-above-disks", "size-below-promise"),
            *("one-host", "domain-above-root", "no-such-root", "no-such-class"),
            *("size-above-centres", "two-in-a-centre", "centre-lost", "not-everywhere"),
        ],
    )
    def test_a_pool_that_breaks_a_promise(
        self, damaged: Callable[[Resources], Proof], start: str, tamper: Tamper, found: str
    ) -> None:
        assert found in "\n".join(damaged(pools_changed(start, tamper)).violations)

    def test_a_data_centre_whose_machine_gives_no_disk(
        self, damaged: Callable[[Resources], Proof]
    ) -> None:
        found = damaged(without_node("worker-2")).violations

        assert 2 * ["10000 groups have fewer than 3 copies"] == [
            each.rpartition(": ")[2] for each in found if "fewer" in each
        ]

    def test_a_home_whose_machine_gives_no_disk(
        self, damaged: Callable[[Resources], Proof]
    ) -> None:
        (found,) = damaged(without_node("worker-3")).violations

        assert "crushtool refuses the map" in found
        assert "faro" in found

    def test_a_node_whose_label_is_another_data_centres(
        self, damaged: Callable[[Resources], Proof]
    ) -> None:
        resources = render(read("local"))
        labels = {**resources.labels, "worker-2": resources.labels["worker-1"]}
        found = damaged(replace(resources, labels=labels)).violations

        assert "groups have no copy in one of faro, lisbon, porto" in "\n".join(found)


DEVICES = tuple(
    Osd(number, f"host-{number // 2}", "lis" if number < 4 else "opo", "ssd", 1.0)
    for number in range(8)
)
POOL = Pool(1, "home-lis-x2", "data", "lis", "host", "ssd", 2, 2, 1, "")
HOME_OF_LIS = Promise(frozenset({"lis"}), each=False, copies=2, survive=Survive.HOST)
EVEN: dict[Mapping, int] = {(0, 2): 5000, (1, 3): 5000}


def violations(places: dict[Mapping, int], pool: Pool = POOL) -> list[str]:
    judged = Bench(DEVICES).judge(pool, HOME_OF_LIS, Counter(places))
    return [violation.removeprefix("home-lis-x2-data: ") for violation in judged.violations]


class TestJudgement:
    """By hand: mappings that CRUSH doesn't make, and what they are."""

    def test_even_and_apart_is_good(self) -> None:
        assert [] == violations(EVEN)

    def test_one_group_outside_is_found(self) -> None:
        assert ["1 groups have a copy outside lis"] == violations({**EVEN, (0, 4): 1})

    def test_one_group_too_short_is_found(self) -> None:
        assert [
            "1 groups have fewer than 2 copies",
            "the loss of the disk osd.0 leaves no copy of a group",
            "the loss of the host host-0 leaves no copy of a group",
        ] == violations({**EVEN, (0,): 1})

    def test_a_copy_that_stands_twice_is_one_copy(self) -> None:
        assert "1 groups have fewer than 2 copies" in violations({**EVEN, (3, 3): 1})

    def test_two_copies_on_one_host_are_found_and_lost_with_it(self) -> None:
        assert [
            "1 groups have more than 1 copies in one host",
            "the loss of the host host-1 leaves no copy of a group",
        ] == violations({**EVEN, (2, 3): 1})

    def test_a_rule_of_two_steps_allows_two_in_a_domain_and_no_third(self) -> None:
        pool = replace(
            POOL, root="default", failure_domain="datacenter", per_domain=2, sub_domain="osd"
        )

        assert [] == [each for each in violations(EVEN, pool) if "one datacenter" in each]
        assert "1 groups have more than 2 copies in one datacenter" in violations(
            {**EVEN, (0, 1, 2): 1}, pool
        )

    def test_a_load_that_is_a_sixth_from_even_is_found(self) -> None:
        skewed: dict[Mapping, int] = {(0, 2): 5850, (1, 3): 4150}

        assert ["an OSD's load is 17% from even by weight"] == violations(skewed)

    def test_a_load_that_is_a_seventh_from_even_is_allowed(self) -> None:
        assert [] == violations({(0, 2): 5700, (1, 3): 4300})

    def test_a_disk_that_gets_nothing_is_found(self) -> None:
        assert ["an OSD's load is 100% from even by weight"] == violations({(0, 2): 10_000})

    def test_few_groups_say_nothing_of_the_load(self) -> None:
        few = Bench(DEVICES).judge(POOL, HOME_OF_LIS, Counter({(0, 2): 10}))

        assert few.unevenness is None

    def test_every_disk_host_and_data_centre_with_a_copy_is_taken_away(self) -> None:
        judged = Bench(DEVICES).judge(POOL, HOME_OF_LIS, Counter(EVEN))

        assert 4 + 2 + 1 == judged.losses
        assert {Survive.DISK: 1, Survive.HOST: 1, Survive.DATA_CENTRE: 0} == judged.left
