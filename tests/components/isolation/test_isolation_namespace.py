"""An institution's namespace and the order in which it is closed."""

from __future__ import annotations

from components.isolation import IsolationSpec, demand
from components.isolation.isolation import manifests
from components.isolation.namespace import namespace
from local.toolchain.pins import KUBERNETES

SPEC = IsolationSpec("aveiro", demand([], {}))


class TestNamespace:
    """No pod gets in that could harm its node."""

    def test_restricted_is_enforced_audited_and_warned_of_at_a_pinned_version(self) -> None:
        labels = namespace("aveiro")["metadata"]["labels"]

        assert {
            "imaging/institution": "aveiro",
            "pod-security.kubernetes.io/enforce": "restricted",
            "pod-security.kubernetes.io/enforce-version": "v1.36",
            "pod-security.kubernetes.io/audit": "restricted",
            "pod-security.kubernetes.io/audit-version": "v1.36",
            "pod-security.kubernetes.io/warn": "restricted",
            "pod-security.kubernetes.io/warn-version": "v1.36",
        } == labels

    def test_the_rules_are_those_of_the_kubernetes_that_is_deployed(self) -> None:
        rules = namespace("aveiro")["metadata"]["labels"][
            "pod-security.kubernetes.io/enforce-version"
        ]

        assert f"{rules}." == f"v{KUBERNETES}"[: len(rules) + 1]


class TestOrder:
    """The namespace comes first; all else lies in it."""

    def test_the_namespace_is_the_first_and_holds_the_rest(self) -> None:
        first, *rest = manifests(SPEC)

        assert ("Namespace", "aveiro") == (first["kind"], first["metadata"]["name"])
        assert {"aveiro"} == {each["metadata"]["namespace"] for each in rest}

    def test_it_is_closed_by_policies_quota_and_limits(self) -> None:
        kinds = {each["kind"] for each in manifests(SPEC)}

        assert {"Namespace", "NetworkPolicy", "ResourceQuota", "LimitRange"} == kinds
