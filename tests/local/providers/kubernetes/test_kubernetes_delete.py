"""Deletions and patches against a real API server, without controllers."""

from typing import Any

import pytest

from local.providers.failures import ProviderError
from local.providers.kubernetes.cluster import Cluster
from tests.local.providers.kubernetes.driver import Driver, Made
from tests.local.providers.kubernetes.manifests import (
    CONFIG_MAP,
    config_map,
    content,
    foreign,
    ref,
)


class TestDelete:
    def test_removes_the_object(self, driver: Driver, cluster: Cluster, namespace: str) -> None:
        made = driver.create(CONFIG_MAP, "settings", config_map(namespace, a="1"))

        driver.delete(made)

        assert None is cluster.get(ref(namespace))

    def test_is_content_when_the_object_is_gone_already(
        self, driver: Driver, cluster: Cluster, namespace: str
    ) -> None:
        made = driver.create(CONFIG_MAP, "settings", config_map(namespace, a="1"))
        cluster.delete(ref(namespace), "Background")

        driver.delete(made)

        assert None is cluster.get(ref(namespace))

    def test_names_the_finalizers_that_hold_it_up(self, driver: Driver, namespace: str) -> None:
        inputs = config_map(namespace, a="1")
        inputs["metadata"]["finalizers"] = ["example.org/hold"]
        made = driver.create(CONFIG_MAP, "settings", inputs)

        with pytest.raises(ProviderError, match=r"finalizers are example\.org/hold"):
            driver.delete(made, timeout=0.3)


class TestPatch:
    KIND = "kubernetes:core/v1:ConfigMapPatch"

    @pytest.fixture
    def patched(self, driver: Driver, cluster: Cluster, namespace: str) -> Made:
        foreign(cluster, namespace, a="theirs")
        return driver.create(self.KIND, "patch", _without_annotations(namespace, b="ours"))

    def test_adds_to_an_object_of_somebody_else(
        self, cluster: Cluster, namespace: str, patched: Made
    ) -> None:
        assert patched
        assert {"a": "theirs", "b": "ours"} == content(cluster, namespace)

    def test_changes_what_it_added(
        self, driver: Driver, cluster: Cluster, namespace: str, patched: Made
    ) -> None:
        driver.update(patched, _without_annotations(namespace, c="ours"))

        assert {"a": "theirs", "c": "ours"} == content(cluster, namespace)

    def test_gives_its_fields_back_when_deleted(
        self, driver: Driver, cluster: Cluster, namespace: str, patched: Made
    ) -> None:
        driver.delete(patched)

        assert {"a": "theirs"} == content(cluster, namespace)

    def test_never_makes_the_object(self, driver: Driver, cluster: Cluster, namespace: str) -> None:
        with pytest.raises(ProviderError, match="nothing to patch"):
            driver.create(self.KIND, "patch", _without_annotations(namespace, b="ours"))
        assert None is cluster.get(ref(namespace))


def _without_annotations(namespace: str, **data: str) -> dict[str, Any]:
    inputs = config_map(namespace, **data)
    del inputs["metadata"]["annotations"]
    return inputs
