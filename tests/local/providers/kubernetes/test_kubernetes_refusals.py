"""What the API server's refusals mean, and how they read."""

from typing import Any

import pytest

from local.providers.kubernetes.cluster import ApiError
from local.providers.kubernetes.objects import ObjectRef
from local.providers.kubernetes.refusals import (
    is_conflict_with_official_creator,
    is_premature,
    refusal,
)

REF = ObjectRef("v1", "ConfigMap", "ns", "x")


def conflict(*managers: str) -> ApiError:
    """Give a conflict over ``.data.a`` with each of the managers."""
    causes = [
        {"field": ".data.a", "message": f'conflict with "{name}" using v1'} for name in managers
    ]
    return ApiError(409, {"message": "conflict", "details": {"causes": causes}})


class TestPremature:
    @pytest.mark.parametrize(
        ("code", "message"),
        [
            (404, 'namespaces "later" not found'),
            (403, 'pods "x" is forbidden: serviceaccount "later" not found'),
            (403, 'pods "x" is forbidden: no PriorityClass with name later was found'),
            (403, "denied request: no params found for policy binding with `Deny` action"),
        ],
    )
    def test_is_what_the_same_update_may_be_about_to_make(self, code: int, message: str) -> None:
        assert True is is_premature(ApiError(code, {"message": message}))

    @pytest.mark.parametrize(
        ("code", "message"),
        [
            (403, "ValidatingAdmissionPolicy 'p' denied request: owner label not found"),
            (422, 'volumeMounts[0].name: Not found: "data"'),
            (403, 'User "x" cannot patch resource "configmaps"'),
            (400, "strict decoding error"),
        ],
    )
    def test_is_no_real_refusal(self, code: int, message: str) -> None:
        assert False is is_premature(ApiError(code, {"message": message}))


class TestConflicts:
    def test_name_every_field_and_its_owner(self) -> None:
        text = str(refusal(conflict("kubectl", "keda"), REF))

        assert ".data.a (owned by keda), .data.a (owned by kubectl)" in text
        assert "pulumi.com/patchForce" in text

    def test_with_the_official_plugin_s_creation_are_none(self) -> None:
        assert True is is_conflict_with_official_creator(conflict("pulumi-kubernetes"))
        assert False is is_conflict_with_official_creator(conflict("pulumi-kubernetes", "keda"))
        assert False is is_conflict_with_official_creator(ApiError(409, {}))


class TestSentences:
    @pytest.mark.parametrize(
        ("code", "status", "expected"),
        [
            (401, {}, "doesn't accept the kubeconfig's credentials"),
            (403, {"message": 'User "x" cannot get resource "y"'}, "user has no permission"),
            (422, {"message": "it is invalid."}, "The API server refused ConfigMap ns/x: it is"),
            (500, {}, "HTTP status 500"),
        ],
    )
    def test_say_what_and_why(self, code: int, status: dict[str, Any], expected: str) -> None:
        assert expected in str(refusal(ApiError(code, status), REF))
