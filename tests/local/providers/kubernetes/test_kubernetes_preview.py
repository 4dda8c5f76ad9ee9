"""Previews against a real API server, without controllers."""

import pytest

from local.providers.failures import ProviderError
from local.providers.kubernetes.cluster import Cluster
from local.providers.values import UNKNOWN
from tests.local.providers.kubernetes.driver import Driver
from tests.local.providers.kubernetes.manifests import (
    CONFIG_MAP,
    DEPLOYMENT,
    config_map,
    deployment,
    foreign,
    ref,
)


class TestPreview:
    def test_changes_nothing(self, driver: Driver, cluster: Cluster, namespace: str) -> None:
        driver.preview(CONFIG_MAP, "settings", config_map(namespace, a="1"))

        assert None is cluster.get(ref(namespace))

    def test_gives_what_the_server_would_add_but_no_made_up_uid(
        self, driver: Driver, namespace: str
    ) -> None:
        state = driver.preview(DEPLOYMENT, "web", deployment(namespace))

        assert 10 == state["spec"]["revisionHistoryLimit"]
        assert UNKNOWN is state["metadata"]["uid"]
        assert "status" not in state

    @pytest.mark.parametrize(
        ("spec", "complaint"),
        [
            ({"replcas": 2}, r"\.spec\.replcas: field not declared"),
            ({"replicas": -1}, "must be greater than or equal to 0"),
        ],
    )
    def test_shows_what_the_server_would_refuse(
        self, driver: Driver, namespace: str, spec: dict[str, int], complaint: str
    ) -> None:
        with pytest.raises(ProviderError, match=complaint):
            driver.preview(DEPLOYMENT, "web", deployment(namespace, **spec))

    def test_echoes_the_inputs_while_the_namespace_is_not_there(self, driver: Driver) -> None:
        state = driver.preview(CONFIG_MAP, "settings", config_map("later", a="1"))

        assert {"a": "1"} == state["data"]
        assert "uid" not in state["metadata"]

    def test_echoes_the_inputs_while_the_kind_is_not_there(
        self, driver: Driver, namespace: str
    ) -> None:
        thing = {"metadata": {"name": "t", "namespace": namespace}, "spec": {"any": "thing"}}

        state = driver.preview("kubernetes:later.example.org/v1:Later", "later", thing)

        assert {"any": "thing"} == state["spec"]

    def test_echoes_inputs_that_are_not_known_yet(self, driver: Driver, namespace: str) -> None:
        inputs = config_map(namespace) | {"data": {"a": UNKNOWN}}

        state = driver.preview(CONFIG_MAP, "settings", inputs)

        assert {"a": UNKNOWN} == state["data"]

    def test_warns_of_an_object_of_somebody_else(
        self, driver: Driver, cluster: Cluster, namespace: str
    ) -> None:
        foreign(cluster, namespace, a="theirs")

        driver.preview(CONFIG_MAP, "settings", config_map(namespace, a="1"))

        assert any("already exists" in line for line in driver.log.lines)

    def test_tries_a_replacement_although_the_old_object_is_still_there(
        self, driver: Driver, namespace: str
    ) -> None:
        driver.create(DEPLOYMENT, "web", deployment(namespace))
        moved = deployment(namespace)
        moved["spec"]["selector"]["matchLabels"] = {"app": "other"}
        moved["spec"]["template"]["metadata"]["labels"] = {"app": "other"}

        state = driver.preview(DEPLOYMENT, "web", moved)

        assert "web" == state["metadata"]["name"]
        assert 10 == state["spec"]["revisionHistoryLimit"]
