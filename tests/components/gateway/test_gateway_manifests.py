"""What is rendered for Kubernetes: the gateway's pods, their certificates, their end."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from components.gateway.access import identity
from components.gateway.envoy import operations
from components.gateway.objects import manifests
from components.gateway.spec import GatewaySpec
from components.manifests import Manifest
from tests.components.gateway.lab import ENVIRONMENT, HOST, SPEC


def of_kind(kind: str, spec: GatewaySpec = SPEC) -> list[Manifest]:
    return [each for each in manifests(spec) if each["kind"] == kind]


def deployment(spec: GatewaySpec = SPEC) -> dict[str, Any]:
    found: dict[str, Any] = manifests(spec)[-1]["spec"]
    return found


def pod() -> dict[str, Any]:
    found: dict[str, Any] = deployment()["template"]["spec"]
    return found


def container() -> dict[str, Any]:
    (found,) = pod()["containers"]
    return dict(found)


class TestObjects:
    def test_all_lie_in_the_institutions_namespace_with_the_gateways_labels(self) -> None:
        for each in manifests(SPEC):
            assert "aveiro" == each["metadata"]["namespace"]
            assert "gateway" == each["metadata"]["labels"]["app.kubernetes.io/component"]

    def test_a_changed_grant_starts_the_pods_anew(self) -> None:
        first, second = (
            deployment(spec)["template"]["metadata"]["annotations"]
            for spec in (SPEC, replace(SPEC, access=SPEC.access[:1]))
        )

        assert first != second

    def test_the_service_leads_to_what_callers_reach_and_to_nothing_else(self) -> None:
        (service,) = of_kind("Service")
        (closed,) = of_kind("Service", replace(SPEC, networks=()))

        assert {8443, 2762, 2763, 11112, 11113} == {
            each["port"] for each in service["spec"]["ports"]
        }
        assert {8443, 2762, 2763} == {each["port"] for each in closed["spec"]["ports"]}

    def test_ports_of_the_service_exist_in_the_pod(self) -> None:
        (service,) = of_kind("Service")
        names = {each["name"] for each in container()["ports"]}

        assert {each["targetPort"] for each in service["spec"]["ports"]} <= names
        assert max(len(name) for name in names) <= 15


class TestAvailability:
    def test_a_pod_goes_only_when_another_is_there(self) -> None:
        strategy = deployment()["strategy"]["rollingUpdate"]

        assert {"maxUnavailable": 0, "maxSurge": 1} == strategy
        assert deployment()["replicas"] >= 2

    def test_pods_stand_in_different_data_centres_and_on_different_hosts(self) -> None:
        keys = [each["topologyKey"] for each in pod()["topologySpreadConstraints"]]

        assert ["topology.rook.io/datacenter", "kubernetes.io/hostname"] == keys

    def test_a_drain_of_a_node_takes_one_at_most(self) -> None:
        (budget,) = of_kind("PodDisruptionBudget")

        assert 1 == budget["spec"]["maxUnavailable"]

    def test_the_end_waits_for_the_drain(self) -> None:
        call = container()["lifecycle"]["preStop"]["httpGet"]
        ports = {each["name"]: each["containerPort"] for each in container()["ports"]}

        assert ("/drain", 9902) == (call["path"], ports[call["port"]])
        assert pod()["terminationGracePeriodSeconds"] > operations.DRAIN


class TestConfinement:
    def test_the_pod_passes_pod_security_restricted(self) -> None:
        assert pod()["securityContext"]["runAsNonRoot"]
        assert {"type": "RuntimeDefault"} == pod()["securityContext"]["seccompProfile"]
        confined = container()["securityContext"]
        assert {"drop": ["ALL"]} == confined["capabilities"]
        assert confined["readOnlyRootFilesystem"]
        assert not confined["allowPrivilegeEscalation"]

    def test_it_has_no_token(self) -> None:
        (account,) = of_kind("ServiceAccount")

        assert not account["automountServiceAccountToken"]
        assert not pod()["automountServiceAccountToken"]

    @pytest.mark.parametrize("kind", ["requests", "limits"])
    def test_its_resources_are_bounded(self, kind: str) -> None:
        assert {"cpu", "memory", "ephemeral-storage"} == set(container()["resources"][kind])

    def test_no_object_holds_a_key(self) -> None:
        assert "PRIVATE KEY" not in json.dumps(manifests(SPEC))


class TestCertificates:
    def test_both_carry_the_identity_and_one_the_host_names(self) -> None:
        server, caller = of_kind("Certificate")

        assert [identity(ENVIRONMENT, "aveiro")] == server["spec"]["uris"]
        assert [identity(ENVIRONMENT, "aveiro")] == caller["spec"]["uris"]
        assert [HOST, "gateway.aveiro.svc"] == server["spec"]["dnsNames"]
        assert "dnsNames" not in caller["spec"]

    def test_the_gateways_own_is_no_callers(self) -> None:
        server, caller = of_kind("Certificate")

        assert ["digital signature", "server auth"] == server["spec"]["usages"]
        assert ["digital signature", "client auth"] == caller["spec"]["usages"]

    def test_the_pod_mounts_the_gateways_own_only(self) -> None:
        server, _ = of_kind("Certificate")
        mounted = [each["secret"]["secretName"] for each in pod()["volumes"] if "secret" in each]

        assert [server["spec"]["secretName"]] == mounted

    def test_the_platforms_issuer_signs(self) -> None:
        for each in of_kind("Certificate"):
            reference = each["spec"]["issuerRef"]

            assert ("ClusterIssuer", "imaging") == (reference["kind"], reference["name"])
