"""Every pack accepts the network as the program makes it, and its chart from nobody else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address, IPv4Network
from unittest import mock

import pytest

from components import pins
from components.network import (
    AddressRange,
    Cilium,
    NetworkMonitors,
    NetworkSpec,
    ServiceAddresses,
)
from tests.packs import PACKS, Pack
from tests.policy_cases.checkout import NAMES, every_pack
from tests.recording import Registration, record

SPEC = NetworkSpec(
    pod_network=IPv4Network("10.244.0.0/16"),
    control_planes=3,
    gateway=True,
    addresses=ServiceAddresses(
        (AddressRange(IPv4Address("192.0.2.10"), IPv4Address("192.0.2.20")),), ("faro",)
    ),
)
RELEASE = "kubernetes:helm.sh/v3:Release"


def _program() -> None:
    Cilium("network", pins.CILIUM_CHART, SPEC)
    NetworkMonitors("network-monitors")


@pytest.fixture(scope="module")
def packs() -> Iterator[Mapping[str, Pack]]:
    with every_pack(PACKS) as started:
        yield started


@pytest.fixture(scope="module")
def made() -> list[Registration]:
    with mock.patch("tests.recording._program", _program):
        resources = record("production").resources.values()
    return [each for each in resources if each.type.startswith("kubernetes:")]


class TestPacks:
    """The chart and its kinds are known to the packs."""

    @pytest.mark.parametrize("name", NAMES)
    def test_no_rule_blocks_the_network(
        self, packs: Mapping[str, Pack], made: list[Registration], name: str
    ) -> None:
        # The release, the pool, its policy, and three monitors.
        assert 6 == len(made)
        assert [] == [
            f"{each.type} {each.name}: {violation.message}"
            for each in made
            for violation in packs[name].judge("production", each.type, each.inputs)
        ]

    def test_the_chart_of_another_publisher_is_refused(
        self, packs: Mapping[str, Pack], made: list[Registration]
    ) -> None:
        (release,) = (each for each in made if each.type == RELEASE)
        elsewhere = {**release.inputs, "repositoryOpts": {"repo": "https://charts.example.org"}}

        (violation,) = packs["operations"].judge("production", RELEASE, elsewhere)

        assert "charts-are-pinned" == violation.policy

    def test_policies_of_ciliums_own_kind_are_refused(self, packs: Mapping[str, Pack]) -> None:
        kind = "kubernetes:cilium.io/v2:CiliumNetworkPolicy"
        head = {"metadata": {"name": "open", "namespace": "aveiro"}, "spec": {}}

        found = packs["operations"].judge("production.aveiro", kind, head)

        assert "kinds-are-judged" in {each.policy for each in found}
