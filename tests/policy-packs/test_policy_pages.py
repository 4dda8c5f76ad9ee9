"""Each rule's message leads to a heading of its pack's page, which is as fresh as the rule."""

from __future__ import annotations

import pytest
from judging.pages import FOLDER, PACKS, render, rules_of


@pytest.mark.parametrize("pack", PACKS)
class TestPages:
    """A page for each pack, a heading for each rule."""

    def test_the_page_is_fresh(self, pack: str) -> None:
        stale = f"docs/policies/{pack}.md is stale: PYTHONPATH=policy-packs python -m judging.pages"

        assert render(pack) == (FOLDER / f"{pack}.md").read_text(encoding="utf-8"), stale

    def test_every_rule_has_its_heading(self, pack: str) -> None:
        page = (FOLDER / f"{pack}.md").read_text(encoding="utf-8").splitlines()

        assert [f"## {rule.name}" for rule in rules_of(pack)] == [
            line for line in page if line.startswith("## ")
        ]
