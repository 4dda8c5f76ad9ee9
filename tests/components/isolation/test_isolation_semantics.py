"""The evaluator of NetworkPolicies itself: what it must let through, and what not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.components.isolation.network_semantics import Party, allows

WEB = Party("web", "shop", {"app": "web"})
DB = Party("db", "shop", {"app": "db"})
FOREIGN_WEB = Party("foreign-web", "bank", {"app": "web"})
NEAR = Party("near", address="192.0.2.10")
FAR = Party("far", address="198.51.100.10")


def policy(
    ingress: list[Any] | None = None, egress: list[Any] | None = None, **more: list[str]
) -> dict[str, Any]:
    """A policy on the database of the namespace ``shop``."""
    rules = {"ingress": ingress, "egress": egress}
    return {
        "metadata": {"name": "some", "namespace": "shop"},
        "spec": {
            "podSelector": {"matchLabels": {"app": "db"}},
            **{key: value for key, value in rules.items() if value is not None},
            **more,
        },
    }


class TestDefaults:
    """Without a policy everything is allowed; with one, only what it names."""

    def test_a_pod_without_a_policy_is_open(self) -> None:
        assert allows([], FAR, DB, 5432)
        assert allows([policy(ingress=[])], DB, WEB, 80)

    def test_an_empty_list_of_rules_refuses_all(self) -> None:
        assert not allows([policy(ingress=[])], WEB, DB, 5432)

    def test_an_empty_rule_allows_all(self) -> None:
        assert allows([policy(ingress=[{}])], FAR, DB, 5432)

    def test_a_policy_of_another_namespace_means_nothing_here(self) -> None:
        foreign = policy(ingress=[])
        foreign["metadata"]["namespace"] = "bank"

        assert allows([foreign], WEB, DB, 5432)

    def test_policies_add_up(self) -> None:
        both = [policy(ingress=[]), policy(ingress=[{"ports": [{"port": 5432}]}])]

        assert allows(both, WEB, DB, 5432)

    def test_without_types_a_policy_without_egress_is_about_ingress_alone(self) -> None:
        assert allows([policy(ingress=[])], DB, FAR, 443)
        assert not allows([policy(egress=[])], DB, FAR, 443)
        assert not allows([policy(egress=[])], WEB, DB, 5432)
        assert not allows([policy(policyTypes=["Egress"])], DB, FAR, 443)


class TestBothSides:
    """A flow needs its source's egress and its target's ingress."""

    @pytest.mark.parametrize(("out", "into"), [(True, False), (False, True)])
    def test_one_side_is_not_enough(self, *, out: bool, into: bool) -> None:
        web = policy(egress=[{}] if out else [], policyTypes=["Egress"])
        web["spec"]["podSelector"] = {"matchLabels": {"app": "web"}}
        db = policy(ingress=[{}] if into else [])

        assert not allows([web, db], WEB, DB, 5432)


class TestPeers:
    """Selectors in one peer must all match; peers of a list are alternatives."""

    def test_pods_without_a_namespace_are_those_of_the_policys(self) -> None:
        rules = [policy(ingress=[{"from": [{"podSelector": {"matchLabels": {"app": "web"}}}]}])]

        assert allows(rules, WEB, DB, 5432)
        assert not allows(rules, FOREIGN_WEB, DB, 5432)

    @pytest.mark.parametrize("together", [True, False])
    def test_namespace_and_pod_in_one_peer_are_both_needed(self, *, together: bool) -> None:
        namespace = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "bank"}}}
        pod = {"podSelector": {"matchLabels": {"app": "till"}}}
        peers = [{**namespace, **pod}] if together else [namespace, pod]

        assert (not together) is allows([policy(ingress=[{"from": peers}])], FOREIGN_WEB, DB, 1)

    def test_a_network_is_outside_the_cluster_and_has_exceptions(self) -> None:
        block = {"cidr": "0.0.0.0/0", "except": ["198.51.100.0/24"]}
        rules = [policy(ingress=[{"from": [{"ipBlock": block}]}])]

        assert (True, False, False) == tuple(allows(rules, x, DB, 5432) for x in (NEAR, FAR, WEB))

    @pytest.mark.parametrize(
        ("operator", "values", "expected"),
        [
            ("In", ["web"], True),
            ("In", ["db"], False),
            ("NotIn", ["web"], False),
            ("Exists", [], True),
            ("DoesNotExist", [], False),
        ],
    )
    def test_expressions(self, operator: str, values: list[str], *, expected: bool) -> None:
        expression = {"key": "app", "operator": operator, "values": values}
        peer = {"podSelector": {"matchExpressions": [expression]}}

        assert expected is allows([policy(ingress=[{"from": [peer]}])], WEB, DB, 5432)


class TestPorts:
    """A port is a number of a protocol, TCP where none is named; or a range."""

    @pytest.mark.parametrize(
        ("port", "protocol", "expected"),
        [(53, "UDP", True), (53, "TCP", False), (99, "TCP", False), (100, "TCP", True)],
    )
    def test_number_and_protocol_match(self, port: int, protocol: str, *, expected: bool) -> None:
        ports = [{"protocol": "UDP", "port": 53}, {"port": 100, "endPort": 110}]

        assert expected is allows([policy(ingress=[{"ports": ports}])], WEB, DB, port, protocol)

    def test_a_range_ends(self) -> None:
        rules = [policy(ingress=[{"ports": [{"port": 100, "endPort": 110}]}])]

        assert (True, False) == (allows(rules, WEB, DB, 110), allows(rules, WEB, DB, 111))
