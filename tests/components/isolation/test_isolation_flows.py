"""Who reaches whom in an institution's namespace, tried for every pair and port."""

from __future__ import annotations

import copy
import itertools
import sys
from ipaddress import ip_network
from pathlib import Path

import pytest

from components.archive import ArchiveSpec, ingest, readers, reconciliation
from components.catalog import load
from components.catalog.institution import MoveDestination
from components.gateway.workload import labels
from components.isolation import Demand, IsolationSpec
from components.isolation.demand import Size
from components.isolation.network_policies import network_policies
from components.manifests import Manifest
from tests.components.isolation.network_semantics import Flow, Party, allowed_flows


def workstation(address: str, port: int) -> MoveDestination:
    return MoveDestination.model_validate({"aeTitle": "WS1", "address": address, "port": port})


STACKS = Path(__file__).resolve().parents[3] / "stacks"
PROMISE = load(STACKS, "local").institutions["aveiro"]
ARCHIVE = ArchiveSpec("aveiro", "dicoogle:3.5.1", "porto", leaves_home=True, promise=PROMISE)
NOTHING = Demand(0, Size(), Size())
SPEC = IsolationSpec(
    "aveiro",
    NOTHING,
    move_destinations=(workstation("192.0.2.10", 11112), workstation("2001:db8::10", 104)),
    plaintext_networks=(ip_network("203.0.113.0/28"),),
)


def ours(component: str, institution: str = "aveiro") -> Party:
    name = component if institution == "aveiro" else f"{component}@{institution}"
    return Party(name, institution, {"app.kubernetes.io/component": component})


PARTIES = (
    *(ours(each) for each in ("gateway", "readers", "ingest", "reconciliation", "stranger")),
    *(ours(each, "evora") for each in ("gateway", "readers", "ingest", "reconciliation")),
    Party("dns", "kube-system", {"k8s-app": "kube-dns"}),
    Party("api-server", "kube-system", {"component": "kube-apiserver"}),
    Party("prometheus", "monitoring", {"app.kubernetes.io/name": "prometheus"}),
    Party("grafana", "monitoring", {"app.kubernetes.io/name": "grafana"}),
    Party("pushgateway", "rook-ceph", {"app.kubernetes.io/name": "pushgateway"}),
    Party("ceph-dashboard", "rook-ceph", {"app": "rook-ceph-mgr"}),
    Party("entrance", "entrance"),
    Party("workstation", address="192.0.2.10"),
    Party("workstation-6", address="2001:db8::10"),
    Party("beside-workstation", address="192.0.2.11"),
    Party("old-modality", address="203.0.113.5"),
    Party("internet", address="198.51.100.7"),
)
INSIDE = [each.name for each in PARTIES if each.namespace == "aveiro"]
PORTS = (
    *((port, "TCP") for port in (22, 53, 80, 104, 443, 1045, 2762, 2763, 6443, 6666, 8080, 8443)),
    *((port, "TCP") for port in (9091, 9092, 9901, 9902, 11112, 11113)),
    (53, "UDP"),
)


def crossing(policies: tuple[Manifest, ...]) -> set[Flow]:
    """The flows that are allowed and have an end in the institution's namespace."""
    found = allowed_flows(policies, PARTIES, PORTS)
    return {each for each in found if each.source in INSIDE or each.target in INSIDE}


def expected() -> set[Flow]:
    """Issued from the design, not from the code: every flow that may be."""
    others = [each.name for each in PARTIES if each.namespace != "aveiro"]
    return {
        *(Flow(other, "gateway", port) for other in others for port in (8443, 2762, 2763)),
        *(Flow("old-modality", "gateway", port) for port in (11112, 11113)),
        *(Flow(name, "gateway", 9901) for name in ("prometheus", "grafana")),
        *(Flow("prometheus", name, 9092) for name in ("ingest", "readers")),
        Flow("gateway", "readers", 8080),
        Flow("gateway", "readers", 1045),
        Flow("gateway", "ingest", 6666),
        Flow("reconciliation", "ingest", 8080),
        Flow("reconciliation", "pushgateway", 9091),
        Flow("ingest", "pushgateway", 9091),
        Flow("readers", "workstation", 11112),
        Flow("readers", "workstation-6", 104),
        *(Flow(name, "dns", 53, protocol) for name in INSIDE for protocol in ("TCP", "UDP")),
    }


def table(flows: set[Flow]) -> str:
    """One line a pair: the ports that are open; callers that may do the same share a line."""
    pairs = {
        (source, target): ", ".join(f"{each.port}/{each.protocol}" for each in group)
        for (source, target), group in itertools.groupby(
            sorted(flows), key=lambda flow: (flow.source, flow.target)
        )
    }
    lines: dict[tuple[str, str], list[str]] = {}
    for (source, target), ports in pairs.items():
        lines.setdefault((target, ports), []).append(source)
    return "\n".join(
        f"{', '.join(sources)} -> {target}: {ports}" for (target, ports), sources in lines.items()
    )


class TestFlows:
    """Exactly the flows of the design are allowed, of all that somebody could try."""

    def test_every_pair_and_port(self) -> None:
        found = crossing(network_policies(SPEC))
        pairs = sum(a != b for a in INSIDE for b in (each.name for each in PARTIES))
        outside = len(PARTIES) - len(INSIDE)
        tried = (pairs + outside * len(INSIDE)) * len(PORTS)
        sys.stdout.write(f"{len(found)} of {tried} flows are allowed:\n{table(found)}\n")

        assert table(expected()) == table(found)

    def test_two_institutions_reach_each_others_gateways_from_none_of_their_pods(self) -> None:
        evora = IsolationSpec("evora", NOTHING)
        flows = allowed_flows((*network_policies(SPEC), *network_policies(evora)), PARTIES, PORTS)

        assert [] == [
            each
            for each in flows
            if {each.source, each.target} & set(INSIDE)
            and (each.source.endswith("@evora") or each.target.endswith("@evora"))
        ]

    def test_without_plaintext_networks_the_plaintext_ports_are_shut(self) -> None:
        flows = crossing(network_policies(IsolationSpec("aveiro", NOTHING)))

        assert [] == [each for each in flows if each.port in {11112, 11113}]

    def test_without_move_destinations_readers_send_nowhere(self) -> None:
        flows = crossing(network_policies(IsolationSpec("aveiro", NOTHING)))

        assert {"dns"} == {each.target for each in flows if each.source == "readers"}


class TestPods:
    """The policies are about the pods that are rendered, by the labels that these bear."""

    @pytest.mark.parametrize(
        ("component", "manifests"),
        [
            ("ingest", ingest.manifests(ARCHIVE)),
            ("readers", readers.manifests(ARCHIVE)),
            ("reconciliation", reconciliation.manifests(ARCHIVE)),
        ],
    )
    def test_every_set_of_pods_has_its_policy(
        self, component: str, manifests: tuple[Manifest, ...]
    ) -> None:
        spec = manifests[-1]["spec"]
        spec = spec["jobTemplate"]["spec"] if "jobTemplate" in spec else spec
        (policy,) = [
            each for each in network_policies(SPEC) if component == each["metadata"]["name"]
        ]
        selector = policy["spec"]["podSelector"]["matchLabels"]

        assert selector.items() <= spec["template"]["metadata"]["labels"].items()

    def test_the_gateway_has_its_own(self) -> None:
        policy = network_policies(SPEC)[2]

        assert policy["spec"]["podSelector"]["matchLabels"].items() <= labels("aveiro").items()


class TestNecessity:
    """No rule is there in vain, and the refusal of all else is what closes the namespace."""

    @pytest.mark.parametrize("direction", ["ingress", "egress"])
    def test_without_any_one_rule_a_flow_is_missing(self, direction: str) -> None:
        policies = network_policies(SPEC)
        for position, policy in enumerate(policies):
            for rule in range(len(policy["spec"].get(direction, []))):
                fewer = copy.deepcopy(policies)
                del fewer[position]["spec"][direction][rule]

                assert crossing(fewer) < expected(), f"{policy['metadata']['name']}[{rule}]"

    def test_without_the_first_policy_a_pod_that_nobody_planned_is_open(self) -> None:
        first, *rest = network_policies(SPEC)

        assert "default-deny" == first["metadata"]["name"]
        assert Flow("internet", "stranger", 22) in crossing(tuple(rest))
