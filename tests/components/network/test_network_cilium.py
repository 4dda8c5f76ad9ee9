"""Cilium's release: what its values promise, where its parts run, and what waits for it."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Any
from unittest import mock

import pytest

from components import pins
from components.network import AddressRange, Cilium, NetworkSpec, ServiceAddresses
from components.network.cilium import values
from tests.recording import Recording, record

CONTROL_PLANE = "node-role.kubernetes.io/control-plane"
RANGES = (AddressRange(ip_address("192.0.2.10"), ip_address("192.0.2.20")),)


def spec(control_planes: int = 3, **others: Any) -> NetworkSpec:  # noqa: ANN401 - any attribute
    given = {"pod_network": IPv4Network("10.244.0.0/16"), "gateway": True, **others}
    return NetworkSpec(control_planes=control_planes, **given)


@pytest.fixture(scope="module")
def values_of_three() -> dict[str, Any]:
    return values(spec())


def registered(network: NetworkSpec) -> Recording:
    """Register the component alone."""

    def program() -> None:
        Cilium("network", "1.2.3", network)

    with mock.patch("tests.recording._program", program):
        return record("production")


class TestServices:
    """Cilium does what kube-proxy did, and needs no Service to start."""

    def test_it_replaces_kube_proxy(self, values_of_three: dict[str, Any]) -> None:
        assert values_of_three["kubeProxyReplacement"] is True

    def test_it_reaches_the_api_through_its_own_machine(
        self, values_of_three: dict[str, Any]
    ) -> None:
        found = (values_of_three["k8sServiceHost"], values_of_three["k8sServicePort"])

        assert ("127.0.0.1", 7443) == found

    def test_services_prefer_endpoints_nearby(self, values_of_three: dict[str, Any]) -> None:
        assert values_of_three["loadBalancer"]["serviceTopology"] is True

    def test_announcements_have_the_requests_they_need(
        self, values_of_three: dict[str, Any]
    ) -> None:
        services, seconds_between_renewals = 250, 5

        assert values_of_three["l2announcements"]["enabled"] is True
        assert services / seconds_between_renewals == values_of_three["k8sClientRateLimit"]["qps"]


class TestPods:
    """Pods have addresses of the cluster's network, and no network but Cilium's."""

    def test_kubernetes_alone_allots_addresses(self, values_of_three: dict[str, Any]) -> None:
        assert {"mode": "kubernetes"} == values_of_three["ipam"]
        assert values_of_three["k8s"]["requireIPv4PodCIDR"] is True

    def test_pods_have_the_version_of_their_network(self) -> None:
        sixth = values(spec(pod_network=IPv6Network("fd00:244::/56")))

        assert (False, True) == (sixth["ipv4"]["enabled"], sixth["ipv6"]["enabled"])
        assert {"requireIPv4PodCIDR": False, "requireIPv6PodCIDR": True} == sixth["k8s"]

    def test_machines_need_no_common_segment(self, values_of_three: dict[str, Any]) -> None:
        assert "tunnel" == values_of_three["routingMode"]

    def test_no_pod_gets_another_network(self, values_of_three: dict[str, Any]) -> None:
        assert values_of_three["cni"]["exclusive"] is True

    def test_policies_are_enforced_where_they_select(self, values_of_three: dict[str, Any]) -> None:
        assert "default" == values_of_three["policyEnforcementMode"]

    def test_what_pods_say_between_machines_is_encrypted(
        self, values_of_three: dict[str, Any]
    ) -> None:
        encryption = values_of_three["encryption"]

        assert (True, "wireguard") == (encryption["enabled"], encryption["type"])

    def test_no_lost_key_locks_a_machine_out(self, values_of_three: dict[str, Any]) -> None:
        assert values_of_three["encryption"]["nodeEncryption"] is False


class TestGateway:
    """The Gateway's class is there, or the release fails: never silently neither."""

    def test_the_class_is_made_with_the_gateway(self) -> None:
        gateway = values(spec(gateway=True))["gatewayAPI"]

        assert {"enabled": True, "gatewayClass": {"create": True}} == gateway

    def test_without_a_gateway_its_definitions_arent_needed(self) -> None:
        gateway = values(spec(gateway=False))["gatewayAPI"]

        assert {"enabled": False, "gatewayClass": {"create": False}} == gateway


class TestMonitors:
    """The chart makes nothing whose definition comes later, and nothing that knows all flows."""

    def test_the_chart_makes_no_monitors(self, values_of_three: dict[str, Any]) -> None:
        for part in (values_of_three, values_of_three["operator"]):
            assert {"enabled": True, "serviceMonitor": {"enabled": False}} == part["prometheus"]

    def test_flows_arent_kept(self, values_of_three: dict[str, Any]) -> None:
        assert {"enabled": False} == values_of_three["hubble"]


class TestPlaces:
    """Agents and proxies run everywhere, operators on control planes, all before any is ready."""

    def test_agents_and_proxies_bear_every_taint(self, values_of_three: dict[str, Any]) -> None:
        for part in (values_of_three, values_of_three["envoy"]):
            assert [{"operator": "Exists"}] == part["tolerations"]

    def test_operators_run_on_control_planes_that_arent_ready(
        self, values_of_three: dict[str, Any]
    ) -> None:
        operator = values_of_three["operator"]
        tolerated = {each["key"] for each in operator["tolerations"]}

        assert {CONTROL_PLANE: ""} == operator["nodeSelector"]
        assert {CONTROL_PLANE, "node.kubernetes.io/not-ready"} == tolerated

    @pytest.mark.parametrize(("control_planes", "operators"), [(1, 1), (3, 2), (5, 2)])
    def test_there_are_no_more_operators_than_control_planes(
        self, control_planes: int, operators: int
    ) -> None:
        operator = values(spec(control_planes))["operator"]

        assert operators == operator["replicas"]
        assert (operators > 1) is operator["podDisruptionBudget"]["enabled"]

    def test_one_machine_at_a_time_gets_a_new_configuration(
        self, values_of_three: dict[str, Any]
    ) -> None:
        for part in (values_of_three, values_of_three["envoy"]):
            assert 1 == part["updateStrategy"]["rollingUpdate"]["maxUnavailable"]
        assert values_of_three["rollOutCiliumPods"] is True

    def test_every_part_is_sized(self, values_of_three: dict[str, Any]) -> None:
        parts = (values_of_three, values_of_three["envoy"], values_of_three["operator"])
        sizes = [part["resources"] for part in parts] + [values_of_three["initResources"]]

        assert [({"cpu", "memory"}, {"memory"})] * 4 == [
            (set(size["requests"]), set(size["limits"])) for size in sizes
        ]


class TestRegistration:
    """One release of one version; addresses follow it."""

    def test_the_release_is_the_pinned_chart_of_its_publisher(self) -> None:
        (release,) = registered(spec()).of_type("kubernetes:helm.sh/v3:Release").values()

        assert ("cilium", "kube-system", "1.2.3", "https://helm.cilium.io") == (
            release.inputs["chart"],
            release.inputs["namespace"],
            release.inputs["version"],
            release.inputs["repositoryOpts"]["repo"],
        )

    def test_the_pin_is_one_exact_version(self) -> None:
        assert "1.20.2" == pins.CILIUM_CHART

    def test_addresses_come_after_what_defines_them(self) -> None:
        made = registered(spec(addresses=ServiceAddresses(RANGES)))
        (release,) = made.of_type("kubernetes:helm.sh/v3:Release").values()
        (pool,) = made.of_type("kubernetes:cilium.io/v2:CiliumLoadBalancerIPPool").values()
        (policy,) = made.of_type(
            "kubernetes:cilium.io/v2alpha1:CiliumL2AnnouncementPolicy"
        ).values()

        assert release.urn in pool.dependencies
        assert release.urn in policy.dependencies

    def test_without_addresses_there_is_the_release_alone(self) -> None:
        made = registered(spec())

        kubernetes = [each for each in made.resources.values() if "kubernetes:" in each.type]
        assert ["kubernetes:helm.sh/v3:Release"] == [each.type for each in kubernetes]
