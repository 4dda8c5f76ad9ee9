"""Dashboards show what is really recorded, in a form that Grafana takes, and never a patient."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from components.manifests import Manifest
from components.monitoring import (
    fulfilments,
    grafana_values,
    platform_alerts,
    prometheus_values,
    watch,
)
from components.monitoring.dashboards.board import WIDTH
from components.monitoring.prometheus_stack import dashboards
from tests.components.builders import Stacks
from tests.components.monitoring import everything, promql, real_promtool
from tests.components.monitoring.real_promtool import World
from tests.components.monitoring.watched import SPEC
from tests.recording import ROOT

PROMISED: Final = fulfilments("aveiro", Stacks().load().institutions["aveiro"], SPEC.filesystem)
WATCHED: Final = replace(SPEC, fulfilments=PROMISED)
RULES: Final = (watch.rules(WATCHED), platform_alerts.rules())
MANIFESTS: Final = (*dashboards(), watch.dashboard(WATCHED))
LONGEST: Final = "h" * 32
"""A name of an institution may be so long."""
KNOWN_LABELS: Final = frozenset(
    {
        *("institution", "namespace", "promise", "filesystem", "pool", "pool_id", "property"),
        *("alertname", "alertstate", "severity", "job", "instance", "name", "le"),
        *("envoy_cluster_name", "envoy_http_conn_manager_prefix", "envoy_response_code_class"),
        *("statefulset", "horizontalpodautoscaler", "scaledObject", "condition", "status"),
        *("persistentvolumeclaim", "pod", "container", "mode", "mountpoint", "fstype"),
    }
)
"""Of machines, parts and promises: none tells of a patient, a study or a caller."""


def name(manifest: Manifest) -> str:
    return str(manifest["metadata"]["name"])


def content(manifest: Manifest) -> dict[str, Any]:
    (text,) = manifest["data"].values()
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def panels(manifest: Manifest) -> list[dict[str, Any]]:
    return [each for each in content(manifest)["panels"] if "row" != each["type"]]


def expressions() -> list[str]:
    return [
        target["expr"].replace("$institution", "aveiro")
        for manifest in MANIFESTS
        for panel in panels(manifest)
        for target in panel["targets"]
    ]


def recorded() -> Iterator[str]:
    for rules in RULES:
        for group in rules["spec"]["groups"]:
            yield from (rule["record"] for rule in group["rules"] if "record" in rule)


@pytest.mark.timeout(900)  # the first run builds promtool
class TestExpressions:
    def test_prometheus_accepts_each(self, promtool: Path, tmp_path: Path) -> None:
        rules = [
            {"record": f"panel:{number}:shown", "expr": expression}
            for number, expression in enumerate(expressions())
        ]
        checked = {"spec": {"groups": [{"name": "panels", "rules": rules}]}}

        done = real_promtool.check(promtool, tmp_path, checked)

        assert 0 == done.returncode, done.stdout + done.stderr

    def test_each_shows_something_where_everything_is_told(
        self, promtool: Path, tmp_path: Path
    ) -> None:
        asked: dict[str, float | None] = {f"count({each}) >= bool 1": 1 for each in expressions()}

        done = real_promtool.test(promtool, tmp_path, RULES, World(everything.SERIES, 30, asked))

        assert 0 == done.returncode, done.stdout + done.stderr

    def test_each_reads_what_is_recorded_or_exported(self) -> None:
        known = {*recorded(), *everything.METRICS, "ALERTS"}

        assert set() == set().union(*map(promql.metrics, expressions())) - known

    def test_none_tells_of_a_patient_or_a_caller(self) -> None:
        legends = {
            label
            for manifest in MANIFESTS
            for panel in panels(manifest)
            for target in panel["targets"]
            for label in re.findall(r"\{\{(\w+)\}\}", target.get("legendFormat", ""))
        }
        named = set().union(*map(promql.labels, expressions()))

        assert set() == (named | legends) - KNOWN_LABELS

    def test_an_institutions_dashboard_reads_its_own_figures_alone(self) -> None:
        own = panels(watch.dashboard(WATCHED))
        expected = ('institution="aveiro"', 'namespace="aveiro"', 'filesystem="every-x3"')
        selectors = [
            selector
            for panel in own
            for target in panel["targets"]
            for selector in re.findall(r"\{([^}]*)\}", target["expr"])
        ]

        assert selectors
        assert [] == [each for each in selectors if not any(part in each for part in expected)]


class TestReading:
    """The tests above can fail."""

    def test_metrics_and_labels_are_told_apart(self) -> None:
        expression = (
            'sum by (a, b) (rate(x_total{c="max by (z)"}[5m])) / on (d) group_left (e) y:z:p95 > 1'
        )

        assert {"x_total", "y:z:p95"} == promql.metrics(expression)
        assert {"a", "b", "c", "d", "e"} == promql.labels(expression)


class TestForm:
    @pytest.mark.parametrize("manifest", MANIFESTS, ids=name)
    def test_every_panel_says_what_it_is(self, manifest: Manifest) -> None:
        for panel in panels(manifest):
            assert panel["title"]
            assert panel["description"].endswith((".", "line.")), panel["title"]
            assert panel["fieldConfig"]["defaults"]["unit"], panel["title"]

    @pytest.mark.parametrize("manifest", MANIFESTS, ids=name)
    def test_every_query_asks_the_prometheus_that_is_chosen(self, manifest: Manifest) -> None:
        source = {"type": "prometheus", "uid": "${datasource}"}
        variables = {each["name"]: each["type"] for each in content(manifest)["templating"]["list"]}

        assert "datasource" == variables["datasource"]
        for panel in panels(manifest):
            assert [source] * (1 + len(panel["targets"])) == [
                each["datasource"] for each in (panel, *panel["targets"])
            ]

    @pytest.mark.parametrize("manifest", MANIFESTS, ids=name)
    def test_every_variable_of_a_query_is_there(self, manifest: Manifest) -> None:
        variables = {each["name"] for each in content(manifest)["templating"]["list"]}
        (text,) = manifest["data"].values()

        assert set() == set(re.findall(r"\$\{?(\w+)", text)) - variables

    @pytest.mark.parametrize("manifest", MANIFESTS, ids=name)
    def test_no_two_panels_lie_over_each_other(self, manifest: Manifest) -> None:
        cells = [
            (column, line)
            for panel in content(manifest)["panels"]
            for place in [panel["gridPos"]]
            for column in range(place["x"], place["x"] + place["w"])
            for line in range(place["y"], place["y"] + place["h"])
        ]

        assert len(cells) == len(set(cells))
        assert max(column for column, _ in cells) < WIDTH

    @pytest.mark.parametrize("manifest", MANIFESTS, ids=name)
    def test_panels_have_numbers_of_their_own(self, manifest: Manifest) -> None:
        found = [panel["id"] for panel in content(manifest)["panels"]]

        assert list(range(1, len(found) + 1)) == found

    @pytest.mark.parametrize("manifest", MANIFESTS, ids=name)
    def test_nobody_changes_it_but_by_code(self, manifest: Manifest) -> None:
        assert content(manifest)["editable"] is False


class TestIdentity:
    def test_links_go_on_working(self) -> None:
        assert [
            "imaging-platform",
            "imaging-promises",
            "imaging-load-test",
            "archive-aveiro",
        ] == [content(each)["uid"] for each in MANIFESTS]

    def test_no_institution_takes_anothers_or_the_platforms(self) -> None:
        names = ("promises", "load-test", "imaging-platform", LONGEST)
        every = [*MANIFESTS, *(watch.dashboard(replace(SPEC, institution=each)) for each in names)]
        uids = [content(each)["uid"] for each in every]
        files = [file for each in every for file in each["data"]]

        assert len(every) == len(set(uids)) == len(set(files))
        assert [] == [uid for uid in uids if not re.fullmatch("[a-zA-Z0-9_-]{1,40}", uid)]

    def test_it_goes_with_the_institution(self) -> None:
        assert "aveiro" == watch.dashboard(SPEC)["metadata"]["namespace"]

    @pytest.mark.parametrize("manifest", MANIFESTS, ids=name)
    def test_it_fits_into_a_config_map(self, manifest: Manifest) -> None:
        # kubectl apply writes the object into an annotation too, of at most 256 KiB.
        assert len(json.dumps(manifest)) < 2**18

    def test_another_run_builds_the_same_bytes_and_no_sooner_than_needed(self) -> None:
        script = (
            "import json, sys\n"
            "from components.monitoring import watch\n"
            "from components.monitoring.prometheus_stack import dashboards\n"
            "assert 'grafana_foundation_sdk' not in sys.modules\n"
            "from tests.components.monitoring.watched import SPEC\n"
            "print(json.dumps([each['data'] for each in (*dashboards(), watch.dashboard(SPEC))]))"
        )
        done = subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": "1", "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
            timeout=100,
        )

        assert [each["data"] for each in MANIFESTS] == json.loads(done.stdout)


class TestGrafana:
    """It finds dashboards of all namespaces, reads no Secret, and nobody logs in."""

    def test_it_finds_them_by_their_label(self) -> None:
        sidecar = prometheus_values.values()["grafana"]["sidecar"]["dashboards"]

        assert (True, "ALL") == (sidecar["enabled"], sidecar["searchNamespace"])
        for each in MANIFESTS:
            assert sidecar["labelValue"] == each["metadata"]["labels"][sidecar["label"]]

    def test_it_reads_no_secret(self) -> None:
        grafana = prometheus_values.values()["grafana"]
        role = grafana_values.cluster_role()

        assert role["metadata"]["name"] == grafana["rbac"]["useExistingClusterRole"]
        assert [["configmaps"]] == [rule["resources"] for rule in role["rules"]]
        assert {"get", "list", "watch"} == {
            verb for rule in role["rules"] for verb in rule["verbs"]
        }
        assert {"configmap"} == {
            grafana["sidecar"][each]["resource"] for each in ("dashboards", "datasources")
        }

    def test_there_is_no_administrator_and_no_password(self) -> None:
        grafana = prometheus_values.values()["grafana"]

        assert "true" == grafana["env"]["GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION"]
        assert grafana["grafana.ini"]["auth.basic"]["enabled"] is False
        assert grafana["grafana.ini"]["auth"]["disable_login_form"] is True
        assert "Viewer" == grafana["grafana.ini"]["auth.anonymous"]["org_role"]
        assert set() == {"adminUser", "adminPassword", "admin"} & grafana.keys()
