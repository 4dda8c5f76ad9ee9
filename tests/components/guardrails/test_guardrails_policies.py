"""The admission policies' form: what holds of all of them, and that no guarded kind is left out."""

from __future__ import annotations

import re

import pytest

from components.guardrails.policies import pairs, policies
from components.guardrails.policy import Policy, manifests, text
from components.manifests import Manifest

EVERY = pytest.mark.parametrize("pair", pairs(), ids=lambda pair: str(pair[0]["metadata"]["name"]))
GUARDED = {
    ("ceph.rook.io", "cephclusters"): {"CREATE", "UPDATE", "DELETE"},
    ("ceph.rook.io", "cephfilesystems"): {"CREATE", "UPDATE", "DELETE"},
    ("ceph.rook.io", "cephfilesystemsubvolumegroups"): {"CREATE", "UPDATE", "DELETE"},
    ("ceph.rook.io", "cephclients"): {"CREATE", "UPDATE", "DELETE"},
    ("storage.k8s.io", "storageclasses"): {"CREATE", "UPDATE"},
    ("", "persistentvolumes"): {"CREATE", "UPDATE", "DELETE"},
    ("", "persistentvolumeclaims"): {"CREATE", "UPDATE", "DELETE"},
    ("", "namespaces"): {"CREATE", "UPDATE", "DELETE"},
    ("", "configmaps"): {"CREATE", "UPDATE", "DELETE"},
    ("", "pods"): {"CREATE", "UPDATE"},
    ("", "pods/ephemeralcontainers"): {"CREATE", "UPDATE"},
    ("", "replicationcontrollers"): {"CREATE", "UPDATE"},
    ("apps", "daemonsets"): {"CREATE", "UPDATE"},
    ("apps", "deployments"): {"CREATE", "UPDATE"},
    ("apps", "replicasets"): {"CREATE", "UPDATE"},
    ("apps", "statefulsets"): {"CREATE", "UPDATE"},
    ("apps", "statefulsets/scale"): {"CREATE", "UPDATE"},
    ("batch", "jobs"): {"CREATE", "UPDATE"},
    ("batch", "cronjobs"): {"CREATE", "UPDATE"},
    ("networking.k8s.io", "networkpolicies"): {"CREATE", "UPDATE", "DELETE"},
}
"""Issued from the design: what an edit could break a promise with, and by which operations."""


class TestForm:
    """Every policy refuses, and can't be passed by a fault of its own."""

    @EVERY
    def test_a_policy_that_fails_refuses(self, pair: tuple[Manifest, Manifest]) -> None:
        policy, binding = pair

        assert "Fail" == policy["spec"]["failurePolicy"]
        assert ["Deny"] == binding["spec"]["validationActions"]
        assert policy["metadata"]["name"] == binding["spec"]["policyName"]

    @EVERY
    def test_with_parameters_it_lets_previews_pass(self, pair: tuple[Manifest, Manifest]) -> None:
        policy, binding = pair
        conditions = {each["name"] for each in policy["spec"].get("matchConditions", [])}

        assert ("paramKind" in policy["spec"]) == ("paramRef" in binding["spec"])
        assert ("paramKind" in policy["spec"]) == ("no-dry-run" in conditions)

    @EVERY
    def test_every_rule_says_whose_promise_it_holds(self, pair: tuple[Manifest, Manifest]) -> None:
        for rule in pair[0]["spec"]["validations"]:
            assert " was promised: " in rule["messageExpression"]
            assert "\n" not in rule["messageExpression"]

    @EVERY
    def test_it_stays_within_the_api_servers_limits(self, pair: tuple[Manifest, Manifest]) -> None:
        """64 match conditions, 5 KiB of an expression's message (API reference, v1)."""
        spec = pair[0]["spec"]

        assert 64 >= len(spec.get("matchConditions", []))
        assert all(5 * 1024 > len(rule["messageExpression"]) for rule in spec["validations"])

    def test_names_are_unique(self) -> None:
        names = [policy.name for policy in policies()]

        assert len(names) == len(set(names))


class TestReach:
    """Nothing that can break a promise is left out, by any operation that can."""

    def test_every_guarded_kind_is_looked_at(self) -> None:
        found: dict[tuple[str, str], set[str]] = {}
        for policy in policies():
            for each in policy.resources:
                for name in each.names:
                    found.setdefault((each.group, name), set()).update(each.operations)

        assert found == GUARDED

    @pytest.mark.parametrize("policy", policies(), ids=lambda policy: str(policy.name))
    def test_every_kind_that_a_policy_looks_at_has_a_rule(self, policy: Policy) -> None:
        kinds = {kind.lower() for rule in policy.rules for kind in rule.kinds}
        for each in policy.resources:
            for name in each.names:
                resource, _, subresource = name.partition("/")
                kind = {"scale": "scale", "ephemeralcontainers": "pod"}.get(
                    subresource, resource.removesuffix("s")
                )
                # classes, policies: English plurals.
                singular = {"storageclasse": "storageclass", "networkpolicie": "networkpolicy"}
                assert singular.get(kind, kind) in kinds

    def test_only_what_runs_needs_no_promise(self) -> None:
        without = {policy.name for policy in policies() if policy.parameters is None}

        assert {"pods", "promises"} == without


class TestText:
    """Words become CEL literals as they are."""

    @pytest.mark.parametrize(
        ("words", "literal"),
        [("plain", "'plain'"), ("isn't", r"'isn\'t'"), (r"a\b", r"'a\\b'")],
    )
    def test_quotes_and_backslashes_are_escaped(self, words: str, literal: str) -> None:
        assert literal == text(words)

    def test_no_expression_holds_an_unescaped_apostrophe(self) -> None:
        for policy in policies():
            for rule in manifests(policy)[0]["spec"]["validations"]:
                bare = re.sub(r"\\.", "", rule["messageExpression"])
                assert 0 == bare.count("'") % 2
