"""What changed, and whether it means an update or a replacement."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.providers.kubernetes.diff import Change, Difference, compare, plan
from local.providers.kubernetes.objects import Manifest
from local.providers.kubernetes.paths import lookup, parse, render
from local.providers.kubernetes.settings import Settings
from local.providers.values import UNKNOWN

TREES = st.recursive(
    st.one_of(st.booleans(), st.integers(), st.text(max_size=3)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=10,
)


def manifest(api_version: str, kind: str, **fields: Any) -> Manifest:  # noqa: ANN401 any field
    """Ask for an object ``ns/x``."""
    metadata = {"name": "x", "namespace": "ns"}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **fields}


def changed(old: Manifest, new: Manifest, settings: Settings | None = None) -> dict[str, bool]:
    """Give the changed paths with whether each forces a replacement."""
    found = plan(old, new, settings or Settings())
    return {render(each.path): forced for each, forced in found.differences}


class TestCompare:
    @given(TREES)
    def test_finds_nothing_between_equals(self, tree: Any) -> None:  # noqa: ANN401 any tree
        assert [] == list(compare(tree, tree))

    @given(TREES, TREES)
    def test_finds_something_between_others(self, one: Any, other: Any) -> None:  # noqa: ANN401
        assert (one != other) == bool(list(compare(one, other)))

    @given(TREES, TREES)
    def test_names_what_was_and_what_is(self, one: Any, other: Any) -> None:  # noqa: ANN401
        for each in compare(one, other):
            assert each.old == lookup(one, each.path)
            assert each.new == lookup(other, each.path)

    def test_goes_as_deep_as_both_sides_are_alike(self) -> None:
        old = {"a": {"b": [1, 2], "c": 1}}
        new = {"a": {"b": [1, 3, 4], "d": 1}}

        assert [
            Difference(("a", "b", 1), Change.UPDATE, 2, 3),
            Difference(("a", "b", 2), Change.ADD, None, 4),
            Difference(("a", "c"), Change.DELETE, 1, None),
            Difference(("a", "d"), Change.ADD, None, 1),
        ] == list(compare(old, new))


class TestReplacement:
    @pytest.mark.parametrize(
        ("api_version", "kind", "field"),
        [
            ("apps/v1", "StatefulSet", "spec.serviceName"),
            ("apps/v1", "StatefulSet", "spec.volumeClaimTemplates"),
            ("apps/v1", "StatefulSet", "spec.podManagementPolicy"),
            ("apps/v1", "Deployment", "spec.selector.matchLabels"),
            ("batch/v1", "Job", "spec.template.spec"),
            ("rbac.authorization.k8s.io/v1", "RoleBinding", "roleRef.name"),
            ("scheduling.k8s.io/v1", "PriorityClass", "value"),
            ("storage.k8s.io/v1", "StorageClass", "parameters.pool"),
            ("storage.k8s.io/v1", "StorageClass", "reclaimPolicy"),
            ("v1", "PersistentVolume", "spec.csi.driver"),
            ("v1", "PersistentVolumeClaim", "spec.storageClassName"),
            ("v1", "Pod", "spec.nodeName"),
            ("v1", "Service", "spec.clusterIP"),
            ("v1", "Secret", "type"),
            ("example.org/v1", "Any", "metadata.namespace"),
            ("example.org/v1", "Any", "kind"),
        ],
    )
    def test_is_forced_by_what_cannot_change_in_place(
        self, api_version: str, kind: str, field: str
    ) -> None:
        old, new = _with(api_version, kind, field, "old"), _with(api_version, kind, field, "new")

        assert {field: True} == changed(old, new)

    @pytest.mark.parametrize(
        ("api_version", "kind", "field"),
        [
            ("apps/v1", "StatefulSet", "spec.replicas"),
            ("apps/v1", "StatefulSet", "spec.template"),
            ("apps/v1", "Deployment", "spec.template.spec"),
            ("batch/v1", "Job", "spec.ttlSecondsAfterFinished"),
            ("storage.k8s.io/v1", "StorageClass", "allowVolumeExpansion"),
            ("v1", "PersistentVolume", "spec.capacity"),
            ("v1", "PersistentVolumeClaim", "spec.resources.requests"),
            ("v1", "PersistentVolumeClaim", "spec.volumeAttributesClassName"),
            ("v1", "Service", "spec.ports"),
            ("example.org/v1", "Any", "spec.selector"),
            ("example.org/v1", "Any", "metadata.labels"),
        ],
    )
    def test_is_not_forced_by_the_rest(self, api_version: str, kind: str, field: str) -> None:
        old, new = _with(api_version, kind, field, "old"), _with(api_version, kind, field, "new")

        assert {field: False} == changed(old, new)

    def test_is_forced_when_the_whole_spec_comes_with_such_a_field(self) -> None:
        old = manifest("v1", "Service")

        assert {"spec": True} == changed(old, old | {"spec": {"clusterIP": "None"}})
        assert {"spec": False} == changed(old, old | {"spec": {"type": "ClusterIP"}})

    def test_is_forced_by_a_name_that_is_not_known_yet(self) -> None:
        old = manifest("v1", "ConfigMap")
        new = old | {"metadata": {"name": UNKNOWN, "namespace": "ns"}}

        assert {"metadata.name": True} == changed(old, new)

    def test_is_forced_by_another_api_group_but_not_by_another_version(self) -> None:
        old = manifest("example.org/v1", "Any")

        assert {"apiVersion": False} == changed(old, old | {"apiVersion": "example.org/v2"})
        assert {"apiVersion": True} == changed(old, old | {"apiVersion": "example.com/v1"})

    @pytest.mark.parametrize(
        ("kind", "mutable"),
        [
            ("ConfigMap", Settings(config_map_mutable=True)),
            ("Secret", Settings(secret_mutable=True)),
        ],
    )
    def test_of_config_is_what_the_provider_says(self, kind: str, mutable: Settings) -> None:
        old, new = (manifest("v1", kind, data={"a": value}) for value in "12")

        assert {"data.a": True} == changed(old, new)
        assert {"data.a": False} == changed(old, new, mutable)

    @pytest.mark.parametrize("kind", ["ConfigMap", "Secret"])
    def test_of_immutable_config_is_always_forced(self, kind: str) -> None:
        old, new = (manifest("v1", kind, data={"a": value}, immutable=True) for value in "12")
        mutable = Settings(config_map_mutable=True, secret_mutable=True)

        assert {"data.a": True} == changed(old, new, mutable)

    def test_is_never_forced_for_a_patch_of_the_same_object(self) -> None:
        old, new = (manifest("v1", "Service", spec={"clusterIP": ip}) for ip in "12")

        assert False is plan(old, new, Settings(), is_patch=True).replaces


class TestDeleteFirst:
    OLD = manifest("v1", "Service", spec={"clusterIP": "10.0.0.1"})

    def test_when_old_and_new_share_a_name(self) -> None:
        new = self.OLD | {"spec": {"clusterIP": "None"}}

        assert True is plan(self.OLD, new, Settings()).delete_first

    def test_not_when_the_new_object_goes_elsewhere(self) -> None:
        new = self.OLD | {"metadata": {"name": "y", "namespace": "ns"}}

        assert False is plan(self.OLD, new, Settings()).delete_first

    def test_not_when_a_new_name_can_be_made(self) -> None:
        annotations = {"pulumi.com/autonamed": "true"}
        new = manifest("v1", "Service", spec={"clusterIP": "None"})
        new["metadata"] = {**new["metadata"], "annotations": annotations}

        assert False is plan(self.OLD, new, Settings()).delete_first

    def test_not_when_nothing_is_replaced(self) -> None:
        new = self.OLD | {"spec": {"clusterIP": "10.0.0.1", "type": "ClusterIP"}}

        assert False is plan(self.OLD, new, Settings()).delete_first


class TestIgnoredChanges:
    def test_are_no_differences(self) -> None:
        old = manifest("apps/v1", "Deployment", spec={"replicas": 1, "paused": False})
        new = manifest("apps/v1", "Deployment", spec={"replicas": 2, "paused": True})

        found = plan(old, new, Settings(), ignored=[parse("spec.replicas")])

        assert [("spec", "paused")] == [each.path for each, _ in found.differences]


def _with(api_version: str, kind: str, field: str, value: str) -> Manifest:
    """Ask for an object with one field, made with all that leads to it."""
    made = manifest(api_version, kind)
    *parents, last = parse(field)
    target: Any = made
    for step in parents:
        target = target.setdefault(step, {})
    target[last] = value
    return made
