"""The roles' form: what none of them may ever hold."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from components.guardrails.roles import (
    OPERATORS,
    PREVIEW,
    STAFF,
    cluster_bindings,
    cluster_roles,
    staff_binding,
)

READS = {"get", "list", "watch"}
ROLES = {role["metadata"]["name"]: role["rules"] for role in cluster_roles()}
EACH = pytest.mark.parametrize("role", [STAFF, OPERATORS, PREVIEW])


def rights(role: str) -> Iterator[tuple[str, str, str]]:
    """Every verb, group and resource of a role."""
    for rule in ROLES[role]:
        for group in rule["apiGroups"]:
            for resource in rule["resources"]:
                for verb in rule["verbs"]:
                    yield verb, group, resource


class TestRoles:
    """Nobody gets a Secret, everything, or what would give more than the role."""

    @EACH
    def test_no_secret_is_in_any(self, role: str) -> None:
        core = {resource for _, group, resource in rights(role) if group == ""}

        assert not {"secrets", "*"} & core

    @EACH
    def test_no_verb_and_no_group_is_everything(self, role: str) -> None:
        assert not {"*"} & {part for verb, group, _ in rights(role) for part in (verb, group)}

    @EACH
    def test_none_gives_itself_or_others_more(self, role: str) -> None:
        verbs = {verb for verb, _, _ in rights(role)}

        assert not {"bind", "escalate", "impersonate", "change"} & verbs

    @pytest.mark.parametrize("role", [STAFF, PREVIEW])
    def test_those_who_look_on_only_read(self, role: str) -> None:
        assert READS == {verb for verb, _, _ in rights(role)}

    @pytest.mark.parametrize("role", [STAFF, PREVIEW])
    def test_those_who_look_on_enter_no_pod(self, role: str) -> None:
        assert not {"pods/exec", "pods/attach", "pods/portforward"} & {
            resource for _, _, resource in rights(role)
        }

    def test_operators_write_neither_promises_nor_rules(self) -> None:
        written = {
            (group, resource) for verb, group, resource in rights(OPERATORS) if verb not in READS
        }

        assert {"", "apps", "batch"} == {group for group, _ in written}
        assert not {"configmaps", "namespaces", "persistentvolumes"} & {
            resource for _, resource in written
        }


class TestBindings:
    """An institution's staff are bound in their own namespace alone."""

    def test_staff_are_a_group_of_their_institution(self) -> None:
        binding = staff_binding("evora")

        assert ("RoleBinding", "evora") == (binding["kind"], binding["metadata"]["namespace"])
        assert ["imaging:evora:staff"] == [each["name"] for each in binding["subjects"]]
        assert STAFF == binding["roleRef"]["name"]

    def test_no_staff_are_bound_everywhere(self) -> None:
        bound = {each["roleRef"]["name"] for each in cluster_bindings()}

        assert {OPERATORS, PREVIEW} == bound

    def test_every_subject_is_a_group(self) -> None:
        bindings = (*cluster_bindings(), staff_binding("evora"))

        assert {"Group"} == {each["kind"] for binding in bindings for each in binding["subjects"]}
