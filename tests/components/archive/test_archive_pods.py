"""Ingest and readers as pods: one writer, many readers, and their life from start to end."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from components.archive import ingest, readers
from components.manifests import Manifest
from components.storage.repository_manifests import RepositorySpec, claims
from tests.components.archive.archives import (
    AVEIRO,
    INGEST,
    READERS,
    dicoogle,
    java,
    mounts,
    of_kind,
    pod,
)

Manifests = tuple[Manifest, ...]
both = pytest.mark.parametrize("manifests", [INGEST, READERS], ids=["ingest", "readers"])


def claim_names(manifests: Manifests) -> dict[str, tuple[str, bool]]:
    return {
        each["name"]: (
            each["persistentVolumeClaim"]["claimName"],
            each["persistentVolumeClaim"]["readOnly"],
        )
        for each in pod(manifests)["volumes"]
        if "persistentVolumeClaim" in each
    }


class TestOneWriter:
    """Two writers on one Lucene index destroy it, so two ingests never overlap."""

    def test_there_is_one_ingest_and_an_update_ends_it_before_the_next(self) -> None:
        ingests = of_kind(INGEST, "StatefulSet")

        assert (1, "OrderedReady", {"type": "RollingUpdate"}) == (
            ingests["replicas"],
            ingests["podManagementPolicy"],
            ingests["updateStrategy"],
        )

    def test_its_claims_are_given_to_one_pod_at_a_time(self) -> None:
        repository = RepositorySpec("aveiro", "every-x3", 2**40)
        modes = {
            each["metadata"]["name"]: each["spec"]["accessModes"] for each in claims(repository)
        }

        assert {"images": ("images", False), "index": ("index", False)} == claim_names(INGEST)
        assert {"images": ["ReadWriteOncePod"], "index": ["ReadWriteOncePod"]} == modes

    def test_java_holds_a_lock_on_the_index_volume(self) -> None:
        command = dicoogle(INGEST)["command"]
        java_starts = command.index("java")

        assert ["flock", "--no-fork"] == command[:2]
        assert "/data/index/ingest.lock" == command[java_starts - 1]

    def test_it_gives_up_waiting_for_the_lock_before_the_kubelet_does(self) -> None:
        probe, command = dicoogle(INGEST)["startupProbe"], dicoogle(INGEST)["command"]
        waits = int(command[command.index("--timeout") + 1])

        assert waits < probe["periodSeconds"] * probe["failureThreshold"]

    def test_readers_see_both_volumes_through_claims_that_nothing_writes_to(self) -> None:
        assert {
            "images": ("images-readers", True),
            "index": ("index-readers", True),
        } == claim_names(READERS)

    def test_readers_mount_images_and_index_read_only_at_the_same_paths(self) -> None:
        reader, writer = mounts(dicoogle(READERS)), mounts(dicoogle(INGEST))

        assert (("/data/images", True), ("/data/index", True)) == (
            reader["images"],
            reader["index"],
        )
        assert (("/data/images", False), ("/data/index", False)) == (
            writer["images"],
            writer["index"],
        )


class TestStart:
    """What must be there before Dicoogle starts is there."""

    def test_the_steps_of_ingest(self) -> None:
        steps = [each["name"] for each in pod(INGEST)["initContainers"]]

        assert ["prepare", "place-sentinel", "reconcile"] == steps

    def test_a_reader_waits_for_an_index(self) -> None:
        steps = [each["name"] for each in pod(READERS)["initContainers"]]

        assert ["prepare", "wait-for-index"] == steps

    @both
    def test_settings_lie_in_a_writable_folder(self, manifests: Manifests) -> None:
        assert ("/var/lib/dicoogle", False) == mounts(pod(manifests)["initContainers"][0])["work"]
        assert {"settings", "accounts"} & set(mounts(dicoogle(manifests))) == set()

    @both
    def test_java_is_the_containers_own_process(self, manifests: Manifests) -> None:
        command = dicoogle(manifests)["command"]

        assert ["java", "-jar", "/opt/dicoogle/dicoogle.jar", "-s"] == command[-4:]
        assert "sh" not in command

    @both
    def test_every_script_that_a_pod_runs_is_mounted(self, manifests: Manifests) -> None:
        used = set(re.findall(r"/opt/imaging/([a-z-]+\.sh)", str(pod(manifests))))
        (volume,) = (each for each in pod(manifests)["volumes"] if each["name"] == "scripts")

        assert used == {each["path"] for each in volume["configMap"]["items"]}
        assert used <= set(of_kind(manifests, "ConfigMap")["data"])

    @pytest.mark.parametrize("builder", [ingest.manifests, readers.manifests])
    def test_changed_settings_start_the_pods_anew(self, builder: Any) -> None:  # noqa: ANN401
        dicom = AVEIRO.promise.dicom.model_copy(update={"ae_title": "OTHER"})
        other = replace(AVEIRO, promise=AVEIRO.promise.model_copy(update={"dicom": dicom}))
        before, after = (
            of_kind(builder(each), "StatefulSet")["template"]["metadata"]["annotations"]
            for each in (AVEIRO, other)
        )

        assert before != after


class TestHealth:
    """Probes mean something."""

    def test_ingest_is_ready_while_both_volumes_have_room(self) -> None:
        command = dicoogle(INGEST)["readinessProbe"]["exec"]["command"]

        assert ["95", "/data/images", "/data/index"] == command[-3:]

    def test_ingest_is_ready_while_its_storage_plugin_says_so(self) -> None:
        command = dicoogle(INGEST)["readinessProbe"]["exec"]["command"]

        assert "/opt/imaging/ingest-ready.sh" in command
        assert "http://127.0.0.1:9092/health/ready" in command

    def test_readers_are_ready_while_their_storage_plugin_serves_the_sentinel(self) -> None:
        probe = dicoogle(READERS)["readinessProbe"]["httpGet"]
        ports = {each["name"]: each["containerPort"] for each in dicoogle(READERS)["ports"]}

        assert ("/health/ready", 9092) == (probe["path"], ports[probe["port"]])

    @both
    def test_a_web_server_that_hangs_is_started_anew(self, manifests: Manifests) -> None:
        probe = dicoogle(manifests)["livenessProbe"]

        assert "8080" in str(probe) or "web" == probe["httpGet"]["port"]

    @both
    def test_figures_and_health_are_behind_no_service(self, manifests: Manifests) -> None:
        assert 9092 not in [each["port"] for each in of_kind(manifests, "Service")["ports"]]

    def test_ingest_is_alive_while_it_stores(self) -> None:
        probe = dicoogle(INGEST)["livenessProbe"]

        assert "/opt/imaging/ingest-alive.sh" in probe["exec"]["command"]

    @both
    def test_a_slow_start_is_given_five_minutes(self, manifests: Manifests) -> None:
        probe = dicoogle(manifests)["startupProbe"]

        assert 300 == probe["periodSeconds"] * probe["failureThreshold"]

    @both
    def test_a_dead_plugin_ends_dicoogle(self, manifests: Manifests) -> None:
        assert "-Ddicoogle.deadPluginKillSwitch=true" in java(manifests)


class TestEnd:
    """Nothing that is under way is cut, and a drain of a machine isn't held up."""

    @both
    def test_the_grace_period_is_longer_than_the_drain(self, manifests: Manifests) -> None:
        drain = dicoogle(manifests)["lifecycle"]["preStop"]["sleep"]["seconds"]

        assert pod(manifests)["terminationGracePeriodSeconds"] > drain

    @both
    def test_one_pod_at_a_time_may_be_taken(self, manifests: Manifests) -> None:
        budget = of_kind(manifests, "PodDisruptionBudget")

        assert (1, "AlwaysAllow") == (
            budget["maxUnavailable"],
            budget["unhealthyPodEvictionPolicy"],
        )
