"""A configuration makes a pack stricter, and never laxer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import grpc
import pytest

from tests.packs import PACKS, Pack, running
from tests.policy_cases.case import Case, Fail, changed
from tests.policy_cases.checkout import copied

SCALED = Case("", "production.aveiro ScaledObject/scaledobject-readers", ())
AUTOSCALING = "autoscaling-is-guarded"


@pytest.fixture
def pack() -> Iterator[Pack]:
    with running("operations") as started:
        yield started


def refusal(pack: Pack, said: Mapping[str, Mapping[str, Any]], level: str = "MANDATORY") -> str:
    with pytest.raises(grpc.RpcError) as raised:
        pack.configure(said, level)
    return str(raised.value)


class TestRefused:
    """What would weaken a pack ends the run, with the fix."""

    def test_an_unknown_rule(self, pack: Pack) -> None:
        assert "names the rule no-latest, and there is none; allowed are" in refusal(
            pack, {"no-latest": {}}
        )

    def test_an_unknown_key(self, pack: Pack) -> None:
        assert "says readers for the rule autoscaling-is-guarded; allowed is leastReaders" in (
            refusal(pack, {AUTOSCALING: {"readers": 3}})
        )

    @pytest.mark.parametrize("level", ["ADVISORY", "DISABLED", "REMEDIATE"])
    def test_a_level_below_mandatory(self, pack: Pack, level: str) -> None:
        assert "laxer than mandatory; remove its enforcementLevel" in refusal(
            pack, {AUTOSCALING: {}}, level
        )

    def test_a_value_below_the_environments_floor(self, pack: Pack) -> None:
        pack.configure({AUTOSCALING: {"leastReaders": 1}})

        found = pack.judge("production.aveiro", SCALED.resource.kind, SCALED.resource.props)

        assert "leastReaders: 1; production allows 2 or higher" in found[0].message
        assert found[0].mandatory


class TestStricter:
    """What asks for more holds."""

    def test_more_readers_can_be_asked_for(self, pack: Pack) -> None:
        pack.configure({AUTOSCALING: {"leastReaders": 3}})

        found = pack.judge("production.aveiro", SCALED.resource.kind, SCALED.resource.props)

        assert "minReplicaCount is 2; allowed is 3 or more" in found[0].message

    def test_an_environments_own_floor_holds_without_configuration(self, pack: Pack) -> None:
        local = changed(SCALED.resource, Fail("", {"spec|minReplicaCount": 1}))
        in_local = replace(local, stack="local.aveiro")

        assert [] == pack.judge(in_local.stack, local.kind, local.props)
        assert 1 == len(pack.judge(local.stack, local.kind, local.props))

    def test_the_schema_bounds_what_no_environment_allows(self, pack: Pack) -> None:
        settings = pack.rules()[AUTOSCALING].settings

        assert {"leastReaders", "longestPolling"} == set(settings)
        assert 1 == settings["leastReaders"]["minimum"]
        assert 30 == settings["longestPolling"]["maximum"]


class TestPackages:
    """A pack that isn't whole serves nothing."""

    @pytest.mark.parametrize("name", ["access", "operations", "replication"])
    def test_each_pack_is_a_folder_that_pulumi_knows(self, name: str) -> None:
        assert (PACKS / name / "PulumiPolicy.yaml").is_file()
        assert (PACKS / name / "run").stat().st_mode & 0o111

    def test_a_broken_one_gives_the_engine_no_port(self, tmp_path: Path) -> None:
        packs = copied(tmp_path)
        (packs / "operations" / "rules.py").write_text("RULES = (", encoding="utf-8")

        with running("operations", packs) as broken, pytest.raises(grpc.RpcError):
            broken.rules()
