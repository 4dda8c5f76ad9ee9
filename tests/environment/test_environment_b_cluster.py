"""What is on the API server after `make up`, and what `make status` tells of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from tests.environment.copies import Copy, Result

CENTRE = "topology.rook.io/datacenter"


class TestCluster:
    """What is on the API server is what was promised."""

    def test_four_nodes_are_ready(self, checkout: Copy, up: Result) -> None:
        assert up.status == 0
        nodes = checkout.objects("nodes")
        ready = {
            node["metadata"]["name"]: condition["status"]
            for node in nodes
            for condition in node["status"]["conditions"]
            if condition["type"] == "Ready"
        }

        assert dict.fromkeys(["control-1", "worker-1", "worker-2", "worker-3"], "True") == ready

    def test_filesystems_have_the_placements_promised(self, checkout: Copy, up: Result) -> None:
        assert up.status == 0
        found = checkout.objects("cephfilesystems", "--namespace=rook-ceph")
        placements = {
            each["metadata"]["name"]: [
                (pool["crushRoot"], pool["failureDomain"], pool["replicated"]["size"])
                for pool in (each["spec"]["metadataPool"], *each["spec"]["dataPools"])
            ]
            for each in found
        }

        assert {
            "every-x3-8870cf": [("default", "datacenter", 3)] * 2,
            "home-faro-x2-2aa0e9": [("faro", "osd", 2)] * 2,
        } == placements
        assert ["Ready", "Ready"] == [each["status"]["phase"] for each in found]

    @pytest.mark.parametrize(("institution", "centres"), [("aveiro", 3), ("evora", 2)])
    def test_pods_are_ready_in_different_data_centres(
        self, checkout: Copy, up: Result, institution: str, centres: int
    ) -> None:
        assert up.status == 0
        where = {n["metadata"]["name"]: n["metadata"]["labels"] for n in checkout.objects("nodes")}
        pods = checkout.objects("pods", f"--namespace={institution}")

        assert {"gateway": 2, "ingest": 1, "readers": centres} == Counter(map(_part, pods))
        assert all(_ready(pod) for pod in pods)
        for part, apart in (("readers", centres), ("gateway", 2)):
            nodes = {pod["spec"]["nodeName"] for pod in pods if _part(pod) == part}
            assert apart == len({where[node][CENTRE] for node in nodes})

    def test_claims_are_bound_to_volumes_of_the_institutions_group(
        self, checkout: Copy, up: Result
    ) -> None:
        assert up.status == 0
        claims = checkout.objects("pvc", "--all-namespaces")
        volumes = {each["metadata"]["name"]: each for each in checkout.objects("pv")}

        assert 8 == len(claims)
        assert {("aveiro", "aveiro"), ("evora", "evora")} == {
            (
                claim["metadata"]["namespace"],
                volumes[claim["spec"]["volumeName"]]["spec"]["csi"]["volumeAttributes"][
                    "clusterID"
                ],
            )
            for claim in claims
        }


class TestStatus:
    """`make status` tells the same to people and to programs."""

    def test_json_has_every_institution(self, checkout: Copy, up: Result) -> None:
        assert up.status == 0
        status = checkout.make("status", "FORMAT=json")

        assert {
            "environment": "local",
            "institutions": [
                {
                    "name": "aveiro",
                    "residencyClass": "every-x3-8870cf",
                    "copies": 3,
                    "dataCentres": ["faro", "lisbon", "porto"],
                    "survives": "data-centre",
                    "readers": {"min": 1, "max": 3},
                    "endpoint": "https://gateway.aveiro.svc:8443",
                },
                {
                    "name": "evora",
                    "residencyClass": "home-faro-x2-2aa0e9",
                    "copies": 2,
                    "dataCentres": ["faro"],
                    "survives": "disk",
                    "readers": {"min": 1, "max": 2},
                    "endpoint": "https://gateway.evora.svc:8443",
                },
            ],
        } == json.loads(status.out)

    def test_the_kubeconfig_is_a_path_that_only_its_owner_reads(
        self, checkout: Copy, up: Result
    ) -> None:
        assert up.status == 0
        printed = checkout.make("kubeconfig").out

        assert f"{checkout.state}/kubeconfig\n" == printed
        assert 0o600 == (checkout.state / "kubeconfig").stat().st_mode & 0o777

    def test_no_key_of_the_cluster_stands_in_the_state_in_clear(
        self, checkout: Copy, up: Result
    ) -> None:
        assert up.status == 0
        secrets = [
            line.split(":", 1)[1].strip().strip('"')
            for line in (checkout.state / "kubeconfig").read_text().splitlines()
            if "client-key-data" in line
        ]
        states = list((checkout.state / "pulumi").rglob("*.json*"))

        assert secrets
        assert states
        assert [] == [
            str(path)
            for path in states
            if any(secret in path.read_text(errors="replace") for secret in secrets)
        ]


def _part(pod: Mapping[str, Any]) -> str:
    """Which part of an archive a pod is; jobs' pods bear their job's name."""
    return str(pod["metadata"]["labels"]["app.kubernetes.io/component"])


def _ready(pod: Mapping[str, Any]) -> bool:
    return any(
        each["type"] == "Ready" and each["status"] == "True" for each in pod["status"]["conditions"]
    )
