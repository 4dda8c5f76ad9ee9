"""Updates and refreshes against a real API server, without controllers."""

import pytest

from local.providers.failures import ProviderError
from local.providers.kubernetes.cluster import Cluster
from tests.local.providers.kubernetes.driver import Driver, Made, urn
from tests.local.providers.kubernetes.manifests import (
    CONFIG_MAP,
    DEPLOYMENT,
    config_map,
    deployment,
    foreign,
    ref,
)


class TestUpdate:
    def test_changes_the_object_in_place(
        self, driver: Driver, cluster: Cluster, namespace: str
    ) -> None:
        made = driver.create(DEPLOYMENT, "web", deployment(namespace, replicas=1))

        updated = driver.update(made, deployment(namespace, replicas=2))

        assert made.state["metadata"]["uid"] == updated.state["metadata"]["uid"]
        assert 2 == (cluster.get(ref(namespace, "Deployment", "web")) or {})["spec"]["replicas"]

    def test_removes_a_field_that_the_program_dropped(self, driver: Driver, namespace: str) -> None:
        made = driver.create(DEPLOYMENT, "web", deployment(namespace, minReadySeconds=5))

        updated = driver.update(made, deployment(namespace))

        assert "minReadySeconds" not in updated.state["spec"]

    def test_names_the_owner_and_the_field_of_a_conflict(
        self, driver: Driver, cluster: Cluster, namespace: str
    ) -> None:
        made = driver.create(CONFIG_MAP, "settings", config_map(namespace, a="1"))
        foreign(cluster, namespace, a="theirs")

        with pytest.raises(ProviderError, match=r"\.data\.a \(owned by somebody\)"):
            driver.update(made, config_map(namespace, a="2"))

    def test_leaves_ignored_fields_as_they_are_in_the_cluster(
        self, driver: Driver, cluster: Cluster, namespace: str
    ) -> None:
        made = driver.create(DEPLOYMENT, "web", deployment(namespace, replicas=1))
        scaled = {"apiVersion": "apps/v1", "kind": "Deployment", "spec": {"replicas": 7}}
        scaled["metadata"] = {"name": "web", "namespace": namespace}
        where = ref(namespace, "Deployment", "web")
        cluster.apply(where, scaled, "autoscaler", force=True, dry_run=False)
        wanted = deployment(namespace, replicas=1, minReadySeconds=3)

        updated = driver.update(made, wanted, ignored=("spec.replicas",))

        assert 7 == updated.state["spec"]["replicas"]
        assert 3 == updated.state["spec"]["minReadySeconds"]

    def test_under_another_field_manager_lets_the_former_one_go(
        self, driver: Driver, cluster: Cluster, namespace: str
    ) -> None:
        made = driver.create(CONFIG_MAP, "settings", config_map(namespace, a="1"))
        renamed = config_map(namespace, b="2")
        renamed["metadata"]["annotations"] = {"pulumi.com/patchFieldManager": "mine"}

        driver.update(made, renamed)

        live = cluster.get(ref(namespace)) or {}
        assert {"b": "2"} == live["data"]
        assert ["mine"] == [entry["manager"] for entry in live["metadata"]["managedFields"]]

    def test_preview_shows_a_refusal(self, driver: Driver, namespace: str) -> None:
        made = driver.create(DEPLOYMENT, "web", deployment(namespace))

        with pytest.raises(ProviderError, match="greater than or equal to 0"):
            driver.update(made, deployment(namespace, replicas=-1), preview=True)


class TestRefresh:
    def test_finds_no_drift_in_an_untouched_object(self, driver: Driver, namespace: str) -> None:
        made = driver.create(DEPLOYMENT, "web", deployment(namespace, replicas=1))

        assert made.inputs == driver.read(made).inputs
        assert {} == driver.diff(driver.read(made), deployment(namespace, replicas=1))

    def test_shows_what_somebody_changed_and_not_what_somebody_added(
        self, driver: Driver, cluster: Cluster, namespace: str
    ) -> None:
        made = driver.create(CONFIG_MAP, "settings", config_map(namespace, a="1"))
        foreign(cluster, namespace, a="theirs", b="new")

        drifted = driver.read(made)

        wanted = config_map(namespace, a="1")
        assert {"data.a": "UPDATE_REPLACE"} == driver.diff(drifted, wanted)

    def test_tells_that_an_object_is_gone(
        self, driver: Driver, cluster: Cluster, namespace: str
    ) -> None:
        made = driver.create(CONFIG_MAP, "settings", config_map(namespace, a="1"))
        cluster.delete(ref(namespace), "Background")

        assert "" == driver.read(made).id

    def test_imports_by_id(self, driver: Driver, cluster: Cluster, namespace: str) -> None:
        foreign(cluster, namespace, a="theirs")
        imported = driver.read(Made(urn(CONFIG_MAP, "any"), {}, f"{namespace}/settings", {}))

        assert f"{namespace}/settings" == imported.id
        assert {"a": "theirs"} == imported.inputs["data"]
        assert "uid" not in imported.inputs["metadata"]
