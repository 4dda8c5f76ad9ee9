"""Where a real Ceph puts what institutions write, with the rules that we render."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from tests.ceph.blueprint import Promise
from tests.ceph.clients import Hashes, ingest
from tests.ceph.figures import Figures
from tests.ceph.judge import PlacementGroup, incomplete, outside
from tests.ceph.laboratory import Laboratory
from tests.ceph.raw_disks import holders

pytestmark = [pytest.mark.ceph, pytest.mark.timeout(600)]
MARKER = {"aveiro": bytes(range(100, 164)), "evora": bytes(range(160, 96, -1))}
_BYTES = 100_000
NAME = {"aveiro": "PATIENT_SILVA_MARIA_", "evora": "PATIENT_SOUSA_JOAO_"}


@pytest.fixture(scope="module")
def groups(laboratory: Laboratory, examinations: Mapping[str, Hashes]) -> list[PlacementGroup]:
    assert all(examinations.values())
    return laboratory.admin.groups()


@pytest.fixture(scope="module", params=["aveiro", "evora"])
def promise(laboratory: Laboratory, request: pytest.FixtureRequest) -> Promise:
    return laboratory.plan.promise(str(request.param))


class TestPools:
    """Ceph took what was rendered, to the letter."""

    def test_pools_have_the_sizes_and_groups_of_the_manifests(self, laboratory: Laboratory) -> None:
        wanted = {
            pool.name: (pool.size, pool.min_size, pool.pg_num)
            for filesystem in laboratory.plan.filesystems
            for pool in (filesystem.metadata, filesystem.data)
        }
        found = {
            pool["pool_name"]: (pool["size"], pool["min_size"], pool["pg_num"])
            for pool in laboratory.admin.mon("osd pool ls", detail="detail")
        }

        assert wanted == {name: found.get(name) for name in wanted}

    def test_rules_start_at_the_root_of_the_manifests(self, laboratory: Laboratory) -> None:
        wanted = {
            pool.name: (f"{pool.root}~{pool.device_class}", pool.failure_domain)
            for filesystem in laboratory.plan.filesystems
            for pool in (filesystem.metadata, filesystem.data)
        }
        found = {}
        for rule in laboratory.admin.mon("osd crush rule dump"):
            take, choose, _ = rule["steps"]
            found[rule["rule_name"]] = (take["item_name"], choose["type"])

        assert wanted == {name: found.get(name) for name in wanted}

    def test_quotas_are_those_of_the_manifests(self, laboratory: Laboratory) -> None:
        wanted = {group.name: group.quota for group in laboratory.plan.groups}

        assert wanted == {
            name: ingest_quota(laboratory, name)
            for name in (promise.institution for promise in laboratory.plan.promises)
        } | {"neighbour": 2**30}


def ingest_quota(laboratory: Laboratory, institution: str) -> int:
    (_, line) = ingest(laboratory, institution).do("quota")
    return int(line["quota"])


class TestLaboratory:
    """What the other tests rest on: nothing but a fault moves a copy."""

    def test_the_balancer_is_off_and_moved_nothing(self, laboratory: Laboratory) -> None:
        assert False is laboratory.admin.mgr("balancer status")["active"]
        assert [] == laboratory.admin.mon("osd dump")["pg_upmap_items"]


class TestZones:
    """Nodes' zones lie above their data centres in CRUSH, as Rook would put them."""

    def test_each_data_centre_lies_in_its_zone(self, laboratory: Laboratory) -> None:
        nodes = laboratory.admin.mon("osd tree")["nodes"]
        names = {node["id"]: node["name"] for node in nodes}
        inside = {
            (names[child], node["type"], node["name"])
            for node in nodes
            for child in node.get("children", ())
        }

        assert {(disk.centre, "zone", f"zone-{disk.centre}") for disk in laboratory.plan.disks} == {
            each for each in inside if each[0] in laboratory.plan.centres
        }


class TestBoundary:
    """Every copy lies inside the data centres that the institution was promised."""

    def test_no_group_leaves_the_boundary(
        self,
        laboratory: Laboratory,
        groups: list[PlacementGroup],
        promise: Promise,
        figures: Figures,
    ) -> None:
        figures.checked += len(groups)

        assert [] == outside(groups, promise, laboratory.centre_of)

    def test_every_group_has_all_its_copies_apart(
        self, laboratory: Laboratory, groups: list[PlacementGroup], promise: Promise
    ) -> None:
        assert [] == incomplete(groups, promise, laboratory.centre_of)

    def test_every_group_of_the_manifests_was_judged(
        self, laboratory: Laboratory, groups: list[PlacementGroup]
    ) -> None:
        for filesystem in laboratory.plan.filesystems:
            for pool in (filesystem.metadata, filesystem.data):
                assert pool.pg_num == len([each for each in groups if each.pool == pool.name])

    def test_the_judge_finds_copies_outside_a_narrower_promise(
        self, laboratory: Laboratory, groups: list[PlacementGroup]
    ) -> None:
        narrower = replace(laboratory.plan.promise("aveiro"), centres=frozenset({"faro"}))

        assert outside(groups, narrower, laboratory.centre_of)

    def test_the_judge_finds_too_few_copies_for_a_greater_promise(
        self, laboratory: Laboratory, groups: list[PlacementGroup]
    ) -> None:
        greater = replace(laboratory.plan.promise("evora"), copies=3)

        assert incomplete(groups, greater, laboratory.centre_of)


class TestBytes:
    """What Ceph reports is also what lies on the disks: contents and patients' names."""

    def test_contents_and_names_lie_in_the_promised_data_centres_only(
        self, laboratory: Laboratory, promise: Promise, figures: Figures
    ) -> None:
        institution = promise.institution
        how = {"prefix": NAME[institution], "marker": MARKER[institution].hex()}
        figures.written += len(ingest(laboratory, institution).write("/marked", 16, _BYTES, **how))

        for needle in (MARKER[institution], NAME[institution].encode()):
            found = holders(laboratory.folder, laboratory.plan.disks, needle)
            assert promise.centres == found
