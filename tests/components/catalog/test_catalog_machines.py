"""Machines of which no cluster can be made are refused before the first connection, all at once."""

from __future__ import annotations

from collections import Counter
from ipaddress import IPv4Network, ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.catalog.machines import problems
from components.catalog.placeholders import PLACEHOLDER_HOST_KEY
from tests.components.builders import ABSENT, KeyPath, Stacks, changed
from tests.components.catalog.made_cluster import ed25519, made_platform, parsed

THREE = ("lisbon", "porto", "faro")
SITES = st.sampled_from(THREE)


def found(platform: dict[str, Any]) -> list[tuple[str, str]]:
    """Key and sentence of each problem."""
    return [(each.key, each.sentence) for each in problems(parsed(platform))]


def only(platform: dict[str, Any]) -> tuple[str, str]:
    """Key and sentence of the one refusal of the whole catalogue."""
    (refusal,) = Stacks(platform, institutions={}).refusals()
    assert "stacks/Pulumi.local.yaml" == refusal.file
    return refusal.key.removeprefix("imaging:platform."), refusal.sentence


class TestReach:
    """Every machine can be reached, and told from an impostor."""

    def test_good_machines_are_taken(self) -> None:
        assert [] == found(made_platform(THREE))

    @pytest.mark.parametrize("key", ["address", "hostKey"])
    def test_a_missing_key_is_refused_with_what_belongs_there(self, key: str) -> None:
        at, sentence = only(changed(made_platform(), ("machines", 2, key), ABSENT))
        assert f"machines[2].{key}" == at
        assert sentence.startswith("the key is missing; add the ")
        assert "worker-porto" in sentence

    @pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0", "224.0.0.1", "169.254.1.1"])  # noqa: S104 - refused
    def test_an_address_of_no_other_machine_is_refused(self, address: str) -> None:
        at, sentence = only(changed(made_platform(), ("machines", 1, "address"), address))
        assert "machines[1].address" == at
        assert f"found {address}, which leads to no other machine" in sentence

    def test_two_machines_with_one_address_are_refused(self) -> None:
        at, sentence = only(changed(made_platform(), ("machines", 2, "address"), "10.20.0.2"))
        assert "machines" == at
        expected = "worker-lisbon and worker-porto have the same address, 10.20.0.2; give each its"
        assert sentence.startswith(expected)

    def test_a_cloned_machine_is_refused_with_what_to_do(self) -> None:
        key = f"{ed25519(2)} another comment"
        at, sentence = only(changed(made_platform(), ("machines", 3, "hostKey"), key))
        assert "machines" == at
        assert sentence.startswith("worker-lisbon and worker-faro have the same host key")
        assert "ssh-keygen -A" in sentence

    def test_the_example_key_may_stand_at_every_machine(self) -> None:
        platform = made_platform()
        for each in platform["machines"]:
            each["hostKey"] = PLACEHOLDER_HOST_KEY
        assert [] == found(platform)

    def test_a_disk_that_has_no_name_for_good_is_refused(self) -> None:
        path: KeyPath = ("machines", 1, "devices", 0, "name")
        at, sentence = only(changed(made_platform(), path, "/dev/sdb"))
        assert "machines[1].devices" == at
        assert "the kernel may give that name to another disk" in sentence

    def test_all_is_refused_at_once(self) -> None:
        platform = made_platform(("lisbon", "porto"), version="1.34.2", serviceNetwork="10.0.0.0/8")
        del platform["machines"][1]["hostKey"]
        keys = {each.key for each in Stacks(platform, institutions={}).refusals()}
        expected = {"machines", "machines[1].hostKey", "cluster.version", "cluster.serviceNetwork"}
        assert {f"imaging:platform.{key}" for key in expected} == keys

    def test_machines_of_another_kind_are_not_judged(self) -> None:
        platform = made_platform(("lisbon", "porto"))
        platform["cluster"] = {"kind": "existing"}
        platform["machines"][0]["address"] = "127.0.0.1"
        assert [] == found(platform)


class TestQuorum:
    """Etcd works while more than half of the control planes do."""

    @pytest.mark.parametrize(("count", "losses"), [(2, 1), (4, 3)])
    def test_an_even_number_is_refused(self, count: int, losses: int) -> None:
        at, sentence = only(made_platform((*THREE, "porto")[:count]))
        assert "machines" == at
        assert sentence.startswith(f"there are {count} control planes; etcd works while ")
        assert f"than {losses} would" in sentence

    def test_a_data_centre_that_holds_the_quorum_is_refused(self) -> None:
        at, sentence = only(made_platform(("porto", "porto", "faro")))
        assert "machines" == at
        assert sentence.startswith("2 of 3 control planes stand in porto; ")
        assert sentence.endswith("leave 1 there at most, and move the others")

    def test_with_two_data_centres_one_must_hold_it(self) -> None:
        platform = made_platform(("porto", "porto", "lisbon"))
        del platform["dataCentres"]["faro"]
        platform["machines"] = [
            each for each in platform["machines"] if each["dataCentre"] != "faro"
        ]
        assert [] == found(platform)

    @given(st.lists(SITES, min_size=1, max_size=9))
    def test_what_is_taken_survives_any_data_centre_where_that_is_possible(
        self, controls: list[str]
    ) -> None:
        homes = Counter(controls)
        survives = all(2 * (len(controls) - homes[site]) > len(controls) for site in THREE)
        even = len(controls) % 2 == 0
        one = len(controls) == 1
        assert (one or (survives and not even)) == ([] == found(made_platform(controls)))


class TestNetworks:
    """Pods, Services and machines have addresses of their own, enough of them."""

    @pytest.mark.parametrize("services", ["10.244.0.0/16", "10.244.8.0/24", "10.240.0.0/12"])
    def test_services_among_pods_are_refused(self, services: str) -> None:
        at, sentence = only(made_platform(serviceNetwork=services))
        assert "cluster.serviceNetwork" == at
        assert f"found {services}, which overlaps podNetwork, 10.244.0.0/16" in sentence

    @pytest.mark.parametrize(
        ("key", "network"), [("podNetwork", "10.20.0.0/16"), ("serviceNetwork", "10.16.0.0/12")]
    )
    def test_machines_within_are_refused(self, key: str, network: str) -> None:
        at, sentence = only(made_platform(**{key: network}))
        assert f"cluster.{key}" == at
        assert f"found {network}, in which control-1, worker-lisbon, worker-porto and 1" in sentence

    @pytest.mark.parametrize(
        ("endpoint", "network"), [("10.244.1.1", "podNetwork"), ("10.96.0.1", "serviceNetwork")]
    )
    def test_an_endpoint_within_is_refused(self, endpoint: str, network: str) -> None:
        at, sentence = only(made_platform(endpoint=endpoint))
        assert "cluster.endpoint" == at
        assert f"found {endpoint}, which lies in {network}, 10." in sentence

    @pytest.mark.parametrize("endpoint", ["10.20.0.9", "10.hospital.pt", "fd00::1"])
    def test_an_endpoint_outside_is_taken(self, endpoint: str) -> None:
        assert [] == found(made_platform(endpoint=endpoint))

    @pytest.mark.parametrize("pods", ["10.244.0.0/22", "11.0.0.0/8"])
    def test_a_pod_network_that_just_suffices_is_taken(self, pods: str) -> None:
        assert [] == found(made_platform(podNetwork=pods))

    @pytest.mark.parametrize("pods", ["10.244.0.0/23", "10.244.0.0/25", "12.0.0.0/7"])
    def test_a_pod_network_too_small_or_too_large_is_refused(self, pods: str) -> None:
        at, sentence = only(made_platform(podNetwork=pods))
        assert "cluster.podNetwork" == at
        expected = (
            f"found {pods}; each of the 4 machines gets a /24 of it: allowed is a prefix from /8 "
            "to /22"
        )
        assert expected == sentence

    @pytest.mark.parametrize("services", ["172.16.0.0/12", "10.96.0.0/24"])
    def test_a_service_network_at_the_limits_is_taken(self, services: str) -> None:
        assert [] == found(made_platform(serviceNetwork=services))

    @pytest.mark.parametrize("services", ["172.0.0.0/11", "10.96.0.0/25"])
    def test_a_service_network_beyond_them_is_refused(self, services: str) -> None:
        at, sentence = only(made_platform(serviceNetwork=services))
        assert "cluster.serviceNetwork" == at
        assert f"found {services}; allowed is a prefix from /12" in sentence

    @given(st.integers(0, 2**16 - 1), st.integers(12, 22), st.integers(0, 2**16 - 1))
    def test_exactly_what_has_an_address_in_common_is_refused(
        self, pods: int, prefix: int, services: int
    ) -> None:
        pod = IPv4Network((0x0B000000 + (pods << 8) & -1 << 32 - prefix, prefix))
        service = IPv4Network((0x0B000000 + (services << 8), 24))
        common = pod[0] <= service[-1] and service[0] <= pod[-1]
        platform = made_platform(podNetwork=str(pod), serviceNetwork=str(service))
        assert common == any("overlaps" in sentence for _, sentence in found(platform))

    @given(st.integers(1, 40), st.integers(16, 26))
    def test_exactly_what_has_no_room_for_all_machines_is_refused(
        self, workers: int, prefix: int
    ) -> None:
        platform = made_platform(podNetwork=f"10.244.0.0/{prefix}")
        control, worker, *_ = platform["machines"]
        platform["machines"] = [control] + [
            {**worker, "name": f"w-{n}", "address": f"10.20.1.{n}", "hostKey": ed25519(n + 2)}
            for n in range(workers)
        ]
        network = ip_network(f"10.244.0.0/{prefix}")
        rooms = len(list(network.subnets(new_prefix=24))) if prefix <= 24 else 0
        assert (rooms >= workers + 1) == ([] == found(platform))


class TestFamilies:
    """A cluster speaks IPv4 or IPv6."""

    def test_all_of_ipv6_is_taken(self) -> None:
        platform = made_platform(podNetwork="fd10::/56", serviceNetwork="fd20::/112")
        for number, each in enumerate(platform["machines"]):
            each["address"] = f"fd00::{number + 1}"
        assert [] == found(platform)

    def test_both_in_one_are_refused(self) -> None:
        platform = changed(made_platform(), ("machines", 3, "address"), "fd00::3")
        at, sentence = only(platform)
        assert "machines[3].address" == at
        assert "found fd00::3, and podNetwork is IPv4; a cluster speaks one of both" in sentence
        at, sentence = only(made_platform(serviceNetwork="fd20::/112"))
        assert "cluster.serviceNetwork" == at
        assert "make both networks IPv4, or both IPv6" in sentence


class TestVersions:
    """Only versions for which the steps were tried."""

    @pytest.mark.parametrize("version", ["1.35.0", "1.36.3"])
    def test_a_version_that_was_tried_is_taken(self, version: str) -> None:
        assert [] == found(made_platform(version=version))

    @pytest.mark.parametrize("version", ["1.34.2", "1.37.0", "1.3.5", "2.36.1"])
    def test_another_is_refused(self, version: str) -> None:
        at, sentence = only(made_platform(version=version))
        assert "cluster.version" == at
        assert f"found {version}; allowed is a version of 1.35 or 1.36: name one" == sentence
