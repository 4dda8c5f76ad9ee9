"""The judge finds what breaks a coded promise, and a hole is no place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from components.catalog import Survive
from tests.crush.crush_map import Osd, Pool, crush_map, osds, pools, render, rule
from tests.crush.crushtool import Crushtool, Mapping
from tests.crush.environments import read
from tests.crush.judge import Bench, Promise
from tests.crush.proof import prove

pytestmark = pytest.mark.timeout(600)  # the first test may install crushtool
ENVIRONMENT = "coded 4+2 of 7"
GROUPS = 10_000
Tamper = Callable[[dict[str, Any]], None]


def damaged(crushtool: Crushtool, folder: Path, tamper: Tamper) -> str:
    """What the judge says of an environment whose coded pool was tampered with."""
    catalog = read(ENVIRONMENT)
    resources = render(catalog)
    filesystems = deepcopy(resources.filesystems)
    (filesystem,) = filesystems
    tamper(filesystem["spec"]["dataPools"][1])
    changed = replace(resources, filesystems=filesystems)
    return "\n".join(prove(crushtool, catalog, changed, GROUPS, folder).violations)


class TestControls:
    """Each way in which a coded pool can break a promise is found, on real CRUSH."""

    def test_nothing_is_found_where_nothing_is_wrong(
        self, crushtool: Crushtool, tmp_path: Path
    ) -> None:
        assert "" == damaged(crushtool, tmp_path, lambda _: None)

    @pytest.mark.parametrize(
        ("tamper", "found"),
        [
            (lambda p: p.update(crushRoot="default"), "groups have a copy outside a"),
            (lambda p: p["erasureCoded"].update(dataChunks=6), "10000 groups have fewer than 8 ch"),
            (
                lambda p: p["erasureCoded"].update(codingChunks=1),
                "its size is 5, of which 4 chunks restore an object, and 3 copies were promised",
            ),
            (
                lambda p: p["parameters"].update(min_size="4"),
                "a write may rest on 4 chunks, with none to spare",
            ),
            (lambda p: p.update(failureDomain="datacenter"), "have fewer than 6 chunks"),
        ],
        ids=["root", "more-than-hosts", "too-few-coding", "none-to-spare", "domain"],
    )
    def test_a_pool_that_breaks_a_promise(
        self, crushtool: Crushtool, tmp_path: Path, tamper: Tamper, found: str
    ) -> None:
        assert found in damaged(crushtool, tmp_path, tamper)


DEVICES = tuple(Osd(number, f"host-{number // 2}", "lis", "ssd", 1.0) for number in range(10))
POOL = Pool(1, "home-lis-ec2m2", "coded", "lis", "host", "ssd", 4, 3, 1, "", restoring=2)
CODED = Promise(frozenset({"lis"}), each=False, copies=3, survive=Survive.HOST, coded=True)


def violations(places: dict[Mapping, int], promise: Promise = CODED) -> list[str]:
    judged = Bench(DEVICES).judge(POOL, promise, Counter(places))
    return [violation.removeprefix("home-lis-ec2m2-coded: ") for violation in judged.violations]


class TestJudgement:
    """By hand."""

    def test_four_chunks_on_four_hosts_are_good(self) -> None:
        assert [] == violations({(0, 2, 4, 6): 1})

    def test_a_missing_chunk_is_found(self) -> None:
        assert ["1 groups have fewer than 4 chunks"] == violations({(0, 2, 4): 1})

    def test_three_chunks_on_one_host_are_lost_with_it(self) -> None:
        devices = tuple(replace(each, host=f"host-{each.number // 3}") for each in DEVICES)
        judged = Bench(devices).judge(POOL, CODED, Counter({(0, 1, 2, 3): 1}))

        assert (
            "home-lis-ec2m2-coded: the loss of the host host-0 leaves too few chunks of a group"
            in judged.violations
        )

    def test_who_was_promised_copies_gets_no_chunks(self) -> None:
        assert ["it keeps chunks, and whole copies were promised"] == violations(
            {(0, 2, 4, 6): 1}, replace(CODED, coded=False)
        )


class TestHoles:
    """Of a coded pool crushtool shows a hole as a number; it is no disk."""

    def test_a_host_too_few_leaves_a_hole_in_every_group(
        self, crushtool: Crushtool, tmp_path: Path
    ) -> None:
        resources = render(read(ENVIRONMENT))
        devices = tuple(
            each for each in osds(resources) if each.host not in {"a-host-0", "a-host-1"}
        )
        renumbered = tuple(replace(each, number=number) for number, each in enumerate(devices))
        pool = next(each for each in pools(resources) if each.coded)
        compiled = crushtool.compile(crush_map(renumbered, [pool]), tmp_path)
        places = compiled.mappings(range(pool.number, pool.number + 1), 6, range(1000))

        assert {5} == {len(place) for place in places[pool.number]}

    def test_a_rule_tries_harder_than_one_of_copies(self) -> None:
        pool = next(each for each in pools(render(read(ENVIRONMENT))) if each.coded)

        assert [
            f"rule {pool.name} {{",
            "id 3",
            "type erasure",
            "min_size 1",
            "max_size 10",
            "step set_chooseleaf_tries 5",
            "step set_choose_tries 100",
            "step take a class ssd",
            "step chooseleaf indep 0 type host",
            "step emit",
            "}",
        ] == [line.strip() for line in rule(pool).splitlines()]
