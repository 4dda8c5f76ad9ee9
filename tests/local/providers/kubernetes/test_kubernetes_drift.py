"""What a live object says about the inputs."""

from typing import Any

import pytest

from local.providers.kubernetes.drift import imported, refreshed, same_quantity
from local.providers.kubernetes.objects import Manifest


def pod(*containers: dict[str, Any], **spec: Any) -> Manifest:  # noqa: ANN401 any field's type
    """Give a pod."""
    return {"apiVersion": "v1", "kind": "Pod", "spec": {"containers": list(containers), **spec}}


class TestRefreshed:
    def test_leaves_out_what_the_server_and_others_added(self) -> None:
        inputs = pod({"name": "a", "image": "a:1"})
        live = pod({"name": "sidecar"}, {"name": "a", "image": "a:1", "tty": False}, nodeName="n")

        assert inputs == refreshed(inputs, live)

    def test_gives_the_live_value_of_a_field_of_ours(self) -> None:
        inputs, live = pod({"name": "a", "image": "a:1"}), pod({"name": "a", "image": "a:2"})

        assert live == refreshed(inputs, live)

    def test_leaves_out_a_field_of_ours_that_is_gone(self) -> None:
        inputs = pod({"name": "a", "tty": True}, {"name": "b"})

        assert pod({"name": "a"}) == refreshed(inputs, pod({"name": "a"}))

    def test_keeps_empty_values_that_the_server_does_not_store(self) -> None:
        inputs = pod({"name": "a", "tty": False, "args": [], "resources": {}})

        assert inputs == refreshed(inputs, pod({"name": "a"}))

    def test_keeps_quantities_as_they_were_written(self) -> None:
        inputs = pod({"name": "a", "resources": {"requests": {"cpu": "1000m", "memory": 1024}}})
        live = pod({"name": "a", "resources": {"requests": {"cpu": "1", "memory": "1Ki"}}})

        assert inputs == refreshed(inputs, live)

    def test_shows_what_was_appended_to_a_list_of_plain_values(self) -> None:
        inputs, live = pod({"name": "a", "args": ["x"]}), pod({"name": "a", "args": ["x", "y"]})

        assert live == refreshed(inputs, live)

    def test_reads_the_write_only_data_of_a_secret_back(self) -> None:
        inputs = {"kind": "Secret", "stringData": {"user": "me", "gone": "x"}}
        live = {"kind": "Secret", "data": {"user": "eW91", "other": "eA=="}}

        assert {"kind": "Secret", "stringData": {"user": "you"}} == refreshed(inputs, live)


class TestImported:
    def test_is_what_a_user_would_have_written(self) -> None:
        live = {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {
                "name": "x",
                "uid": "1",
                "resourceVersion": "2",
                "managedFields": [],
                "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}"},
            },
            "data": {"a": "1"},
            "status": {},
        }

        assert {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "x"},
            "data": {"a": "1"},
        } == imported(live)


class TestQuantities:
    @pytest.mark.parametrize(
        ("one", "other"),
        [("1000m", "1"), (1, "1"), ("1024Mi", "1Gi"), ("0.5", "500m"), ("1e3", "1k")],
    )
    def test_are_equal_however_they_are_written(self, one: object, other: object) -> None:
        assert True is same_quantity(one, other)

    @pytest.mark.parametrize(
        ("one", "other"), [("1", "1m"), ("1G", "1Gi"), ("x", "x"), ("nan", "nan"), ("", "")]
    )
    def test_are_different_otherwise(self, one: object, other: object) -> None:
        assert False is same_quantity(one, other)
