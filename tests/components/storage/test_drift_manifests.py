"""What is rendered for the watch over pools: promises, key, CronJob, Pushgateway."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from components import pins
from components.catalog import load
from components.placement import place
from components.storage import pushgateway
from components.storage.drift import drift_check, drift_client, promises, script
from components.storage.filesystem import ceph_filesystem
from components.storage.gates import gate
from tests.components.storage.drift_records import FILESYSTEMS

STACKS = Path(__file__).resolve().parents[3] / "stacks"


def promised(filesystems: list[dict[str, Any]]) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(promises(filesystems)["data"]["promises.json"])
    return read


@pytest.fixture(scope="module")
def pod() -> dict[str, Any]:
    found: dict[str, Any] = drift_check()["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    return found


class TestPromises:
    """Ceph is held to what Rook was told."""

    @pytest.mark.parametrize("environment", ["local", "poc", "production"])
    def test_every_pool_of_every_rendered_filesystem_is_promised(self, environment: str) -> None:
        rendered = [ceph_filesystem(each) for each in place(load(STACKS, environment)).classes]
        names = {
            f"{each['metadata']['name']}-{pool}"
            for each in rendered
            for pool in ("metadata", *(data["name"] for data in each["spec"]["dataPools"]))
        }

        assert names == set(promised(rendered))

    def test_a_home_pool_is_promised_as_it_is_rendered(self) -> None:
        placement = place(load(STACKS, "local"))
        home = placement.of["evora"]

        assert {
            "filesystem": home.name,
            "role": "default-data",
            "crush_root": "faro",
            "device_class": "ssd",
            "failure_domain": "osd",
            "sub_failure_domain": "none",
            "copies_per_domain": 1,
            "size": 2,
            "min_size": 2,
            "data_chunks": 0,
            "coding_chunks": 0,
        } == promised([ceph_filesystem(home)])[f"{home.name}-data"]

    def test_two_copies_in_each_data_centre_are_promised_as_such(self) -> None:
        pool = promised(list(FILESYSTEMS))["every-x6-51d0aa-metadata"]

        assert (6, 2, "datacenter", "osd", "metadata") == (
            pool["size"],
            pool["copies_per_domain"],
            pool["failure_domain"],
            pool["sub_failure_domain"],
            pool["role"],
        )

    def test_an_erasure_coded_pool_is_promised_its_chunks(self) -> None:
        pool = promised(list(FILESYSTEMS))["home-faro-ec2m1-7c41e9-coded"]

        assert (3, 3, 2, 1, "data") == (
            pool["size"],
            pool["min_size"],
            pool["data_chunks"],
            pool["coding_chunks"],
            pool["role"],
        )


class TestCheck:
    """A CronJob of least privilege that can't pile up."""

    def test_its_key_may_ask_three_questions_only(self) -> None:
        assert {
            "mon": 'allow command "osd dump", allow command "osd crush dump", allow command "fs ls"'
        } == drift_client()["spec"]["caps"]

    def test_one_runs_at_a_time_for_a_bounded_while(self) -> None:
        spec = drift_check()["spec"]
        job = spec["jobTemplate"]["spec"]

        assert ("*/10 * * * *", "Forbid", 300) == (
            spec["schedule"],
            spec["concurrencyPolicy"],
            spec["startingDeadlineSeconds"],
        )
        assert (0, 300, 3600) == (
            job["backoffLimit"],
            job["activeDeadlineSeconds"],
            job["ttlSecondsAfterFinished"],
        )
        assert (1, 3) == (spec["successfulJobsHistoryLimit"], spec["failedJobsHistoryLimit"])

    def test_its_pod_is_hardened_like_a_gates(self, pod: dict[str, Any]) -> None:
        other = gate("faro", 1)["spec"]["template"]["spec"]

        assert other["securityContext"] == pod["securityContext"]
        assert other["containers"][0]["securityContext"] == pod["containers"][0]["securityContext"]
        assert (False, False) == (
            pod["automountServiceAccountToken"],
            pod["enableServiceLinks"],
        )
        assert {"name": "work", "emptyDir": {"medium": "Memory"}} in pod["volumes"]

    def test_it_runs_the_pinned_ceph_and_finds_its_files(self, pod: dict[str, Any]) -> None:
        (container,) = pod["containers"]
        (files,) = [each["projected"]["sources"] for each in pod["volumes"] if "projected" in each]
        held = {
            f"/check/{name}"
            for manifest in (script(), promises([]))
            if {"configMap": {"name": manifest["metadata"]["name"]}} in files
            for name in manifest["data"]
        }

        assert pins.CEPH_IMAGE == container["image"]
        assert "/work" == container["workingDir"]
        assert {"/check/drift_check.py", "/check/promises.json"} == held
        assert held < set(container["command"])

    def test_its_program_needs_nothing_but_an_old_python(self) -> None:
        tree = ast.parse(script()["data"]["drift_check.py"], feature_version=(3, 9))
        imported = {
            (node.module or "") if isinstance(node, ast.ImportFrom) else node.names[0].name
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
        }

        assert set() == {name.split(".")[0] for name in imported} - sys.stdlib_module_names


class TestPushgateway:
    """One hardened pod behind the address that the check is given."""

    def test_the_check_pushes_to_its_service(self, pod: dict[str, Any]) -> None:
        deployment, service = pushgateway.manifests()
        (port,) = service["spec"]["ports"]
        where = service["metadata"]

        assert f"{where['name']}.{where['namespace']}.svc:{port['port']}" == pushgateway.ADDRESS
        assert pushgateway.ADDRESS == pod["containers"][0]["command"][-1]
        assert service["spec"]["selector"] == deployment["spec"]["template"]["metadata"]["labels"]

    def test_it_is_one_and_hardened(self, pod: dict[str, Any]) -> None:
        deployment, _ = pushgateway.manifests()
        inside = deployment["spec"]["template"]["spec"]
        (container,) = inside["containers"]

        assert (1, "Recreate") == (
            deployment["spec"]["replicas"],
            deployment["spec"]["strategy"]["type"],
        )
        assert pins.PUSHGATEWAY_IMAGE == container["image"]
        assert pod["containers"][0]["securityContext"] == container["securityContext"]
        assert 65534 == inside["securityContext"]["runAsUser"]
        assert {"readinessProbe", "livenessProbe"} < set(container)
