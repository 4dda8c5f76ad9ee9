"""What is rendered for Ceph: filesystems, and an institution's repository."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.catalog import Catalog, load
from components.catalog.quantities import parse_bytes
from components.placement import Placement, place
from components.storage.ceph_cluster import ceph_cluster
from components.storage.filesystem import ceph_filesystem
from components.storage.repository_manifests import (
    RepositorySpec,
    ceph_clients,
    claims,
    storage_class,
    subvolume_group,
)

STACKS = Path(__file__).resolve().parents[3] / "stacks"
GROUP = RepositorySpec("evora", "home-faro-x2-2aa0e9", 10 * 2**40)


@pytest.fixture(scope="module")
def local() -> Catalog:
    return load(STACKS, "local")


@pytest.fixture(scope="module")
def placement(local: Catalog) -> Placement:
    return place(local)


def pools(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    return [manifest["spec"]["metadataPool"], *manifest["spec"]["dataPools"]]


class TestCephCluster:
    """Only what the stack file names is given to Ceph."""

    def test_only_named_devices_of_named_machines_are_used(self, local: Catalog) -> None:
        storage = ceph_cluster(local.platform)["spec"]["storage"]

        assert (False, False) == (storage["useAllNodes"], storage["useAllDevices"])
        assert {
            "worker-1": ["vdb", "vdc"],
            "worker-2": ["vdb", "vdc"],
            "worker-3": ["vdb", "vdc"],
        } == {node["name"]: [each["name"] for each in node["devices"]] for node in storage["nodes"]}

    def test_a_monitor_stands_in_each_of_three_data_centres(self, local: Catalog) -> None:
        mon = ceph_cluster(local.platform)["spec"]["mon"]

        assert ["faro", "lisbon", "porto"] == [zone["name"] for zone in mon["zones"]]
        assert "topology.rook.io/datacenter" == mon["failureDomainLabel"]

    def test_daemons_run_on_the_machines_that_have_the_devices(self, local: Catalog) -> None:
        affinity = ceph_cluster(local.platform)["spec"]["placement"]["all"]["nodeAffinity"]
        (term,) = affinity["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"]

        assert ["worker-1", "worker-2", "worker-3"] == term["matchExpressions"][0]["values"]

    def test_an_osd_gets_the_same_memory_as_it_asks_for(self, local: Catalog) -> None:
        resources = ceph_cluster(local.platform)["spec"]["resources"]

        assert {"cpu": "1", "memory": "8Gi"} == resources["osd"]["requests"]
        assert {"memory": "8Gi"} == resources["osd"]["limits"]
        assert "prepareosd" not in resources

    def test_traffic_between_machines_is_encrypted(self, local: Catalog) -> None:
        connections = ceph_cluster(local.platform)["spec"]["network"]["connections"]

        assert {"requireMsgr2": True, "encryption": {"enabled": True}} == connections


class TestBoundary:
    """Nothing of a class lies or runs outside its boundary."""

    def test_every_pool_of_a_home_class_has_the_home_as_root(self, placement: Placement) -> None:
        filesystem = ceph_filesystem(placement.of["evora"])

        assert ["faro", "faro"] == [pool["crushRoot"] for pool in pools(filesystem)]

    def test_its_metadata_servers_run_at_home(self, placement: Placement) -> None:
        servers = ceph_filesystem(placement.of["evora"])["spec"]["metadataServer"]["placement"]
        required = servers["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]

        assert [["faro"]] == [
            expression["values"]
            for term in required["nodeSelectorTerms"]
            for expression in term["matchExpressions"]
        ]

    def test_every_pool_of_the_class_for_all_puts_a_copy_in_each_data_centre(
        self, placement: Placement
    ) -> None:
        filesystem = ceph_filesystem(placement.of["aveiro"])

        assert [("default", "datacenter", 3)] * 2 == [
            (pool["crushRoot"], pool["failureDomain"], pool["replicated"]["size"])
            for pool in pools(filesystem)
        ]


class TestSafety:
    """No write rests on one copy, and no mistake deletes data."""

    @pytest.mark.parametrize("institution", ["aveiro", "evora"])
    def test_minimum_sizes_are_explicit(self, placement: Placement, institution: str) -> None:
        filesystem = ceph_filesystem(placement.of[institution])

        assert ["2", "2"] == [pool["parameters"]["min_size"] for pool in pools(filesystem)]
        assert filesystem["spec"]["preserveFilesystemOnDelete"] is True

    @pytest.mark.parametrize("institution", ["aveiro", "evora"])
    def test_placement_groups_are_fixed(self, placement: Placement, institution: str) -> None:
        filesystem = ceph_filesystem(placement.of[institution])
        parameters = [pool["parameters"] for pool in pools(filesystem)]

        assert ["off", "off"] == [each["pg_autoscale_mode"] for each in parameters]
        assert all(int(each["pg_num"]).bit_count() == 1 for each in parameters)

    def test_a_released_volume_is_kept(self) -> None:
        assert "Retain" == storage_class(GROUP)["reclaimPolicy"]


class TestRepository:
    """An institution has a group with its quota, and keys that reach no further."""

    def test_the_group_has_the_promised_quota_and_an_id_of_its_own(self) -> None:
        assert {
            "filesystemName": "home-faro-x2-2aa0e9",
            "name": "evora",
            "clusterID": "evora",
            "quota": "10Ti",
        } == subvolume_group(GROUP)["spec"]

    def test_the_readers_key_can_write_nothing(self) -> None:
        _, reader = ceph_clients(GROUP)

        assert {
            "mon": "allow r fsname=home-faro-x2-2aa0e9",
            "mds": "allow r fsname=home-faro-x2-2aa0e9 path=/volumes/evora",
            "osd": "allow r tag cephfs data=home-faro-x2-2aa0e9",
        } == reader["spec"]["caps"]

    def test_the_ingest_key_writes_below_the_group_only(self) -> None:
        ingest, _ = ceph_clients(GROUP)

        assert (
            "allow rw fsname=home-faro-x2-2aa0e9 path=/volumes/evora"
            == ingest["spec"]["caps"]["mds"]
        )

    def test_nodes_mount_with_the_institutions_key_not_the_clusters(self) -> None:
        parameters = storage_class(GROUP)["parameters"]

        assert (
            "rook-ceph-client-evora-ingest"
            == parameters["csi.storage.k8s.io/node-stage-secret-name"]
        )

    def test_snapshots_mounted_in_place_need_the_class_to_name_no_pool(self) -> None:
        assert "pool" not in storage_class(GROUP)["parameters"]

    @given(st.integers(min_value=2**30, max_value=2**55))
    def test_the_claims_never_ask_for_more_than_the_quota(self, capacity: int) -> None:
        spec = RepositorySpec("evora", "home-faro-x2-2aa0e9", capacity // 2**20 * 2**20)
        asked = [
            parse_bytes(claim["spec"]["resources"]["requests"]["storage"]) for claim in claims(spec)
        ]

        assert spec.capacity == sum(asked)
        assert min(asked) > 0
