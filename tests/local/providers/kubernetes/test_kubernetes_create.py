"""Creation against a real API server, without controllers."""

from contextlib import closing

import pytest
from pulumi.runtime.proto import provider_pb2

from local.providers.failures import ProviderError
from local.providers.kubernetes.cluster import Cluster
from local.providers.kubernetes.objects import ObjectRef
from local.providers.values import Secret
from tests.local.providers.kubernetes.driver import Driver
from tests.local.providers.kubernetes.manifests import (
    CONFIG_MAP,
    CRD,
    DEPLOYMENT,
    IN_BACKGROUND,
    config_map,
    content,
    deployment,
    foreign,
    things,
)


class TestCreate:
    def test_makes_the_object_with_the_official_id(
        self, driver: Driver, cluster: Cluster, namespace: str
    ) -> None:
        made = driver.create(CONFIG_MAP, "settings", config_map(namespace, a="1"))

        assert f"{namespace}/settings" == made.id
        assert {"a": "1"} == content(cluster, namespace)

    def test_gives_a_name_where_the_program_gives_none(
        self, driver: Driver, namespace: str
    ) -> None:
        made = driver.create(CONFIG_MAP, "settings", {"metadata": {"namespace": namespace}})

        assert made.id.startswith(f"{namespace}/settings-")
        assert "true" == made.state["metadata"]["annotations"]["pulumi.com/autonamed"]

    def test_refuses_an_object_of_somebody_else(
        self, driver: Driver, cluster: Cluster, namespace: str
    ) -> None:
        foreign(cluster, namespace, a="theirs")

        with pytest.raises(ProviderError, match=r"already exists .*field managers: somebody"):
            driver.create(CONFIG_MAP, "settings", config_map(namespace, a="1"))
        assert {"a": "theirs"} == content(cluster, namespace)

    def test_takes_over_when_the_program_says_so(
        self, driver: Driver, cluster: Cluster, namespace: str
    ) -> None:
        foreign(cluster, namespace, a="theirs")
        inputs = config_map(namespace, a="1")
        inputs["metadata"]["annotations"] = {"pulumi.com/patchForce": "true"}

        driver.create(CONFIG_MAP, "settings", inputs)

        assert {"a": "1"} == content(cluster, namespace)

    def test_adopts_what_an_interrupted_update_of_the_same_resource_made(
        self, driver: Driver, kubeconfig: str, namespace: str
    ) -> None:
        driver.create(CONFIG_MAP, "settings", config_map(namespace, a="1"))

        with closing(Driver(kubeconfig=kubeconfig)) as again:
            made = again.create(CONFIG_MAP, "settings", config_map(namespace, a="2"))

        assert {"a": "2"} == made.state["data"]

    def test_keeps_an_object_that_never_became_ready_and_says_why(
        self, driver: Driver, namespace: str
    ) -> None:
        inputs = deployment(namespace)
        inputs["metadata"]["annotations"] = IN_BACKGROUND

        with pytest.raises(ProviderError, match="its controller has not seen") as caught:
            driver.create(DEPLOYMENT, "web", inputs, timeout=0.3)

        detail = caught.value.detail
        assert isinstance(detail, provider_pb2.ErrorResourceInitFailed)
        assert f"{namespace}/web" == detail.id
        assert "web" == detail.properties["metadata"]["name"]

    def test_refuses_a_field_that_the_kind_does_not_have(
        self, driver: Driver, namespace: str
    ) -> None:
        with pytest.raises(ProviderError, match=r"\.spec\.replcas: field not declared"):
            driver.create(DEPLOYMENT, "web", deployment(namespace, replcas=2))

    def test_waits_for_a_new_kind_and_then_makes_its_objects(
        self, driver: Driver, cluster: Cluster, namespace: str
    ) -> None:
        driver.create(CRD, "crd", things())
        thing = {"metadata": {"name": "t", "namespace": namespace}, "spec": {"size": 1}}

        made = driver.create("kubernetes:example.org/v1:Thing", "thing", thing)

        assert f"{namespace}/t" == made.id
        found = cluster.get(ObjectRef("example.org/v1", "Thing", namespace, "t")) or {}
        assert {"size": 1} == found["spec"]

    def test_keeps_the_content_of_secrets_secret(self, driver: Driver, namespace: str) -> None:
        inputs = {
            "metadata": {"name": "login", "namespace": namespace},
            "stringData": Secret({"password": "pass"}),
        }

        made = driver.create("kubernetes:core/v1:Secret", "login", inputs)

        assert Secret({"password": "cGFzcw=="}) == made.state["data"]
        assert Secret({"password": "pass"}) == made.state["__inputs"]["stringData"]

    def test_without_the_right_is_refused_in_a_sentence(
        self, powerless: Driver, namespace: str
    ) -> None:
        with pytest.raises(ProviderError, match="The kubeconfig's user has no permission"):
            powerless.create(CONFIG_MAP, "settings", config_map(namespace, a="1"))
