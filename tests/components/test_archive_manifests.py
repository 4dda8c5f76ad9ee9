"""What is rendered for an institution's Dicoogle: settings, ingest, readers."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from components.archive import ArchiveSpec, ingest, readers, settings
from components.catalog import load
from components.manifests import Manifest

STACKS = Path(__file__).resolve().parents[2] / "stacks"


def spec(institution: str, *, leaves_home: bool) -> ArchiveSpec:
    promise = load(STACKS, "local").institutions[institution]
    return ArchiveSpec(institution, "dicoogle:3.5.1", promise.home, leaves_home, promise)


AVEIRO = spec("aveiro", leaves_home=True)
EVORA = spec("evora", leaves_home=False)


def pods(manifests: tuple[Manifest, ...]) -> dict[str, Any]:
    found: dict[str, Any] = manifests[-1]["spec"]
    assert "StatefulSet" == manifests[-1]["kind"]
    return found


def pod(manifests: tuple[Manifest, ...]) -> dict[str, Any]:
    found: dict[str, Any] = pods(manifests)["template"]["spec"]
    return found


def mounts(container: dict[str, Any]) -> dict[str, tuple[str, bool]]:
    return {
        each["name"]: (each["mountPath"], each.get("readOnly", False))
        for each in container["volumeMounts"]
    }


class TestOneWriter:
    """Two writers on one Lucene index destroy it."""

    def test_there_is_exactly_one_ingest(self) -> None:
        assert 1 == pods(ingest.manifests(AVEIRO))["replicas"]

    def test_readers_mount_images_and_index_read_only_at_the_same_paths(self) -> None:
        reader = mounts(pod(readers.manifests(AVEIRO))["containers"][0])
        writer = mounts(pod(ingest.manifests(AVEIRO))["containers"][0])

        assert ("/data/images", True) == reader["images"]
        assert ("/data/index", True) == reader["index"]
        assert ("/data/images", False) == writer["images"]
        assert ("/data/index", False) == writer["index"]

    def test_even_the_volumes_of_readers_are_read_only(self) -> None:
        volumes = pod(readers.manifests(AVEIRO))["volumes"]

        assert [True, True] == [
            each["persistentVolumeClaim"]["readOnly"]
            for each in volumes
            if "persistentVolumeClaim" in each
        ]

    def test_readers_neither_index_nor_store(self) -> None:
        files = settings.reader_files(AVEIRO)

        assert "false" == ET.fromstring(files["luceneset.xml"]).findtext("indexer/enabled")
        server = ET.fromstring(files["server.xml"]).find("dicom-services/storage")
        assert server is not None
        assert "false" == server.get("autostart")


class TestSilentLosses:
    """Settings that make Dicoogle lose objects while it answers Success can't be rendered."""

    def test_the_index_path_ends_with_a_slash(self) -> None:
        lucene = ET.fromstring(settings.ingest_files(AVEIRO)["luceneset.xml"])

        assert "/data/index/" == lucene.findtext("indexer/path")

    def test_settings_lie_in_a_writable_folder(self) -> None:
        workload = pod(ingest.manifests(AVEIRO))
        (prepare,) = workload["initContainers"]

        assert ("/var/lib/dicoogle", False) == mounts(prepare)["work"]
        assert "settings" not in mounts(workload["containers"][0])

    def test_a_dead_plugin_ends_dicoogle(self) -> None:
        (container,) = pod(ingest.manifests(AVEIRO))["containers"]
        options = {each["name"]: each["value"] for each in container["env"]}

        assert "-Ddicoogle.deadPluginKillSwitch=true" in options["JAVA_TOOL_OPTIONS"]

    def test_a_reader_waits_for_an_index(self) -> None:
        steps = [each["name"] for each in pod(readers.manifests(AVEIRO))["initContainers"]]

        assert ["prepare", "wait-for-index"] == steps

    def test_query_timeouts_are_milliseconds(self) -> None:
        server = ET.fromstring(settings.ingest_files(AVEIRO)["server.xml"])
        query = server.find("dicom-services/query-retrieve")
        assert query is not None

        assert {"60000"} == {each.text for each in query}


class TestAccounts:
    """Nobody gets in with a password that everybody knows."""

    def test_there_is_no_account_at_all_so_that_dicoogle_makes_none(self) -> None:
        users = ET.fromstring(settings.ingest_files(AVEIRO)["users.xml"])

        assert ("Users", 0) == (users.tag, len(users))


class TestDicom:
    """A C-MOVE goes to the peers that the stack names, and nowhere else."""

    def test_move_destinations_are_those_of_the_stack(self) -> None:
        server = ET.fromstring(settings.reader_files(AVEIRO)["server.xml"])

        assert [{"aetitle": "WORKSTATION1", "address": "192.0.2.10", "port": "11112"}] == [
            each.attrib for each in server.iter("move-destination")
        ]

    def test_a_title_with_markup_stays_a_title(self) -> None:
        dicom = AVEIRO.promise.dicom.model_copy(update={"ae_title": "A<&>B"})
        promise = AVEIRO.promise.model_copy(update={"dicom": dicom})
        odd = ArchiveSpec("aveiro", "dicoogle:3.5.1", "porto", leaves_home=True, promise=promise)

        server = ET.fromstring(settings.ingest_files(odd)["server.xml"])
        assert "A<&>B" == server.findtext("dicom-services/aetitle")


class TestResidency:
    """What may not leave home doesn't reach a disk elsewhere."""

    def test_ingest_of_a_home_only_institution_runs_at_home(self) -> None:
        affinity = pod(ingest.manifests(EVORA))["affinity"]["nodeAffinity"]
        required = affinity["requiredDuringSchedulingIgnoredDuringExecution"]

        assert ["faro"] == required["nodeSelectorTerms"][0]["matchExpressions"][0]["values"]

    def test_ingest_of_an_institution_stored_everywhere_outlives_its_home(self) -> None:
        affinity = pod(ingest.manifests(AVEIRO))["affinity"]["nodeAffinity"]

        assert ["preferredDuringSchedulingIgnoredDuringExecution"] == list(affinity)

    @pytest.mark.parametrize("manifests", [ingest.manifests(EVORA), readers.manifests(EVORA)])
    def test_scratch_space_is_memory(self, manifests: tuple[Manifest, ...]) -> None:
        scratch = [each["emptyDir"] for each in pod(manifests)["volumes"] if "emptyDir" in each]

        assert ["Memory", "Memory"] == [each["medium"] for each in scratch]


class TestService:
    """Readers are spread, drained and never fewer than the promise says."""

    def test_readers_are_spread_over_data_centres(self) -> None:
        constraints = pod(readers.manifests(AVEIRO))["topologySpreadConstraints"]

        assert {
            "topology.rook.io/datacenter": "DoNotSchedule",
            "kubernetes.io/hostname": "ScheduleAnyway",
        } == {each["topologyKey"]: each["whenUnsatisfiable"] for each in constraints}

    @pytest.mark.parametrize("manifests", [ingest.manifests(AVEIRO), readers.manifests(AVEIRO)])
    def test_the_grace_period_is_longer_than_the_drain(
        self, manifests: tuple[Manifest, ...]
    ) -> None:
        workload = pod(manifests)
        drain = workload["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]

        assert workload["terminationGracePeriodSeconds"] > drain

    def test_readers_start_together(self) -> None:
        assert "Parallel" == pods(readers.manifests(AVEIRO))["podManagementPolicy"]

    def test_the_heap_leaves_room_in_the_memory_limit(self) -> None:
        (container,) = pod(readers.manifests(AVEIRO))["containers"]

        assert "-Xmx640m" in container["env"][0]["value"]
        assert "1536Mi" == container["resources"]["limits"]["memory"]
        assert "cpu" not in container["resources"]["limits"]

    def test_changed_settings_start_the_pods_anew(self) -> None:
        dicom = AVEIRO.promise.dicom.model_copy(update={"ae_title": "OTHER"})
        promise = AVEIRO.promise.model_copy(update={"dicom": dicom})
        other = ArchiveSpec("aveiro", "dicoogle:3.5.1", "porto", leaves_home=True, promise=promise)
        before, after = (
            pods(readers.manifests(each))["template"]["metadata"]["annotations"]
            for each in (AVEIRO, other)
        )

        assert before != after


class TestConfinement:
    """Every container passes Pod Security restricted."""

    @pytest.mark.parametrize("manifests", [ingest.manifests(AVEIRO), readers.manifests(AVEIRO)])
    def test_no_container_may_do_more_than_it_needs(self, manifests: tuple[Manifest, ...]) -> None:
        workload = pod(manifests)
        containers = [*workload["initContainers"], *workload["containers"]]

        assert (True, 1001) == (
            workload["securityContext"]["runAsNonRoot"],
            workload["securityContext"]["runAsUser"],
        )
        assert all(
            {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            == each["securityContext"]
            for each in containers
        )

    @pytest.mark.parametrize("manifests", [ingest.manifests(AVEIRO), readers.manifests(AVEIRO)])
    def test_no_pod_gets_a_token_of_the_cluster(self, manifests: tuple[Manifest, ...]) -> None:
        assert pod(manifests)["automountServiceAccountToken"] is False
