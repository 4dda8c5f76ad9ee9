"""What kwokctl is told, and the kubeconfig: loopback only, own ports, no secrets logged."""

import socket
from dataclasses import astuple
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from local.simulation.folder import Folder
from local.simulation.settings import (
    Ports,
    audit_policy,
    choose_ports,
    is_free,
    kubeconfig,
    kwokctl_settings,
)

_FOLDER = Folder("local", Path("/nowhere/local/cluster"))
_PORTS = Ports(1, 2, 3, 4, 5, 6)


class TestPorts:
    @given(st.sets(st.integers(min_value=20_000, max_value=29_999), max_size=50))
    def test_six_different_free_ports_below_the_ephemeral_range(self, taken: set[int]) -> None:
        ports = astuple(choose_ports(_FOLDER, lambda port: port not in taken))
        assert 6 == len(set(ports) - taken)
        assert all(20_000 <= port < 30_000 for port in ports)

    def test_two_state_folders_start_at_different_places(self) -> None:
        other = Folder("local", Path("/elsewhere/local/cluster"))
        ours = set(astuple(choose_ports(_FOLDER, lambda _: True)))
        assert set() == ours & set(astuple(choose_ports(other, lambda _: True)))

    def test_a_port_that_somebody_listens_on_is_not_free(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            assert not is_free(port)
        assert is_free(port)


class TestKwokctlSettings:
    def test_every_component_listens_on_loopback(self) -> None:
        options = yaml.safe_load(kwokctl_settings(_FOLDER, _PORTS))["options"]
        assert "127.0.0.1" == options["bindAddress"]

    def test_there_is_one_document_since_another_would_drop_kwoks_defaults(self) -> None:
        documents = list(yaml.safe_load_all(kwokctl_settings(_FOLDER, _PORTS)))
        assert ["KwokctlConfiguration"] == [document["kind"] for document in documents]

    def test_each_port_is_told(self) -> None:
        options = yaml.safe_load(kwokctl_settings(_FOLDER, _PORTS))["options"]
        told = [value for key, value in options.items() if key.endswith("Port")]
        assert [1, 2, 3, 4, 5, 6] == sorted(told)

    def test_authorization_and_audit_are_on(self) -> None:
        options = yaml.safe_load(kwokctl_settings(_FOLDER, _PORTS))["options"]
        assert options["kubeAuthorization"]
        assert str(_FOLDER.audit_policy) == options["kubeAuditPolicy"]

    def test_a_killed_kwok_gives_its_nodes_up_within_a_quarter_of_a_minute(self) -> None:
        options = yaml.safe_load(kwokctl_settings(_FOLDER, _PORTS))["options"]
        assert options["nodeLeaseDurationSeconds"] * options["heartbeatFactor"] <= 15

    def test_clusters_of_two_state_folders_have_different_names(self) -> None:
        assert _FOLDER.name != Folder("local", Path("/elsewhere/local/cluster")).name


class TestAuditPolicy:
    @pytest.mark.parametrize(
        ("resource", "verb", "level"),
        [
            ("secrets", "create", "Metadata"),
            ("serviceaccounts/token", "create", "Metadata"),
            ("configmaps", "patch", "Request"),
            ("configmaps", "delete", "Request"),
            ("configmaps", "list", "Metadata"),
        ],
    )
    def test_bodies_are_logged_for_writes_but_not_for_secrets(
        self, resource: str, verb: str, level: str
    ) -> None:
        rules = yaml.safe_load(audit_policy())["rules"]
        first = next(
            rule
            for rule in rules
            if verb in rule.get("verbs", [verb])
            and any(
                resource in group["resources"]
                for group in rule.get("resources", [{"resources": [resource]}])
            )
        )
        assert level == first["level"]


class TestKubeconfig:
    def test_it_names_no_file_and_the_servers_port(self) -> None:
        text = kubeconfig("poc", 4711, {"ca.crt": "YQ==", "admin.crt": "Yg==", "admin.key": "Yw=="})
        parsed = yaml.safe_load(text)
        cluster = parsed["clusters"][0]["cluster"]
        expected = {"server": "https://127.0.0.1:4711", "certificate-authority-data": "YQ=="}
        assert expected == cluster
        expected_user = {"client-certificate-data": "Yg==", "client-key-data": "Yw=="}
        assert expected_user == parsed["users"][0]["user"]
        assert "imaging-poc" == parsed["current-context"]
