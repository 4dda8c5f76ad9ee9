"""Where ingest and readers run, what they get, and what they may do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.archive import ingest, priorities, reconciliation
from components.archive.dicoogle import Size
from components.manifests import Manifest
from tests.components.archive.archives import (
    AVEIRO,
    EVORA,
    INGEST,
    READERS,
    containers,
    dicoogle,
    java,
    of_kind,
    pod,
)

Manifests = tuple[Manifest, ...]
both = pytest.mark.parametrize("manifests", [INGEST, READERS], ids=["ingest", "readers"])


class TestPlaces:
    """Readers are spread; what may not leave home doesn't reach a disk elsewhere."""

    def test_readers_are_spread_over_data_centres_and_hosts(self) -> None:
        constraints = pod(READERS)["topologySpreadConstraints"]

        assert {
            "topology.rook.io/datacenter": "DoNotSchedule",
            "kubernetes.io/hostname": "ScheduleAnyway",
        } == {each["topologyKey"]: each["whenUnsatisfiable"] for each in constraints}

    def test_readers_start_together(self) -> None:
        assert "Parallel" == of_kind(READERS, "StatefulSet")["podManagementPolicy"]

    def test_ingest_of_a_home_only_institution_runs_at_home(self) -> None:
        affinity = pod(ingest.manifests(EVORA))["affinity"]["nodeAffinity"]
        required = affinity["requiredDuringSchedulingIgnoredDuringExecution"]

        assert ["faro"] == required["nodeSelectorTerms"][0]["matchExpressions"][0]["values"]

    def test_ingest_of_an_institution_stored_everywhere_outlives_its_home(self) -> None:
        affinity = pod(INGEST)["affinity"]["nodeAffinity"]

        assert ["preferredDuringSchedulingIgnoredDuringExecution"] == list(affinity)

    @both
    def test_scratch_space_is_memory(self, manifests: Manifests) -> None:
        scratch = [each["emptyDir"] for each in pod(manifests)["volumes"] if "emptyDir" in each]

        assert ["Memory", "Memory"] == [each["medium"] for each in scratch]

    def test_ingest_goes_before_readers(self) -> None:
        values = {each["metadata"]["name"]: each["value"] for each in priorities.priority_classes()}

        assert (
            values[pod(INGEST)["priorityClassName"]] > values[pod(READERS)["priorityClassName"]] > 0
        )


class TestSize:
    """Heap, threads and associations follow from what the pod gets."""

    @both
    def test_the_heap_leaves_room_in_the_memory_limit(self, manifests: Manifests) -> None:
        heap, limit = {True: (1280, "2560Mi"), False: (640, "1536Mi")}[manifests is INGEST]
        limits = dicoogle(manifests)["resources"]["limits"]

        assert f"-Xmx{heap}m" in java(manifests)
        assert limit == limits["memory"]
        assert "cpu" not in limits

    @given(st.integers(100, 64_000), st.integers(1024, 2**20))
    def test_objects_in_flight_fit_into_half_of_the_heap(self, cpu: int, memory: int) -> None:
        size = Size(cpu, memory)

        assert 1.6 * size.heap <= memory - 512
        assert size.associations == 1 or size.associations * 64 <= size.heap / 2
        assert size.processors * 1000 >= cpu

    def test_pools_grow_with_the_processors(self) -> None:
        assert {
            "-Ddicoogle.taskManager.nThreads=2",
            "-Ddicoogle.taskManager.nQueryThreads=8",
            "-Ddicoogle.cstore.maxScpAssociations=10",
        } <= set(java(INGEST))


class TestConfinement:
    """Every container passes Pod Security restricted."""

    @both
    def test_no_container_may_do_more_than_it_needs(self, manifests: Manifests) -> None:
        workload = pod(manifests)

        assert (True, 10001) == (
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
            for each in containers(manifests)
        )

    @both
    def test_no_pod_gets_a_token_of_the_cluster(self, manifests: Manifests) -> None:
        assert pod(manifests)["automountServiceAccountToken"] is False

    def test_neither_does_the_hourly_job(self) -> None:
        job = of_kind(reconciliation.manifests(AVEIRO), "CronJob")["jobTemplate"]["spec"]
        workload = job["template"]["spec"]

        assert workload["automountServiceAccountToken"] is False
        assert workload["securityContext"]["runAsNonRoot"] is True

    @both
    def test_everything_asks_for_a_share_and_has_a_limit_of_memory(
        self, manifests: Manifests
    ) -> None:
        assert all(
            "memory" in each["resources"]["limits"] and "cpu" in each["resources"]["requests"]
            for each in containers(manifests)
        )
