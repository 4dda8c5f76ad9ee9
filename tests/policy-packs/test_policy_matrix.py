"""Every rule of every pack, seen to pass, to fail, and to refuse what isn't known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pytest

from tests.packs import Pack, Violation
from tests.policy_cases import (
    access_cases,
    access_gateway_cases,
    access_network_cases,
    operations_cases,
    operations_machines_cases,
    replication_cases,
)
from tests.policy_cases.case import Case, Fail, changed
from tests.policy_cases.checkout import copied, entrances, every_pack
from tests.rendered import Rendered

CASES: Mapping[str, tuple[Case, ...]] = {
    "access": (
        *access_cases.CASES,
        *access_network_cases.CASES,
        *access_gateway_cases.CASES,
    ),
    "operations": (*operations_cases.CASES, *operations_machines_cases.CASES),
    "replication": replication_cases.CASES,
}
FILES = {"waivers-are-valid", "waivers-in-force", "promises-never-shrink"}
"""Rules that judge files: test_policy_waivers and test_policy_promises try them."""
WHOLES = {"institutions-are-closed", "servers-have-budgets", "promises-have-their-objects"}
"""Rules that judge a whole stack: test_policy_presence tries them."""
EVERY = [(pack, case) for pack, cases in CASES.items() for case in cases]
IDS = [f"{pack}/{case.rule}" for pack, case in EVERY]


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Pack]]:
    with every_pack(copied(tmp_path_factory.mktemp("checkout"), entrances())) as started:
        yield started


def said(pack: Pack, rule: str, resource: Rendered) -> list[Violation]:
    found = pack.judge(resource.stack, resource.kind, resource.props, resource.options)
    return [each for each in found if each.policy == rule]


class TestPass:
    """What the program makes, a rule has nothing to say of."""

    @pytest.mark.parametrize(("pack", "case"), EVERY, ids=IDS)
    def test_the_resource_passes(self, packs: Mapping[str, Pack], pack: str, case: Case) -> None:
        assert [] == said(packs[pack], case.rule, case.resource)


class TestFail:
    """What is broken stops the deployment, and the message says what to do."""

    @pytest.mark.parametrize(
        ("pack", "case", "fail"),
        [(pack, case, fail) for pack, case in EVERY for fail in case.fails],
        ids=[f"{pack}/{case.rule}: {fail.says}" for pack, case in EVERY for fail in case.fails],
    )
    def test_the_broken_resource_is_refused(
        self, packs: Mapping[str, Pack], pack: str, case: Case, fail: Fail
    ) -> None:
        found = said(packs[pack], case.rule, changed(case.resource, fail))

        assert fail.says in "\n".join(each.message for each in found)
        assert all(each.mandatory for each in found)
        assert all(f"See docs/policies/{pack}.md#{case.rule}." in each.message for each in found)


class TestUnknown:
    """What isn't known can't be judged, and is refused."""

    @pytest.mark.parametrize(
        ("pack", "case"),
        [(pack, case) for pack, case in EVERY if case.unknown],
        ids=[f"{pack}/{case.rule}" for pack, case in EVERY if case.unknown],
    )
    def test_the_unknown_value_is_refused(
        self, packs: Mapping[str, Pack], pack: str, case: Case
    ) -> None:
        found = said(packs[pack], case.rule, changed(case.resource, case.unknowing))

        assert "can't be known during preview" in "\n".join(each.message for each in found)
        assert all(each.mandatory for each in found)


READS_NOTHING = {
    "access": set[str](),
    "operations": {"no-change-is-ignored", "kinds-are-judged"},
    "replication": set[str](),
}
"""Rules that read no property of a resource, so that nothing can be unknown to them."""


class TestMatrix:
    """No rule is without its three cells."""

    @pytest.mark.parametrize("pack", CASES)
    def test_every_rule_has_a_case_and_every_case_a_rule(
        self, packs: Mapping[str, Pack], pack: str
    ) -> None:
        assert {case.rule for case in CASES[pack]} == set(packs[pack].rules()) - FILES - WHOLES

    @pytest.mark.parametrize("pack", CASES)
    def test_every_rule_has_one_that_fails(self, pack: str) -> None:
        assert [] == [case.rule for case in CASES[pack] if not case.fails]

    @pytest.mark.parametrize("pack", CASES)
    def test_every_rule_that_reads_a_property_has_one_that_is_unknown(self, pack: str) -> None:
        tried = {case.rule for case in CASES[pack] if case.unknown}

        assert READS_NOTHING[pack] == {case.rule for case in CASES[pack]} - tried

    def test_the_matrix_is_printed(
        self, packs: Mapping[str, Pack], record_property: Callable[[str, object], None]
    ) -> None:
        lines = [f"  {'rule':52}  pass  fail  unknown"]
        for pack in CASES:
            for rule in sorted(set(packs[pack].rules()) - FILES - WHOLES):
                cases = [case for case in CASES[pack] if case.rule == rule]
                fails = sum(len(case.fails) for case in cases)
                unknown = sum(bool(case.unknown) for case in cases)
                lines.append(
                    f"  {f'{pack}/{rule}':52}  {len(cases):4}  {fails:4}  {unknown or '-':>7}"
                )
        record_property("matrix", "\n".join(lines))

        assert len({(pack, case.rule) for pack, case in EVERY}) == len(lines) - 1

    @pytest.mark.parametrize("pack", CASES)
    def test_every_rule_blocks_and_says_what_to_do(
        self, packs: Mapping[str, Pack], pack: str
    ) -> None:
        for name, rule in packs[pack].rules().items():
            assert (name != "waivers-in-force") == rule.mandatory
            assert f"docs/policies/{pack}.md#{name}" == rule.url
            assert rule.remedy
