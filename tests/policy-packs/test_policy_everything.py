"""Every resource of every stack, as the program makes it, passes every pack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from components.catalog.stack_files import environments
from tests.packs import PACKS, Pack
from tests.policy_cases.checkout import NAMES, every_pack
from tests.rendered import STACKS, of_environment


@pytest.fixture(scope="module")
def packs() -> Iterator[Mapping[str, Pack]]:
    with every_pack(PACKS) as started:
        yield started


@pytest.mark.parametrize("environment", environments(STACKS))
@pytest.mark.parametrize("name", NAMES)
class TestEverything:
    """What fails here is wrong in the program, or in a rule; never in both."""

    def test_no_rule_blocks_what_the_program_makes(
        self, packs: Mapping[str, Pack], name: str, environment: str
    ) -> None:
        refused = [
            f"{each.stack} {each.kind} {each.name}: {violation.policy}: {violation.message}"
            for each in of_environment(environment)
            for violation in packs[name].judge(each.stack, each.kind, each.props, each.options)
            if violation.mandatory
        ]

        assert [] == refused

    def test_no_stack_lacks_what_keeps_its_promises(
        self, packs: Mapping[str, Pack], name: str, environment: str
    ) -> None:
        resources = of_environment(environment)
        for stack in {each.stack for each in resources}:
            whole = [(stack, each.kind, each.props) for each in resources if each.stack == stack]

            assert [] == packs[name].judge_stack(whole)
