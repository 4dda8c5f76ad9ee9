"""An auditor's page names every rule, policy and observed promise, and tests that exist."""

from __future__ import annotations

from components.guardrails.policies import policies
from components.monitoring import fulfilments
from tests.compliance import page
from tests.compliance.held import ROWS, TRIED
from tests.components.builders import Stacks


class TestPage:
    def test_it_is_the_one_that_the_sources_make(self) -> None:
        assert page.render() == page.FILE.read_text(encoding="utf-8"), "run make compliance"


class TestComplete:
    """Nothing that holds a promise is left out, and nothing is claimed that isn't there."""

    def test_every_rule_holds_a_promise(self) -> None:
        assert set(page.rules()) == {rule for row in ROWS for rule in row.rules}

    def test_every_admission_policy_holds_a_promise(self) -> None:
        names = {policy.name for policy in policies()}

        assert names == {name for row in ROWS for name in row.admission}
        assert names == set(TRIED)

    def test_every_promise_that_is_told_stands_there(self) -> None:
        institution = Stacks().load().institutions["aveiro"]
        promised = fulfilments("aveiro", institution, "every-x3")
        told = {each.promise for each in promised if each.observed is not None}

        assert told == {name for row in ROWS for name in row.observed}

    def test_every_rule_has_a_case(self) -> None:
        assert [] == [rule for rule in page.rules() if page.evidence(rule) is None]

    def test_every_file_is_there(self) -> None:
        named = [path for row in ROWS for pair in row.catalogue for path in pair]

        assert [] == page.missing([*named, *(each.partition("::")[0] for each in TRIED.values())])

    def test_every_class_that_tries_a_policy_is_there(self) -> None:
        for tried in TRIED.values():
            file, _, group = tried.partition("::")
            assert f"class {group}:" in (page.ROOT / file).read_text(encoding="utf-8")
