"""Network policies as words: which flows a policy's lines stand for."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.catalog import load
from components.guardrails.flows import flows
from components.isolation import Demand, IsolationSpec
from components.isolation.demand import Size
from components.isolation.network_policies import network_policies
from components.manifests import Manifest
from tests.components.isolation.network_semantics import Party, allowed_flows

STACKS = Path(__file__).resolve().parents[3] / "stacks"
AVEIRO = load(STACKS, "local").institutions["aveiro"]
POLICIES = network_policies(
    IsolationSpec(
        "aveiro", Demand(0, Size(), Size()), move_destinations=AVEIRO.dicom.move_destinations
    )
)
PROMISED = {flow for policy in POLICIES for flow in flows(policy)}
COMPONENT = "app.kubernetes.io/component"
PARTIES = (
    *(Party(name, "aveiro", {COMPONENT: name}) for name in ("gateway", "readers", "ingest")),
    Party("foreign", "evora", {COMPONENT: "gateway"}),
    Party("dns", "kube-system", {"k8s-app": "kube-dns"}),
    Party("workstation", address="192.0.2.10"),
    Party("internet", address="198.51.100.7"),
)
PORTS = ((8080, "TCP"), (6666, "TCP"), (8443, "TCP"), (11112, "TCP"), (53, "UDP"))


def policy(**spec: Any) -> Manifest:  # noqa: ANN401 - JSON
    """A network policy in aveiro's namespace."""
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "tried", "namespace": "aveiro"},
        "spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"], **spec},
    }


class TestWords:
    """Every flow has words of its own, and nothing has the words of something narrower."""

    @pytest.mark.parametrize(
        ("rule", "expected"),
        [
            ({}, "from anyone, any port"),
            ({"from": [], "ports": []}, "from anyone, any port"),
            ({"from": [{"podSelector": {}}]}, "from pods all, any port"),
            ({"from": [{"namespaceSelector": {}}]}, "from pods all in namespaces all, any port"),
            ({"from": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]}, "from network 0.0.0.0/0, any port"),
            ({"ports": [{"port": 1, "endPort": 9}]}, "from anyone, TCP 1 to 9"),
            ({"ports": [{"protocol": "UDP"}]}, "from anyone, UDP all"),
        ],
    )
    def test_a_rule_reads_as_what_it_allows(self, rule: Mapping[str, Any], expected: str) -> None:
        assert (f"ingress of pods all {expected}",) == flows(policy(ingress=[rule]))

    @pytest.mark.parametrize(
        "selector",
        [
            {"matchLabels": {"a": "b", "c": "d"}},
            {"matchExpressions": [{"key": "a", "operator": "Exists"}]},
        ],
    )
    def test_a_selector_that_has_no_words_is_never_promised(
        self, selector: Mapping[str, Any]
    ) -> None:
        (said,) = flows(policy(podSelector=selector, egress=[{}]))

        assert "egress of pods some chosen by several labels to anyone, any port" == said
        assert said not in PROMISED

    def test_what_refuses_everything_allows_nothing(self) -> None:
        assert () == flows(policy())


class TestLess:
    """A policy that allows less has fewer lines, so a stricter one breaks no promise."""

    @given(st.data())
    def test_what_is_taken_away_adds_no_line(self, data: st.DataObject) -> None:
        changed = copy.deepcopy(data.draw(st.sampled_from(POLICIES)))
        lists = [
            found
            for direction, preposition in (("ingress", "from"), ("egress", "to"))
            for rules in [changed["spec"].get(direction, [])]
            for found in [
                rules,
                *(r[key] for r in rules for key in (preposition, "ports") if key in r),
            ]
        ]
        # An empty list of peers or ports means all of them, so the last one is never taken.
        long = [each for each in lists if len(each) > 1]
        if long:
            chosen = data.draw(st.sampled_from(long))
            del chosen[data.draw(st.integers(0, len(chosen) - 1))]

        assert set(flows(changed)) <= PROMISED

    @pytest.mark.parametrize("key", ["from", "ports"])
    def test_the_last_peer_or_port_that_goes_opens_it_to_all(self, key: str) -> None:
        (rule, *_) = next(
            each["spec"]["ingress"] for each in POLICIES if each["metadata"]["name"] == "readers"
        )
        wider = policy(ingress=[{**rule, key: []}])

        assert not set(flows(wider)) <= PROMISED


PEERS = st.sampled_from(
    [
        {"podSelector": {}},
        *({"podSelector": {"matchLabels": {COMPONENT: name}}} for name in ("gateway", "ingest")),
        {"namespaceSelector": {}},
        {"ipBlock": {"cidr": "192.0.2.10/32"}},
        {"ipBlock": {"cidr": "0.0.0.0/0"}},
    ]
)
NUMBERS = st.sampled_from([{"protocol": "TCP", "port": port} for port, _ in PORTS])


@st.composite
def added(draw: st.DrawFn) -> Manifest:
    """One more policy, made of the peers, pods and ports that promised ones are made of."""
    direction, preposition = draw(st.sampled_from([("ingress", "from"), ("egress", "to")]))
    pods = draw(st.sampled_from(["gateway", "readers", "ingest", ""]))
    rule = {
        preposition: draw(st.lists(PEERS, max_size=2)),
        "ports": draw(st.lists(NUMBERS, max_size=2)),
    }
    chosen = {"matchLabels": {COMPONENT: pods}} if pods else {}
    return policy(podSelector=chosen, **{direction: [{k: v for k, v in rule.items() if v}]})


class TestMeaning:
    """The lines stand for the flows: what adds no line that isn't promised opens nothing."""

    @given(added())
    def test_a_policy_opens_something_only_by_a_line_of_its_own(self, more: Manifest) -> None:
        before = allowed_flows(POLICIES, PARTIES, PORTS)
        after = allowed_flows((*POLICIES, more), PARTIES, PORTS)

        assert after == before or not set(flows(more)) <= PROMISED
