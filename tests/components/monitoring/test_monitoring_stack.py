"""What the platform deploys to watch and scale: where it runs, what it finds, who reaches it."""

from __future__ import annotations

from typing import Any

import pytest

from components.manifests import Manifest
from components.monitoring import keda, metrics_server, prometheus_values
from components.monitoring.network_policies import network_policies
from tests.recording import Recording, record

VALUES: dict[str, Any] = prometheus_values.values()
PROMETHEUS: dict[str, Any] = VALUES["prometheus"]["prometheusSpec"]


@pytest.fixture(scope="module")
def poc() -> Recording:
    return record("poc")


def policy(namespace: str, name: str) -> Manifest:
    (found,) = (each for each in network_policies(namespace) if name == each["metadata"]["name"])
    return found


class TestPlaces:
    def test_operators_run_on_control_planes(self) -> None:
        for operator in (VALUES["prometheusOperator"], keda.values(), metrics_server.values()):
            assert {"node-role.kubernetes.io/control-plane": ""} == operator["nodeSelector"]
            assert "NoSchedule" == operator["tolerations"][0]["effect"]

    def test_what_they_run_is_on_workers(self) -> None:
        places = [
            PROMETHEUS,
            VALUES["alertmanager"]["alertmanagerSpec"],
            VALUES["grafana"],
            VALUES["kube-state-metrics"],
        ]
        for each in places:
            (term,) = each["affinity"]["nodeAffinity"][
                "requiredDuringSchedulingIgnoredDuringExecution"
            ]["nodeSelectorTerms"]
            assert "DoesNotExist" == term["matchExpressions"][0]["operator"]

    def test_two_of_each_on_different_machines(self) -> None:
        for each in (PROMETHEUS, VALUES["alertmanager"]["alertmanagerSpec"]):
            assert (2, "hard") == (each["replicas"], each["podAntiAffinity"])


class TestStorage:
    def test_it_isnt_on_the_ceph_that_is_watched(self) -> None:
        alertmanager = VALUES["alertmanager"]["alertmanagerSpec"]

        assert ["emptyDir"] == list(PROMETHEUS["storageSpec"])
        assert ["emptyDir"] == list(alertmanager["storage"])

    def test_what_is_kept_leaves_room_for_what_is_written(self) -> None:
        assert prometheus_values.RETENTION_GIB <= 0.8 * prometheus_values.VOLUME_GIB


class TestSelectors:
    def test_what_institutions_bring_is_found(self) -> None:
        kinds = ("rule", "serviceMonitor", "podMonitor")

        assert [False] * 3 == [PROMETHEUS[f"{kind}SelectorNilUsesHelmValues"] for kind in kinds]


class TestReach:
    def test_both_namespaces_are_closed_first(self) -> None:
        for namespace in ("monitoring", "keda"):
            spec = policy(namespace, "default-deny")["spec"]

            assert {"podSelector": {}, "policyTypes": ["Ingress"]} == spec

    def test_keda_reaches_prometheus(self) -> None:
        rule, *_ = policy("monitoring", "prometheus")["spec"]["ingress"]
        keda_s = {"matchLabels": {"kubernetes.io/metadata.name": "keda"}}

        assert {"namespaceSelector": keda_s} in rule["from"]
        assert [{"protocol": "TCP", "port": 9090}] == rule["ports"]

    def test_people_reach_grafana_through_the_api_server_alone(self) -> None:
        (rule,) = policy("monitoring", "grafana")["spec"]["ingress"]

        assert [{"matchLabels": {"app.kubernetes.io/name": "prometheus"}}] == [
            each["podSelector"] for each in rule["from"]
        ]
        assert VALUES["grafana"]["grafana.ini"]["auth"]["disable_login_form"] is True


class TestMetricsServer:
    """The readers' trigger by processors has somebody who tells it."""

    def test_it_is_where_pods_run(self, poc: Recording) -> None:
        release = poc.of_type("kubernetes:helm.sh/v3:Release")["metrics-server"]

        assert ("kube-system", "3.13.1") == (
            release.inputs["namespace"],
            release.inputs["version"],
        )
        # Its certificate is cert-manager's.
        needed = poc.resources[release.parent].dependencies
        assert any(each.endswith("::cert-manager") for each in needed)

    def test_it_isnt_where_none_run(self) -> None:
        assert "metrics-server" not in record("local").of_type("kubernetes:helm.sh/v3:Release")

    def test_the_api_server_verifies_it(self) -> None:
        values = metrics_server.values()

        assert "cert-manager" == values["tls"]["type"]
        assert values["apiService"]["insecureSkipTLSVerify"] is False

    def test_one_of_two_may_be_away(self) -> None:
        values = metrics_server.values()

        assert 2 == values["replicas"]
        assert {"enabled": True, "maxUnavailable": 1} == values["podDisruptionBudget"]


class TestRegistered:
    def test_grafana_finds_its_role_when_it_starts(self, poc: Recording) -> None:
        release = poc.of_type("kubernetes:helm.sh/v3:Release")["kube-prometheus-stack"]

        assert any("::clusterrole-imaging-grafana" in each for each in release.dependencies)

    def test_dashboards_of_all_are_the_platforms(self, poc: Recording) -> None:
        found = {
            name
            for name, each in poc.of_type("kubernetes:core/v1:ConfigMap").items()
            if "grafana_dashboard" in each.inputs["metadata"].get("labels", {})
        }

        assert {
            "configmap-dashboard-platform",
            "configmap-dashboard-promises",
            "configmap-dashboard-load-test",
        } == found
