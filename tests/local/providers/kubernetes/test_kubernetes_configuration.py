"""The provider's configuration, its kubeconfig, and what a cluster out of reach means."""

import base64
import json
import socket
from pathlib import Path
from typing import Any, cast

import grpc
import pytest
from pulumi.runtime.proto import engine_pb2_grpc, provider_pb2

from local.providers.engine import Engine
from local.providers.failures import ProviderError
from local.providers.kubernetes.kubeconfig import (
    KubeconfigError,
    KubeconfigMissingError,
    connect,
)
from local.providers.kubernetes.provider import KubernetesServicer
from local.providers.kubernetes.settings import ConfigChange, Settings, compare, problems
from local.providers.values import UNKNOWN, Secret, decode, encode
from tests.local.providers.kubernetes.driver import Driver, Log, Made, urn

CONFIG_MAP = "kubernetes:core/v1:ConfigMap"
INPUTS = {"metadata": {"name": "x", "namespace": "ns"}, "data": {"a": "1"}}


def kubeconfig(server: str = "https://192.0.2.1:6443", **user: str) -> dict[str, Any]:
    """Give a kubeconfig of one context."""
    context = {"cluster": "c", "user": "u", "namespace": "apps"}
    cluster = {"server": server, "insecure-skip-tls-verify": True}
    return {
        "current-context": "one",
        "contexts": [{"name": "one", "context": context}],
        "clusters": [{"name": "c", "cluster": cluster}],
        "users": [{"name": "u", "user": user}],
    }


@pytest.fixture
def closed_port() -> int:
    """Give a port of loopback at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class TestSettings:
    def test_read_booleans_that_arrive_as_text(self) -> None:
        found = Settings.read({"kubeconfig": Secret("x"), "enablePatchForce": "true"})

        assert Settings(kubeconfig="x", patch_force=True) == found

    def test_need_a_kubeconfig_and_never_take_the_ambient_one(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        ambient = tmp_path / "config"
        ambient.write_text(json.dumps(kubeconfig()))
        monkeypatch.setenv("KUBECONFIG", str(ambient))

        assert any("never uses the ambient one" in reason for reason in problems({}))
        with pytest.raises(KubeconfigError, match="never uses the ambient one"):
            connect(Settings())

    @pytest.mark.parametrize(
        ("key", "value"), [("enableServerSideApply", "false"), ("renderYamlToDirectory", "out")]
    )
    def test_refuse_what_only_the_official_plugin_does(self, key: str, value: str) -> None:
        assert any(key in reason for reason in problems({"kubeconfig": "x", key: value}))

    def test_accept_a_kubeconfig_that_is_not_known_yet(self) -> None:
        assert [] == problems({"kubeconfig": UNKNOWN})

    @pytest.mark.parametrize(
        ("old", "new", "expected"),
        [
            ({"clusterIdentifier": "a"}, {"clusterIdentifier": "a"}, ConfigChange((), ())),
            (
                {"clusterIdentifier": "a"},
                {"clusterIdentifier": "b"},
                ConfigChange(("clusterIdentifier",), ("clusterIdentifier",)),
            ),
            ({}, {"clusterIdentifier": "b"}, ConfigChange(("clusterIdentifier",), ())),
            (
                {"clusterIdentifier": "a", "kubeconfig": "1"},
                {"clusterIdentifier": "a", "kubeconfig": UNKNOWN},
                ConfigChange(("kubeconfig",), ()),
            ),
        ],
    )
    def test_replace_resources_only_for_another_cluster_identifier(
        self, old: dict[str, Any], new: dict[str, Any], expected: ConfigChange
    ) -> None:
        assert expected == compare(old, new)


class TestKubeconfig:
    def test_may_be_content(self) -> None:
        found = connect(Settings(kubeconfig=json.dumps(kubeconfig(token="t"))))  # noqa: S106 no secret

        assert "https://192.0.2.1:6443" == found.server
        assert {"Authorization": "Bearer t"} == found.headers
        assert "apps" == found.namespace

    def test_may_be_a_path_from_which_relative_paths_start(self, tmp_path: Path) -> None:
        (tmp_path / "token").write_text("from-file\n")
        path = tmp_path / "config"
        path.write_text(json.dumps(kubeconfig(tokenFile="token")))

        found = connect(Settings(kubeconfig=str(path)))

        assert {"Authorization": "Bearer from-file"} == found.headers

    def test_may_hold_a_name_and_a_password(self) -> None:
        content = json.dumps(kubeconfig(username="me", password="pw"))  # noqa: S106 no secret

        header = f"Basic {base64.b64encode(b'me:pw').decode()}"
        assert {"Authorization": header} == connect(Settings(kubeconfig=content)).headers

    def test_yields_to_the_namespace_of_the_provider(self) -> None:
        settings = Settings(kubeconfig=json.dumps(kubeconfig()), namespace="mine")

        assert "mine" == connect(settings).namespace

    def test_that_is_not_there_yet_is_a_case_of_its_own(self, tmp_path: Path) -> None:
        with pytest.raises(KubeconfigMissingError, match="No such file"):
            connect(Settings(kubeconfig=str(tmp_path / "later")))

    @pytest.mark.parametrize(
        ("content", "complaint"),
        [
            ("{}", "has no context ''; it has: none"),
            ("{a: [}", "no valid YAML"),
            (json.dumps(kubeconfig(server="nowhere")), "no server URL"),
            (
                json.dumps({**kubeconfig(), "current-context": "two"}),
                "no context 'two'; it has: one",
            ),
            (
                json.dumps(kubeconfig(**{"client-certificate-data": "?", "client-key-data": ""})),
                "client-certificate-data is no valid base64",
            ),
        ],
    )
    def test_that_is_wrong_is_refused_with_the_reason(self, content: str, complaint: str) -> None:
        with pytest.raises(KubeconfigError, match=complaint):
            connect(Settings(kubeconfig=content))

    def test_never_shows_in_a_refusal(self) -> None:
        servicer = KubernetesServicer(Engine(cast("engine_pb2_grpc.EngineStub", Log())))
        content = json.dumps(kubeconfig("nowhere", token="hidden"))  # noqa: S106 no secret
        request = provider_pb2.CheckRequest(news=encode({"kubeconfig": content}))

        answer = servicer.CheckConfig(request, cast("grpc.ServicerContext", None))

        (failure,) = answer.failures
        assert "" == failure.property
        assert "hidden" not in failure.reason


class TestUnreachableCluster:
    @pytest.fixture
    def driver(self, closed_port: int) -> Driver:
        server = f"https://127.0.0.1:{closed_port}"
        return Driver(kubeconfig=json.dumps(kubeconfig(server)))

    def test_echoes_the_inputs_in_a_preview_and_warns_once(self, driver: Driver) -> None:
        for name in ("one", "two"):
            assert {"a": "1"} == driver.preview(CONFIG_MAP, name, INPUTS)["data"]

        warnings = [line for line in driver.log.lines if "Nothing was validated" in line]
        assert 1 == len(warnings)

    def test_is_an_error_with_its_address_in_an_update(
        self, driver: Driver, closed_port: int
    ) -> None:
        with pytest.raises(ProviderError, match=rf"127\.0\.0\.1:{closed_port} can't be reached"):
            driver.create(CONFIG_MAP, "x", INPUTS)

    def test_keeps_its_resources_unless_the_provider_gives_them_up(
        self, driver: Driver, closed_port: int
    ) -> None:
        made = Made(urn(CONFIG_MAP, "x"), INPUTS, "ns/x", {"kind": "ConfigMap", **INPUTS})
        content = json.dumps(kubeconfig(f"https://127.0.0.1:{closed_port}"))
        lenient = Driver(kubeconfig=content, deleteUnreachable="true")

        with pytest.raises(ProviderError, match="can't be reached"):
            driver.read(made)
        with pytest.raises(ProviderError, match="can't be reached"):
            driver.delete(made)
        lenient.delete(made)
        assert "" == lenient.read(made).id

    def test_does_not_keep_a_diff_from_being_made(self, driver: Driver) -> None:
        checked = decode(driver.check(CONFIG_MAP, "x", INPUTS).inputs)
        made = Made(urn(CONFIG_MAP, "x"), checked, "ns/x", {})

        found = driver.diff(made, INPUTS | {"data": {"a": "2"}})

        assert {"data.a": "UPDATE_REPLACE"} == found


class TestRefusedResources:
    @pytest.fixture
    def driver(self) -> Driver:
        return Driver(kubeconfig=json.dumps(kubeconfig()))

    @pytest.mark.parametrize(
        ("token", "inputs", "complaint"),
        [
            ("kubernetes:core/v1:ConfigMapList", {}, "is a list"),
            ("kubernetes:core/v1:NodePatch", {}, "needs metadata.name"),
            (CONFIG_MAP, {"metadata": {"generateName": "x-"}}, "knows no metadata.generateName"),
        ],
    )
    def test_are_named_in_the_check(
        self, driver: Driver, token: str, inputs: dict[str, Any], complaint: str
    ) -> None:
        (failure,) = driver.check(token, "x", inputs).failures

        assert complaint in failure.reason

    def test_helm_releases_are_previewed_but_not_installed(self, driver: Driver) -> None:
        token = "kubernetes:helm.sh/v3:Release"  # noqa: S105 a type token

        assert {"chart": "rook"} == driver.preview(token, "rook", {"chart": "rook"})
        with pytest.raises(ProviderError, match="install the official plugin"):
            driver.create(token, "rook", {"chart": "rook"})

    def test_helm_releases_of_the_official_plugin_are_not_forgotten(self, driver: Driver) -> None:
        release = Made(urn("kubernetes:helm.sh/v3:Release", "rook"), {}, "ns/rook", {})

        with pytest.raises(ProviderError, match="Uninstalling the Helm release rook"):
            driver.delete(release)
