"""No promise shrinks or moves unnoticed: stack files against what was recorded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from judging.promises import institutions
from replication.history import record, shrunk

from tests.packs import Options, running
from tests.policy_cases.checkout import Change, copied

STACK = "pulumi:pulumi:Stack"
RULE = "promises-never-shrink"


def promise(key: str, value: object, inside: str = "") -> Change:
    """Change what an institution's stack file says."""

    def change(config: dict[str, Any]) -> None:
        at = config["imaging:institution"]
        (at[inside] if inside else at)[key] = value

    return change


def said(packs: Path, stack: str) -> str:
    with running("replication", packs) as pack:
        found = pack.judge(stack, STACK, {}, Options(provider=None))
    return "\n".join(each.message for each in found if each.policy == RULE)


SMALLER = [
    (promise("copies", 2, "replication"), "evora was promised 3 copies; now 2"),
    (promise("survive", "disk", "replication"), "evora survived a host; now disk"),
    (promise("home", "porto"), "evora moves from faro to porto"),
    (promise("where", "all-data-centres", "replication"), "moves from faro to all-data-centres"),
    (promise("capacity", "9Ti"), "evora was promised 10240Gi; now"),
]


class TestRecord:
    """Who lowers a promise changes two files, or has a waiver."""

    @pytest.mark.parametrize(("change", "expected"), SMALLER)
    def test_a_smaller_promise_is_refused(
        self, tmp_path: Path, change: Change, expected: str
    ) -> None:
        packs = copied(tmp_path, {"production.evora": change})

        assert expected in said(packs, "production.evora")

    def test_a_longer_recovery_point_is_refused(self, tmp_path: Path) -> None:
        packs = copied(tmp_path, {"production.aveiro": promise("recoveryPoint", "24h")})

        assert "aveiro lost at most 1h of work; now more" in said(packs, "production.aveiro")

    def test_a_larger_promise_passes(self, tmp_path: Path) -> None:
        packs = copied(tmp_path, {"production.evora": promise("copies", 4, "replication")})

        assert "" == said(packs, "production.evora")

    def test_who_was_never_recorded_is_refused_with_what_to_write(self, tmp_path: Path) -> None:
        packs = copied(tmp_path)
        (packs / "recorded" / "production.yaml").write_text("", encoding="utf-8")

        found = said(packs, "production.evora")

        assert "add to policy-packs/recorded/production.yaml:\nevora:\n  capacity: 10240Gi" in found

    def test_where_no_byte_is_stored_nothing_is_recorded(self, tmp_path: Path) -> None:
        packs = copied(tmp_path, {"local.evora": promise("copies", 1, "replication")})

        assert "" == said(packs, "local.evora")


class TestLaw:
    """What was recorded is kept by the promise that was recorded, and by no smaller one."""

    @pytest.mark.parametrize("environment", ["comparison", "local", "poc", "production"])
    def test_every_promise_keeps_its_own_record(self, environment: str) -> None:
        for each in institutions(environment).values():
            assert [] == list(shrunk(record(each), each))

    @given(more=st.integers(0, 7))
    def test_copies_count(self, more: int) -> None:
        evora = institutions("production")["evora"]
        said = {**record(evora), "copies": evora.copies + more}

        assert bool(more) == bool(list(shrunk(said, evora)))
