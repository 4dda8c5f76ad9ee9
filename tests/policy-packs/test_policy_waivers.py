"""Waivers: dated, owned, shown in every run, and refused when anything about them is wrong."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from judging.waivers import Known, Refusal, Waiver, judged

from tests.packs import Options, running
from tests.policy_cases.checkout import copied

TODAY = date(2026, 11, 24)
RULE = "replication/copies-above-floor"
FILE = "poc/evora.yaml"
KNOWN = Known(
    frozenset({RULE, "replication/disks-have-head-room"}), frozenset({RULE}), frozenset({"evora"})
)
STACK = "pulumi:pulumi:Stack"
ONE_COPY = "evora was promised 1 copies"


def waiver(**changes: object) -> dict[str, Any]:
    """What a good file says, after changes; None takes a key away."""
    said = {
        "rule": RULE,
        "institution": "evora",
        "owner": "head of imaging",
        "reason": "one partition in faro until the second machine arrives",
        "expires": TODAY + timedelta(days=30),
        **changes,
    }
    return {key: value for key, value in said.items() if value is not None}


REFUSED = [
    (waiver(expires=TODAY - timedelta(days=1)), "it expired on 2026-11-23"),
    (waiver(expires=TODAY + timedelta(days=367)), "more than a year"),
    (waiver(expires="soon"), "write a date such as 2027-02-22"),
    (waiver(expires=None), "missing expires"),
    (waiver(owner=None), "missing owner"),
    (waiver(owner=" "), "owner must be text"),
    (waiver(reason="because"), "explains nothing"),
    (waiver(rule="replication/copies"), "no rule is called replication/copies; allowed are"),
    (waiver(institution="braga"), "braga has no stack file in poc, so it is about nothing"),
    (waiver(person="Ana"), "found person"),
    ("text", "found no mapping"),
    (None, "found no mapping"),
]


class TestFiles:
    """A file waives exactly what it says, or nothing."""

    def test_a_good_one_is_in_force(self) -> None:
        found = judged(FILE, waiver(), KNOWN, TODAY)

        assert isinstance(found, Waiver)
        assert ("evora", RULE) == (found.institution, found.rule)

    @pytest.mark.parametrize(("said", "expected"), REFUSED)
    def test_a_bad_one_is_refused_with_the_reason(self, said: object, expected: str) -> None:
        found = judged(FILE, said, KNOWN, TODAY)

        assert isinstance(found, Refusal)
        assert expected in found.reason

    def test_production_waives_residency_for_nobody(self) -> None:
        found = judged("production/evora.yaml", waiver(), KNOWN, TODAY)

        assert isinstance(found, Refusal)
        assert "production waives that for nobody" in found.reason

    def test_production_may_waive_the_rest(self) -> None:
        said = waiver(rule="replication/disks-have-head-room")

        assert isinstance(judged("production/evora.yaml", said, KNOWN, TODAY), Waiver)

    @given(days=st.integers(-1000, 1000))
    def test_it_is_in_force_from_now_to_its_date_and_at_most_a_year(self, days: int) -> None:
        found = judged(FILE, waiver(expires=TODAY + timedelta(days=days)), KNOWN, TODAY)

        assert isinstance(found, Waiver) == (0 <= days <= 366)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return copied(tmp_path)


def written(packs: Path, environment: str, said: object) -> None:
    folder = packs / "waivers" / environment
    folder.mkdir(exist_ok=True)
    for shipped in folder.glob("*.yaml"):
        shipped.unlink()
    (folder / "evora.yaml").write_text(yaml.safe_dump(said), encoding="utf-8")


def said(packs: Path, stack: str) -> dict[bool, str]:
    """What the pack says of a stack: what blocks, and what is only told."""
    with running("replication", packs) as pack:
        found = pack.judge(stack, STACK, {}, Options(provider=None))
    return {
        blocks: "\n".join(each.message for each in found if each.mandatory == blocks)
        for blocks in (True, False)
    }


class TestRuns:
    """What the engine is told once a run."""

    def test_the_shipped_waiver_lets_evora_keep_one_copy_and_is_shown(self, checkout: Path) -> None:
        found = said(checkout, "poc.evora")

        assert "" == found[True]
        assert f"evora: {RULE} is waived until 2027-06-30 by the head of imaging" in found[False]

    def test_without_it_one_copy_is_refused(self, checkout: Path) -> None:
        (checkout / "waivers" / "poc" / "evora-one-copy.yaml").unlink()

        assert ONE_COPY in said(checkout, "poc.evora")[True]

    @pytest.mark.parametrize("stack", ["poc", "poc.aveiro", "poc.evora"])
    def test_an_expired_one_stops_every_stack_of_its_environment(
        self, checkout: Path, stack: str
    ) -> None:
        written(checkout, "poc", waiver(expires=date(2020, 1, 1)))

        found = said(checkout, stack)

        assert "policy-packs/waivers/poc/evora.yaml: it expired on 2020-01-01" in found[True]
        assert (ONE_COPY in found[True]) == (stack == "poc.evora")

    def test_one_of_another_institution_covers_nobody_else(self, checkout: Path) -> None:
        soon = date.today() + timedelta(days=9)  # noqa: DTZ011 - the pack's own clock
        written(checkout, "poc", waiver(institution="aveiro", expires=soon))

        assert ONE_COPY in said(checkout, "poc.evora")[True]

    def test_one_about_no_pack_at_all_is_refused(self, checkout: Path) -> None:
        soon = date.today() + timedelta(days=9)  # noqa: DTZ011 - the pack's own clock
        written(checkout, "poc", waiver(rule="copies", expires=soon))

        assert "no rule is called copies" in said(checkout, "poc")[True]

    def test_a_file_that_is_no_yaml_is_refused(self, checkout: Path) -> None:
        written(checkout, "poc", {})
        (checkout / "waivers" / "poc" / "evora.yaml").write_text("a: [", encoding="utf-8")

        assert "found no mapping" in said(checkout, "poc")[True]

    def test_production_refuses_one_of_residency(self, checkout: Path) -> None:
        soon = date.today() + timedelta(days=9)  # noqa: DTZ011 - the pack's own clock
        written(checkout, "production", waiver(expires=soon))

        assert "production waives that for nobody" in said(checkout, "production.evora")[True]
