"""Prometheus itself says of every rule that it is sound, and of every alert when it fires."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from components.manifests import Manifest
from components.monitoring import platform_alerts, watch
from components.monitoring.rule import RUNBOOKS
from tests.components.monitoring import (
    archive_cases,
    platform_cases,
    promise_cases,
    real_promtool,
)
from tests.components.monitoring.exported import Case, Series
from tests.components.monitoring.real_promtool import World
from tests.components.monitoring.watched import SPEC
from tests.recording import ROOT

pytestmark = pytest.mark.timeout(900)  # the first run builds promtool
RULES: Final = (watch.rules(SPEC), platform_alerts.rules())
HOURS: Final = 400
"""Minutes; so long a world is looked at less often."""
CASES: Final = (
    *promise_cases.PROMISES,
    *archive_cases.ARCHIVE,
    *platform_cases.AUTOSCALER,
    *platform_cases.PLATFORM,
)


def named(case: Case) -> str:
    words = (case.alert, case.severity, case.part, case.quiet_why.replace(" ", "-"))
    return "-".join(filter(None, words))


def alerts() -> list[dict[str, dict[str, str]]]:
    every = [rule for each in RULES for group in each["spec"]["groups"] for rule in group["rules"]]
    return [rule for rule in every if "alert" in rule]


def world(case: Case, series: Series, firing: int) -> World:
    known = f'alertname="{case.alert}",severity="{case.severity}",alertstate="firing"'
    whose = f'part="{case.part}"' if case.part else 'institution=~"aveiro|"'
    asked = f"count(ALERTS{{{known},{whose}}}) or vector(0)"
    every = 1 if case.minutes < HOURS else 5
    return World(series, case.minutes, {asked: firing}, every)


class TestRules:
    @pytest.mark.parametrize("rules", RULES, ids=("institution", "platform"))
    def test_prometheus_accepts_them(self, promtool: Path, tmp_path: Path, rules: Manifest) -> None:
        done = real_promtool.check(promtool, tmp_path, rules)

        assert 0 == done.returncode, done.stdout + done.stderr

    def test_prometheus_refuses_a_broken_one(self, promtool: Path, tmp_path: Path) -> None:
        rule = {"record": "a:b:c", "expr": "sum(", "labels": {}}
        broken = {"spec": {"groups": [{"name": "broken", "rules": [rule]}]}}

        assert 0 != real_promtool.check(promtool, tmp_path, broken).returncode


class TestEveryAlert:
    @pytest.mark.parametrize("case", CASES, ids=named)
    def test_it_fires(self, promtool: Path, tmp_path: Path, case: Case) -> None:
        done = real_promtool.test(promtool, tmp_path, RULES, world(case, case.fires, case.alerts))

        assert 0 == done.returncode, done.stdout + done.stderr

    @pytest.mark.parametrize("case", CASES, ids=named)
    def test_it_stays_quiet(self, promtool: Path, tmp_path: Path, case: Case) -> None:
        done = real_promtool.test(promtool, tmp_path, RULES, world(case, case.quiet, 0))

        assert 0 == done.returncode, done.stdout + done.stderr

    def test_it_has_a_case_of_its_own(self) -> None:
        tried = {(case.alert, case.severity, case.part) for case in CASES}
        known = {
            (str(rule["alert"]), rule["labels"]["severity"], rule["labels"].get("part", ""))
            for rule in alerts()
        }

        assert known == tried

    def test_it_says_whose_it_is_and_points_to_a_page(self) -> None:
        pages = {rule["annotations"]["runbook_url"] for rule in alerts()}

        assert [] == [page for page in sorted(pages) if not (ROOT / page).is_file()]
        assert [] == [
            rule["alert"]
            for rule in alerts()
            if "institution" in rule["labels"]
            and not rule["annotations"]["summary"].startswith("aveiro: ")
        ]

    def test_every_page_belongs_to_an_alert(self) -> None:
        pages = {rule["annotations"]["runbook_url"] for rule in alerts()}

        assert pages == {f"{RUNBOOKS}/{each.name}" for each in (ROOT / RUNBOOKS).glob("*.md")}
