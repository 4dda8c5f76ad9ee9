"""Every configuration that can be rendered is one that Envoy takes, without a complaint."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from components.catalog import Deed
from components.catalog.institution import Grant, Readers
from components.gateway.envoy import bootstrap
from components.gateway.spec import GatewaySpec, limits
from tests.components.gateway.lab import SPEC
from tests.components.gateway.real_envoy import ENVOY

ALONE = replace(SPEC, access=(), networks=())
SHAPES = {
    "alone": ALONE,
    "granted": replace(ALONE, access=SPEC.access),
    "plaintext": replace(ALONE, networks=(ip_network("10.0.0.0/8"), ip_network("2001:db8::/32"))),
    "several hosts": replace(ALONE, hosts=("a.example.org", "b.example.org", "*.c.example.org")),
    "fifty grants": replace(
        ALONE,
        access=tuple(Grant(institution=f"i{each}", may=tuple(Deed)) for each in range(50)),
    ),
    "fifty readers": replace(ALONE, limits=limits(Readers(min=1, max=50, in_flight=1000))),
}


def configuration(spec: GatewaySpec) -> dict[str, Any]:
    found: dict[str, Any] = bootstrap.bootstrap(spec)["static_resources"]
    return found


def cluster(spec: GatewaySpec, name: str) -> dict[str, Any]:
    (found,) = [each for each in configuration(spec)["clusters"] if each["name"] == name]
    return dict(found)


class TestEnvoyTakesIt:
    @pytest.mark.parametrize("shape", SHAPES)
    def test_it_is_valid_and_names_nothing_deprecated(self, tmp_path: Path, shape: str) -> None:
        for name, text in bootstrap.files(SHAPES[shape]).items():
            (tmp_path / name).write_text(text.replace("/etc/gateway/envoy", str(tmp_path)))
        config = str(tmp_path / bootstrap.BOOTSTRAP_FILE)
        command = [ENVOY, "--mode", "validate", "--log-level", "warning", "--config-path", config]

        found = subprocess.run(command, capture_output=True, text=True, check=False)

        assert (0, "") == (found.returncode, found.stderr)
        assert f"configuration '{config}' OK" in found.stdout

    @pytest.mark.parametrize("shape", SHAPES)
    def test_it_fits_into_a_config_map(self, shape: str) -> None:
        size = sum(len(text) for text in bootstrap.files(SHAPES[shape]).values())

        assert size < 2**20 - 2**16


class TestPorts:
    def test_without_networks_there_is_no_port_without_tls(self) -> None:
        listeners = configuration(ALONE)["listeners"]
        outside = [each for each in listeners if each.get("traffic_direction") == "INBOUND"]

        assert {"web", "dicom-store", "dicom-query"} == {each["name"] for each in outside}
        assert all("transport_socket" in each["filter_chains"][0] for each in outside)

    def test_a_port_without_tls_takes_named_networks_only(self) -> None:
        plain = [
            each
            for each in configuration(SHAPES["plaintext"])["listeners"]
            if "plain" in each["name"]
        ]
        expected = [
            {"address_prefix": "10.0.0.0", "prefix_len": 8},
            {"address_prefix": "2001:db8::", "prefix_len": 32},
        ]

        assert 2 == len(plain)
        for each in plain:
            match = each["filter_chains"][0]["filter_chain_match"]
            assert expected == match["source_prefix_ranges"]

    def test_the_administration_has_no_port(self) -> None:
        admin = bootstrap.bootstrap(ALONE)["admin"]["address"]

        assert {"pipe"} == set(admin)


class TestLimits:
    def test_they_lie_above_the_signal_that_starts_another_reader(self) -> None:
        for number in (1, 3, 50):
            readers = Readers(min=1, max=number, in_flight=20)

            assert limits(readers).requests > readers.in_flight * number

    def test_a_retry_always_finds_a_place(self) -> None:
        (threshold,) = cluster(ALONE, "readers")["circuit_breakers"]["thresholds"]

        assert 200 == threshold["max_retries"]
        assert threshold["max_requests"] >= threshold["max_connections"]


class TestHealth:
    @pytest.mark.parametrize("name", ["readers", "readers-dicom", "ingest-dicom"])
    def test_where_nobody_is_healthy_nobody_is_asked(self, name: str) -> None:
        found = cluster(ALONE, name)

        assert {"value": 0} == found["common_lb_config"]["healthy_panic_threshold"]
        assert found["ignore_health_on_host_removal"]

    def test_a_reader_that_does_not_find_the_sentinel_is_not_healthy(self) -> None:
        (check,) = cluster(ALONE, "readers")["health_checks"]

        assert [{"start": 200, "end": 201}] == check["http_health_check"]["expected_statuses"]
        assert SPEC.readiness_path == check["http_health_check"]["path"]
