"""The addresses of Services: which are given out, who announces them, and what is refused."""

from __future__ import annotations

from ipaddress import IPv4Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.network.addresses import AddressRange, ServiceAddresses, manifests
from components.network.monitors import monitors

FOURTH = AddressRange(ip_address("192.0.2.10"), ip_address("192.0.2.20"))
SIXTH = AddressRange(ip_address("2001:db8::10"), ip_address("2001:db8::1f"))


class TestRanges:
    """A range is refused where it can't mean what was meant."""

    @given(st.ip_addresses(v=4), st.ip_addresses(v=4))
    def test_it_ends_where_it_begins_or_later(self, one: IPv4Address, other: IPv4Address) -> None:
        lower, upper = sorted((one, other))

        assert lower == AddressRange(lower, upper).first
        if lower != upper:
            with pytest.raises(ValueError, match="ends before it begins"):
                AddressRange(upper, lower)

    def test_it_has_one_version_of_ip(self) -> None:
        with pytest.raises(ValueError, match="same version of IP"):
            AddressRange(ip_address("192.0.2.10"), ip_address("2001:db8::10"))


class TestPool:
    """Services get these addresses and no others."""

    def test_both_ends_of_each_range_are_in_it(self) -> None:
        pool, _ = manifests(ServiceAddresses((FOURTH, SIXTH)))

        assert [
            {"start": "192.0.2.10", "stop": "192.0.2.20"},
            {"start": "2001:db8::10", "stop": "2001:db8::1f"},
        ] == pool["spec"]["blocks"]

    def test_without_ranges_nothing_is_given_or_announced(self) -> None:
        assert () == manifests(ServiceAddresses())
        assert () == manifests(ServiceAddresses(data_centres=("faro",)))


class TestAnnouncements:
    """Machines answer for an address only where its peers can reach them."""

    def test_control_planes_answer_for_none(self) -> None:
        _, policy = manifests(ServiceAddresses((FOURTH,)))

        assert [
            {"key": "node-role.kubernetes.io/control-plane", "operator": "DoesNotExist"}
        ] == policy["spec"]["nodeSelector"]["matchExpressions"]

    def test_only_machines_of_the_addresses_data_centres_answer(self) -> None:
        _, policy = manifests(ServiceAddresses((FOURTH,), ("porto", "faro")))

        assert {
            "key": "topology.rook.io/datacenter",
            "operator": "In",
            "values": ["faro", "porto"],
        } in policy["spec"]["nodeSelector"]["matchExpressions"]

    def test_nobody_takes_an_address_by_naming_it(self) -> None:
        _, policy = manifests(ServiceAddresses((FOURTH,)))

        found = (policy["spec"]["loadBalancerIPs"], policy["spec"]["externalIPs"])
        assert (True, False) == found


class TestMonitors:
    """Prometheus looks at each part of the network, where the stack's definitions are."""

    def test_each_part_is_looked_at_by_its_own_port(self) -> None:
        ports = {
            each["metadata"]["name"]: each["spec"]["podMetricsEndpoints"][0]["port"]
            for each in monitors()
        }

        assert {
            "cilium-agent": "prometheus",
            "cilium-envoy": "envoy-metrics",
            "cilium-operator": "prometheus",
        } == ports

    def test_they_lie_with_prometheus_and_look_where_the_network_is(self) -> None:
        for each in monitors():
            assert "monitoring" == each["metadata"]["namespace"]
            assert {"matchNames": ["kube-system"]} == each["spec"]["namespaceSelector"]
