"""What an institution's entrances are rendered as."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

import pytest

from components.entrance import EntranceSpec, SharedGateway, shared_gateway
from components.entrance.dicom_services import dicom_services
from components.entrance.entrance import manifests
from components.gateway.workload import labels

OPEN = EntranceSpec(
    "aveiro",
    host="aveiro.imaging.example.org",
    networks=(ip_network("192.0.2.0/24"), ip_network("2001:db8::/48")),
    plaintext_networks=(ip_network("203.0.113.0/28"),),
)
SHARED = SharedGateway("front", "doors", "cilium")


def services(spec: EntranceSpec) -> dict[str, dict[str, Any]]:
    return {each["metadata"]["name"]: each["spec"] for each in dicom_services(spec)}


class TestDicomServices:
    """DICOM comes in from the networks that the stack names, and from no other."""

    def test_storage_and_query_have_an_address_each_on_the_registered_port(self) -> None:
        ports = {
            name: (spec["ports"][0]["port"], spec["ports"][0]["targetPort"])
            for name, spec in services(OPEN).items()
        }

        assert {
            "dicom-store": (2762, 2762),
            "dicom-query": (2762, 2763),
            "dicom-store-plain": (11112, 11112),
            "dicom-query-plain": (11112, 11113),
        } == ports

    def test_source_ranges_are_the_stacks(self) -> None:
        ranges = {name: spec["loadBalancerSourceRanges"] for name, spec in services(OPEN).items()}
        tls, plain = ["192.0.2.0/24", "2001:db8::/48"], ["203.0.113.0/28"]

        assert {
            "dicom-store": tls,
            "dicom-query": tls,
            "dicom-store-plain": plain,
            "dicom-query-plain": plain,
        } == ranges

    @pytest.mark.parametrize(
        ("spec", "expected"),
        [
            (EntranceSpec("aveiro"), set()),
            (EntranceSpec("aveiro", networks=OPEN.networks), {"dicom-store", "dicom-query"}),
            (
                EntranceSpec("aveiro", plaintext_networks=OPEN.plaintext_networks),
                {"dicom-store-plain", "dicom-query-plain"},
            ),
        ],
    )
    def test_without_networks_there_is_no_service_at_all(
        self, spec: EntranceSpec, expected: set[str]
    ) -> None:
        assert expected == set(services(spec))

    def test_no_node_port_leads_around_the_source_ranges(self) -> None:
        assert {False} == {
            each["allocateLoadBalancerNodePorts"] for each in services(OPEN).values()
        }

    def test_only_where_the_address_is_the_identity_it_arrives_unchanged(self) -> None:
        assert {
            "dicom-store": "Cluster",
            "dicom-query": "Cluster",
            "dicom-store-plain": "Local",
            "dicom-query-plain": "Local",
        } == {name: each["externalTrafficPolicy"] for name, each in services(OPEN).items()}

    def test_the_same_data_centre_is_preferred(self) -> None:
        assert {"PreferSameZone"} == {
            each["trafficDistribution"] for each in services(OPEN).values()
        }

    def test_they_lead_to_the_institutions_own_gateway(self) -> None:
        selectors = [each["selector"] for each in services(OPEN).values()]

        assert [labels("aveiro")] * 4 == selectors


class TestRoute:
    """A host name leads to its institution with TLS untouched."""

    def test_tls_passes_through_the_shared_gateway(self) -> None:
        _, gateway = shared_gateway("imaging.example.org", SHARED)
        (listener,) = gateway["spec"]["listeners"]

        assert ("TLS", {"mode": "Passthrough"}) == (listener["protocol"], listener["tls"])

    def test_the_route_is_on_the_listener_of_the_shared_gateway(self) -> None:
        route, *_ = manifests(OPEN, SHARED)
        namespace, gateway = shared_gateway("imaging.example.org", SHARED)
        (parent,) = route["spec"]["parentRefs"]

        assert "TLSRoute" == route["kind"]
        assert (gateway["metadata"]["name"], namespace["metadata"]["name"]) == (
            parent["name"],
            parent["namespace"],
        )
        assert [parent["sectionName"]] == [each["name"] for each in gateway["spec"]["listeners"]]

    def test_it_leads_to_the_gateway_of_its_own_namespace(self) -> None:
        route, *_ = manifests(OPEN, SHARED)

        assert ["aveiro.imaging.example.org"] == route["spec"]["hostnames"]
        assert [{"backendRefs": [{"name": "gateway", "port": 8443}]}] == route["spec"]["rules"]

    def test_only_institutions_may_put_routes_on_it(self) -> None:
        _, gateway = shared_gateway("imaging.example.org", SHARED)
        allowed = gateway["spec"]["listeners"][0]["allowedRoutes"]

        assert "Selector" == allowed["namespaces"]["from"]
        assert [{"key": "imaging/institution", "operator": "Exists"}] == allowed["namespaces"][
            "selector"
        ]["matchExpressions"]

    def test_an_institution_without_a_host_has_no_route(self) -> None:
        assert () == manifests(EntranceSpec("aveiro"), SHARED)
