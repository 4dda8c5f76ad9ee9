"""Type tokens, ids, names, field managers and property paths."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.providers.kubernetes.naming import builtin_scope, with_name, with_namespace
from local.providers.kubernetes.objects import (
    ObjectRef,
    TypeToken,
    field_manager,
    from_wire,
    parse_id,
    to_wire,
)
from local.providers.kubernetes.paths import lookup, parse, render, replace, starts_with
from local.providers.kubernetes.requests import type_and_name

STEPS = st.one_of(st.integers(0, 99), st.text(st.characters(exclude_characters="\\"), min_size=1))


class TestTypeTokens:
    @pytest.mark.parametrize(
        ("token", "api_version", "name"),
        [
            ("kubernetes:core/v1:Namespace", "v1", "Namespace"),
            ("kubernetes:v1:Namespace", "v1", "Namespace"),
            ("kubernetes:apps/v1:StatefulSet", "apps/v1", "StatefulSet"),
            ("kubernetes:ceph.rook.io/v1:CephFilesystem", "ceph.rook.io/v1", "CephFilesystem"),
        ],
    )
    def test_carry_the_api_version_and_the_kind(
        self, token: str, api_version: str, name: str
    ) -> None:
        assert TypeToken(api_version, name) == TypeToken.parse(token)

    def test_come_from_the_end_of_a_urn(self) -> None:
        urn = "urn:pulumi:local.evora::imaging::a:b:C$kubernetes:core/v1:NodePatch::n::1"

        assert (TypeToken("v1", "NodePatch"), "n::1") == type_and_name(urn)

    def test_of_patches_differ_from_kinds_that_end_so(self) -> None:
        assert True is TypeToken("v1", "NodePatch").is_patch_of("Node")
        assert False is TypeToken("example.org/v1", "CarPatch").is_patch_of("CarPatch")


class TestIds:
    @given(namespace=st.sampled_from(["", "ns"]), name=st.sampled_from(["a", "system:node"]))
    def test_are_read_as_they_are_written(self, namespace: str, name: str) -> None:
        assert (namespace, name) == parse_id(ObjectRef("v1", "X", namespace, name).id)


class TestFieldManagers:
    URN = "urn:pulumi:dev::p::kubernetes:core/v1:Namespace::n"

    def test_are_the_same_for_the_same_resource(self) -> None:
        assert field_manager(self.URN, {}, {}) == field_manager(self.URN, {}, {})
        assert field_manager(self.URN, {}, {}) != field_manager(f"{self.URN}2", {}, {})

    def test_stay_what_the_state_says(self) -> None:
        state = {"__fieldManager": "pulumi-kubernetes-cafe"}

        assert "pulumi-kubernetes-cafe" == field_manager(self.URN, state, {})

    def test_are_what_the_annotation_says(self) -> None:
        inputs = {"metadata": {"annotations": {"pulumi.com/patchFieldManager": "mine"}}}

        assert "mine" == field_manager(self.URN, {"__fieldManager": "old"}, inputs)


class TestNames:
    def test_are_made_from_the_resource_and_the_seed(self) -> None:
        one = with_name({}, {}, "web", b"seed")

        assert one == with_name({}, {}, "web", b"seed")
        assert one != with_name({}, {}, "web", b"other")
        assert one["metadata"]["name"].startswith("web-")

    def test_stay_once_they_are_made(self) -> None:
        old = with_name({}, {}, "web", b"seed")

        assert old == with_name({}, old, "web", b"other")

    def test_of_the_program_are_left_alone(self) -> None:
        named = {"metadata": {"name": "mine"}}

        assert named == with_name(named, {}, "web", b"seed")

    def test_end_up_in_a_namespace_only_where_the_kind_has_one(self) -> None:
        bare = {"metadata": {"name": "x"}}
        inside = {"metadata": {"name": "x", "namespace": "ns"}}

        assert inside == with_namespace(bare, "ns", namespaced=True)
        assert inside == with_namespace(inside, "other", namespaced=True)
        assert bare == with_namespace(inside, "ns", namespaced=False)

    @pytest.mark.parametrize(
        ("api_version", "kind", "namespaced"),
        [
            ("v1", "ConfigMap", True),
            ("v1", "Node", False),
            ("storage.k8s.io/v1", "StorageClass", False),
            ("snapshot.storage.k8s.io/v1", "VolumeSnapshotClass", None),
            ("gateway.networking.k8s.io/v1", "GatewayClass", None),
        ],
    )
    def test_scopes_of_kubernetes_own_kinds_need_no_cluster(
        self, api_version: str, kind: str, *, namespaced: bool | None
    ) -> None:
        assert namespaced is builtin_scope(api_version, kind)


class TestSchemaKeys:
    def test_have_dashes_in_kubernetes_and_underscores_in_pulumi(self) -> None:
        wire = {"spec": [{"x_kubernetes_validations": 1, "x_other": 2}]}
        manifest = {"spec": [{"x-kubernetes-validations": 1, "x_other": 2}]}

        assert manifest == from_wire(wire)
        assert wire == to_wire(manifest)


class TestPaths:
    @given(st.lists(STEPS, min_size=1).map(tuple))
    def test_are_read_as_they_are_written(self, path: tuple[str | int, ...]) -> None:
        assert path == parse(render(path))

    def test_quote_what_has_dots_and_slashes(self) -> None:
        path = ("metadata", "annotations", "a.b/c", "items", 0)

        assert 'metadata.annotations["a.b/c"].items[0]' == render(path)

    def test_lead_to_values(self) -> None:
        tree = {"a": [{"b": 1}, {"b": 2}]}

        assert 2 == lookup(tree, parse("a[1].b"))
        assert [1, 2] == lookup(tree, parse("a[*].b"))
        assert None is lookup(tree, parse("a[7].b"))

    def test_replace_only_what_is_there(self) -> None:
        tree = {"a": [{"b": 1}]}

        assert {"a": [{"b": 9}]} == replace(tree, parse("a[0].b"), 9)
        assert tree == replace(tree, parse("a[1].b"), 9)
        assert {"a": [{"b": 1}]} == tree

    def test_with_a_wildcard_cover_every_item(self) -> None:
        assert True is starts_with(parse("a[3].b.c"), parse("a[*].b"))
        assert False is starts_with(parse("a[3].x"), parse("a[*].b"))
