"""How Prometheus finds what Dicoogles tell, and that they tell what alerts ask for."""

from __future__ import annotations

import re
from typing import Any, Final

import pytest

from components.archive import ingest, readers, reconciliation
from components.manifests import Manifest
from components.monitoring import archive_alerts, dicoogle_alerts, monitors
from local.toolchain.errors import ToolchainError
from tests.components.archive.archives import AVEIRO
from tests.components.monitoring import definitions
from tests.components.monitoring.watched import SPEC
from tests.recording import ROOT

MONITOR: Final = monitors.dicoogle("aveiro")
SOURCES: Final = ROOT / "plugin/durable-storage/src/main/java/imaging"


def endpoint() -> dict[str, Any]:
    (found,) = MONITOR["spec"]["podMetricsEndpoints"]
    return dict(found)


def template(manifests: tuple[Manifest, ...]) -> dict[str, Any]:
    """The pods' template; a job's lies one level deeper."""
    spec = manifests[-1]["spec"]
    found: dict[str, Any] = spec.get("jobTemplate", {"spec": spec})["spec"]["template"]
    return found


def ports(manifests: tuple[Manifest, ...]) -> set[str]:
    containers = template(manifests)["spec"]["containers"]
    return {port["name"] for each in containers for port in each.get("ports", [])}


class TestMonitor:
    """Every Dicoogle of an institution is looked at, and speaks for itself alone."""

    def test_prometheus_operator_takes_it(self) -> None:
        try:
            found = definitions.problems(MONITOR)
        except ToolchainError as error:
            pytest.skip(f"definitions can't be had: {error}")

        assert [] == found

    @pytest.mark.parametrize("builder", [ingest.manifests, readers.manifests])
    def test_it_finds_ingest_and_readers(self, builder: Any) -> None:  # noqa: ANN401 - a function
        wanted = MONITOR["spec"]["selector"]["matchLabels"].items()

        assert wanted <= template(builder(AVEIRO))["metadata"]["labels"].items()
        assert endpoint()["port"] in ports(builder(AVEIRO))

    def test_pods_of_reconciliation_have_nothing_to_look_at(self) -> None:
        assert endpoint()["port"] not in ports(reconciliation.manifests(AVEIRO))

    def test_no_dicoogle_speaks_for_another_institution(self) -> None:
        written = {
            each["targetLabel"]: each["replacement"]
            for each in endpoint()["relabelings"]
            if "replacement" in each
        }

        assert {"institution": "aveiro", "job": "dicoogle"} == written
        assert endpoint()["honorLabels"] is False

    def test_ingest_and_readers_are_told_apart_by_what_their_pods_say(self) -> None:
        (source,) = (
            each["sourceLabels"]
            for each in endpoint()["relabelings"]
            if each.get("targetLabel") == "component"
        )
        label = source[0].removeprefix("__meta_kubernetes_pod_label_")
        known = template(ingest.manifests(AVEIRO))["metadata"]["labels"]

        assert "ingest" == {re.sub("[./]", "_", key): text for key, text in known.items()}[label]

    def test_the_class_of_a_request_isnt_overwritten_by_the_name_of_the_port(self) -> None:
        labels = set(re.findall(r'"(endpoint)"', (SOURCES / "metrics/Metrics.java").read_text()))

        assert labels == {
            each["regex"] for each in endpoint()["relabelings"] if each["action"] == "labeldrop"
        }


class TestFigures:
    """Every figure and reason that an alert asks for is one that the storage plugin tells."""

    def test_alerts_ask_for_what_there_is(self) -> None:
        sources = "".join(
            (SOURCES / each).read_text()
            for each in ("metrics/Metrics.java", "dicoogle/Repository.java")
        )
        told = set(re.findall(r'\("([a-z_]+)",', sources))
        asked = {
            name.removesuffix("_total")
            for alert in archive_alerts.alerts(SPEC)
            for name in re.findall(r"imaging_dicoogle_([a-z_]+)", alert.expression)
        }

        assert {"objects_refused", "journal_oldest_seconds", "index_documents"} <= asked
        assert set() == asked - told

    @pytest.mark.parametrize(("label", "source"), [("reason", "Refusal"), ("outcome", "Stored")])
    def test_labels_have_the_values_that_alerts_name(self, label: str, source: str) -> None:
        known = set(re.findall(r"[A-Z_]{4,}", (SOURCES / f"store/{source}.java").read_text()))
        named = {
            value.upper()
            for alert in archive_alerts.alerts(SPEC)
            for values in re.findall(rf'{label}=~"([a-z_|]+)"', alert.expression)
            for value in values.split("|")
        }

        assert named
        assert set() == named - known

    def test_a_selector_names_the_institution(self) -> None:
        assert (
            'imaging_dicoogle_free_bytes{institution="aveiro",component=~"ingest"}'
            == dicoogle_alerts.told("aveiro", "free_bytes", component="ingest")
        )
