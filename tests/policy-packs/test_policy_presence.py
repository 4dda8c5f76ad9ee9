"""What must be there: each rule of a whole stack, seen to pass, to fail, and to refuse unknowns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from tests.packs import PACKS, UNKNOWN, Pack, Violation
from tests.policy_cases.checkout import every_pack
from tests.rendered import Rendered, rendered

STACKS = ("comparison.evora", "local.aveiro", "poc.evora", "production.braga", "production")
MISSING = [
    ("access", "institutions-are-closed", "NetworkPolicy", "default-deny", "no NetworkPolicy"),
    ("access", "institutions-are-closed", "Namespace", "aveiro", "has no Namespace"),
    ("access", "institutions-are-closed", "ResourceQuota", "institution", "has no ResourceQuota"),
    ("operations", "servers-have-budgets", "PodDisruptionBudget", "readers", "readers has no"),
    ("operations", "servers-have-budgets", "PodDisruptionBudget", "gateway", "gateway has no"),
    ("replication", "promises-have-their-objects", "Job", "snapshots-aveiro", "Job snapshots"),
    ("replication", "promises-have-their-objects", "StorageClass", "imaging-aveiro", "Class imag"),
    (
        "replication",
        "promises-have-their-objects",
        "CephFilesystemSubVolumeGroup",
        "aveiro",
        "has no CephFilesystemSubVolumeGroup",
    ),
    ("replication", "promises-have-their-objects", "CephClient", "aveiro-reader", "aveiro-reader"),
    ("replication", "promises-have-their-objects", "PersistentVolumeClaim", "images", "images"),
]
UNKNOWNS = [
    ("access", "institutions-are-closed", "NetworkPolicy", "spec", {"podSelector": UNKNOWN}),
    ("operations", "servers-have-budgets", "PodDisruptionBudget", "spec", {"selector": UNKNOWN}),
    ("replication", "promises-have-their-objects", "StorageClass", "metadata", {"name": UNKNOWN}),
]


@pytest.fixture(scope="module")
def packs() -> Iterator[Mapping[str, Pack]]:
    with every_pack(PACKS) as started:
        yield started


def of_stack(name: str) -> list[Rendered]:
    return [each for each in rendered() if each.stack == name]


def said(pack: Pack, resources: list[Rendered]) -> list[Violation]:
    return pack.judge_stack((each.stack, each.kind, each.props) for each in resources)


def kind(resource: Rendered) -> str:
    return resource.kind.rpartition(":")[2]


class TestWholeStacks:
    """A stack without what keeps its promises is refused before anything is made."""

    @pytest.mark.parametrize("stack", STACKS)
    @pytest.mark.parametrize("pack", ["access", "operations", "replication"])
    def test_what_the_program_makes_is_whole(
        self, packs: Mapping[str, Pack], pack: str, stack: str
    ) -> None:
        assert [] == said(packs[pack], of_stack(stack))

    @pytest.mark.parametrize("row", MISSING, ids=" ".join)
    def test_what_is_missing_is_named(
        self, packs: Mapping[str, Pack], row: tuple[str, str, str, str, str]
    ) -> None:
        pack, rule, of, name, expected = row
        whole = of_stack("production.aveiro")
        left = [
            each
            for each in whole
            if (kind(each), each.props.get("metadata", {}).get("name")) != (of, name)
        ]

        found = said(packs[pack], left)

        assert len(left) == len(whole) - 1
        assert [(rule, True)] == [(each.policy, each.mandatory) for each in found]
        assert expected in found[0].message

    @pytest.mark.parametrize("row", UNKNOWNS, ids=lambda row: row[0])
    def test_what_isnt_known_is_refused(
        self, packs: Mapping[str, Pack], row: tuple[str, str, str, str, Mapping[str, str]]
    ) -> None:
        pack, rule, of, key, value = row
        unknown = [
            replace(each, props={**each.props, key: value}) if kind(each) == of else each
            for each in of_stack("production.aveiro")
        ]

        found = said(packs[pack], unknown)

        assert [rule] == [each.policy for each in found]
        assert "can't be known during preview" in found[0].message

    def test_an_empty_stack_is_refused(self, packs: Mapping[str, Pack]) -> None:
        nothing = Rendered(
            "production.aveiro", "pulumi:pulumi:Stack", "s", {}, of_stack("local")[0].options
        )

        assert "aveiro has no StorageClass" in said(packs["replication"], [nothing])[0].message
