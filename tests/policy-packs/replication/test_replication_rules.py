"""Each rule of the replication pack, seen to pass, to fail, and to refuse what isn't known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from components.catalog import load
from components.catalog.stack_files import environments
from components.placement import place
from components.storage.filesystem import ceph_filesystem
from components.storage.repository_manifests import RepositorySpec, subvolume_group
from tests.packs import UNKNOWN, Pack, running

FILESYSTEM = "kubernetes:ceph.rook.io/v1:CephFilesystem"
GROUP = "kubernetes:ceph.rook.io/v1:CephFilesystemSubVolumeGroup"
STACKS = Path(__file__).resolve().parents[3] / "stacks"
Manifest = dict[str, Any]
Change = Callable[[Manifest], object]


@pytest.fixture(scope="module")
def pack() -> Iterator[Pack]:
    with running("replication") as started:
        yield started


@pytest.fixture(scope="module")
def filesystems() -> Mapping[str, Manifest]:
    placement = place(load(STACKS, "local"))
    return {name: ceph_filesystem(found) for name, found in placement.of.items()}


@pytest.fixture(scope="module")
def groups() -> Mapping[str, Manifest]:
    catalog = load(STACKS, "local")
    placement = place(catalog)
    return {
        name: subvolume_group(RepositorySpec(name, found.name, catalog.institutions[name].capacity))
        for name, found in placement.of.items()
    }


def put(path: str, value: object) -> Change:
    """Make a change that puts a value at a dotted path; numbers are positions in lists."""

    def change(manifest: Manifest) -> None:
        *parents, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        at: Any = manifest
        for step in parents:
            at = at[step]
        at[last] = value

    return change


def changed(manifest: Manifest, change: Change) -> Manifest:
    broken = deepcopy(manifest)
    change(broken)
    return broken


def messages(pack: Pack, stack: str, kind: str, manifest: Manifest) -> str:
    """All violations as one text; every one of them must stop a deployment."""
    found = pack.judge(stack, kind, manifest)
    assert all(each.mandatory for each in found), found
    return "\n".join(f"{each.policy}: {each.message}" for each in found)


class TestPack:
    """All rules block."""

    def test_every_rule_is_mandatory(self, pack: Pack) -> None:
        advice = [name for name, mandatory in pack.policies().items() if not mandatory]

        assert ["waivers-in-force"] == advice


class TestWhatTheProgramMakes:
    """The pack has nothing to say of what the program makes."""

    @pytest.mark.parametrize("environment", environments(STACKS))
    def test_filesystems_and_groups_of_every_environment_pass(
        self, pack: Pack, environment: str
    ) -> None:
        catalog = load(STACKS, environment)
        for name, found in place(catalog).of.items():
            spec = RepositorySpec(name, found.name, catalog.institutions[name].capacity)

            assert "" == messages(pack, environment, FILESYSTEM, ceph_filesystem(found))
            assert "" == messages(pack, f"{environment}.{name}", GROUP, subvolume_group(spec))


DATA = "spec.dataPools.0"
BROKEN_FILESYSTEMS = [
    ("aveiro", put(f"{DATA}.replicated.size", 2), "size is 2, and the name promises 3 copies"),
    ("aveiro", put("spec.metadataPool.replicated.size", 2), "spec.metadataPool: size is 2"),
    ("aveiro", put(f"{DATA}.failureDomain", "host"), "only datacenter puts a copy in each"),
    ("aveiro", put(f"{DATA}.crushRoot", "porto"), "crushRoot is porto, and the name promises def"),
    ("aveiro", put(f"{DATA}.parameters.min_size", "1"), "min_size is 1"),
    ("aveiro", put("metadata.name", "shared"), "nobody can tell whose data it may hold"),
    ("evora", put(f"{DATA}.crushRoot", "default"), "crushRoot is default, and the name prom"),
    ("evora", put("spec.metadataPool.crushRoot", "default"), "spec.metadataPool: crushRoot"),
    ("evora", put("spec.metadataServer.placement", {}), "metadata servers may run outside faro"),
    ("evora", put("metadata.name", "home-lisbon-x2-2aa0e9"), "the name promises lisbon"),
    ("evora", put(f"{DATA}.replicated.size", 1), "1 copies are below local's floor of 2"),
    ("evora", put(f"{DATA}.replicated.size", 1), "keep no institution's promise in local"),
    (
        "evora",
        lambda manifest: manifest["spec"]["dataPools"][0].pop("replicated"),
        "size is 0, and the name promises 2 copies",
    ),
    (
        "evora",
        lambda manifest: manifest["spec"]["dataPools"].append(
            {"name": "more", "replicated": {"size": 2}}
        ),
        "spec.dataPools[1]: crushRoot is default",
    ),
]


class TestFilesystems:
    """A filesystem that lies about its copies, or keeps nobody's promise, stops the deployment."""

    @pytest.mark.parametrize(("institution", "change", "expected"), BROKEN_FILESYSTEMS)
    def test_a_broken_filesystem_is_refused(
        self,
        pack: Pack,
        filesystems: Mapping[str, Manifest],
        institution: str,
        change: Change,
        expected: str,
    ) -> None:
        found = messages(pack, "local", FILESYSTEM, changed(filesystems[institution], change))

        assert expected in found

    @pytest.mark.parametrize(
        "path",
        [
            f"{DATA}.replicated.size",
            f"{DATA}.crushRoot",
            f"{DATA}.failureDomain",
            f"{DATA}.parameters.min_size",
            f"{DATA}.parameters",
            "spec.metadataPool.replicated",
            "spec.metadataServer.placement",
            "spec.dataPools",
            "spec",
            "metadata.name",
        ],
    )
    def test_an_unknown_value_in_a_guarded_field_is_refused(
        self, pack: Pack, filesystems: Mapping[str, Manifest], path: str
    ) -> None:
        unknown = changed(filesystems["evora"], put(path, UNKNOWN))
        if path == "metadata.name":
            unknown["metadata"] = {"name": UNKNOWN}

        assert "can't be known" in messages(pack, "local", FILESYSTEM, unknown)

    def test_a_smaller_class_is_refused_where_every_institution_was_promised_more(
        self, pack: Pack, filesystems: Mapping[str, Manifest]
    ) -> None:
        honest = deepcopy(filesystems["aveiro"])
        honest["metadata"]["name"] = "every-x2-8870cf"
        for pool in (honest["spec"]["metadataPool"], honest["spec"]["dataPools"][0]):
            pool["replicated"]["size"] = 2

        assert "2 copies in all data centres" in messages(pack, "local", FILESYSTEM, honest)

    def test_an_environment_without_a_floor_of_its_own_gets_the_strictest(
        self, pack: Pack, filesystems: Mapping[str, Manifest]
    ) -> None:
        single = changed(filesystems["evora"], put(f"{DATA}.replicated.size", 1))

        assert "nowhere's floor of 2" in messages(pack, "nowhere", FILESYSTEM, single)


BROKEN_GROUPS = [
    ("aveiro", put("spec.filesystemName", "home-porto-x3-8870cf"), "3 copies in all data centres"),
    ("aveiro", put("spec.filesystemName", "every-x2-8870cf"), "3 copies in all data centres"),
    ("aveiro", put("spec.filesystemName", "shared"), "the filesystem shared doesn't keep that"),
    ("evora", put("spec.filesystemName", "every-x3-8870cf"), "evora was promised 2 copies in faro"),
    ("evora", put("spec.filesystemName", "home-porto-x2-aaaaaa"), "2 copies in faro"),
    ("evora", put("spec.quota", "1Ti"), "its quota is 1Ti; evora was promised 10995116277760"),
    ("evora", put("spec.clusterID", "aveiro"), "its name and clusterID must be evora"),
    ("evora", put("spec.dataPoolName", "every-x3-8870cf-data"), "dataPoolName puts objects into"),
    ("evora", lambda manifest: manifest["spec"].pop("quota"), "its quota is missing"),
]


class TestGroups:
    """An institution's examinations lie in a filesystem that keeps its promise, or nowhere."""

    @pytest.mark.parametrize(("institution", "change", "expected"), BROKEN_GROUPS)
    def test_a_group_outside_its_promise_is_refused(
        self,
        pack: Pack,
        groups: Mapping[str, Manifest],
        institution: str,
        change: Change,
        expected: str,
    ) -> None:
        group = changed(groups[institution], change)

        assert expected in messages(pack, f"local.{institution}", GROUP, group)

    @pytest.mark.parametrize("field", ["filesystemName", "quota", "clusterID", "name"])
    def test_an_unknown_value_in_a_guarded_field_is_refused(
        self, pack: Pack, groups: Mapping[str, Manifest], field: str
    ) -> None:
        unknown = changed(groups["evora"], put(f"spec.{field}", UNKNOWN))

        assert "can't be known" in messages(pack, "local.evora", GROUP, unknown)

    def test_a_quota_in_other_units_is_the_same_promise(
        self, pack: Pack, groups: Mapping[str, Manifest]
    ) -> None:
        same = changed(groups["evora"], put("spec.quota", "10240Gi"))

        assert "" == messages(pack, "local.evora", GROUP, same)

    def test_a_group_of_a_stack_without_a_file_is_refused(
        self, pack: Pack, groups: Mapping[str, Manifest]
    ) -> None:
        assert "no institution with a stack file" in messages(
            pack, "local.braga", GROUP, groups["evora"]
        )
