"""What the replication pack says of erasure-coded filesystems, judged in an environment of its own.

The shipped environments have none, so the pack reads stack files from a copied checkout.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from typing import Any

import pytest
import yaml

from components.placement import place
from components.storage.filesystem import ceph_filesystem, file_pool
from components.storage.repository_manifests import RepositorySpec, subvolume_group
from tests import packs
from tests.components.placement.coding import at_home, coded
from tests.packs import UNKNOWN, Pack, running

FILESYSTEM = "kubernetes:ceph.rook.io/v1:CephFilesystem"
GROUP = "kubernetes:ceph.rook.io/v1:CephFilesystemSubVolumeGroup"
Manifest = dict[str, Any]
Change = Callable[[Manifest], object]
NUMBERS = {"lis": [[100]] * 7}


def _said(*, chunks: bool) -> str:
    replication = {"where": "home-data-centre", "copies": 3, "survive": "host"}
    if chunks:
        replication["storageEfficiency"] = "erasure-coded"
    institution = {"home": "lis", "capacity": "1Gi", "replication": replication}
    return yaml.safe_dump({"config": {"imaging:institution": institution}})


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pack]:
    """The pack in a checkout where ``h`` asked for chunks, and ``copies`` for three copies."""
    checkout = tmp_path_factory.mktemp("checkout")
    shutil.copytree(packs.PACKS, checkout / "policy-packs")
    (checkout / "stacks").mkdir()
    for environment, name, chunks in (("x", "h", True), ("y", "copies", False)):
        file = checkout / "stacks" / f"Pulumi.{environment}.{name}.yaml"
        file.write_text(_said(chunks=chunks), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packs, "PACKS", checkout / "policy-packs")
        with running("replication") as started:
            yield started


@pytest.fixture
def filesystem() -> Manifest:
    return ceph_filesystem(place(coded(NUMBERS, {"h": at_home(3)})).of["h"])


@pytest.fixture
def group() -> Manifest:
    residency = place(coded(NUMBERS, {"h": at_home(3)})).of["h"]
    manifest = deepcopy(subvolume_group(RepositorySpec("h", residency.name, 2**30)))
    manifest["spec"]["dataPoolName"] = file_pool(residency)
    return manifest


def messages(pack: Pack, stack: str, kind: str, manifest: Manifest) -> str:
    """All violations as one text; every one of them must stop a deployment."""
    found = pack.judge(stack, kind, manifest)
    assert all(each.mandatory for each in found), found
    return "\n".join(each.message for each in found)


class TestWhatTheProgramMakes:
    """The pack has nothing to say of it."""

    def test_a_coded_filesystem_passes(self, pack: Pack, filesystem: Manifest) -> None:
        assert "" == messages(pack, "x", FILESYSTEM, filesystem)

    def test_a_group_in_its_coded_pool_passes(self, pack: Pack, group: Manifest) -> None:
        assert "" == messages(pack, "x.h", GROUP, group)


def put(*path: str | int, value: object) -> Change:
    def change(manifest: Manifest) -> None:
        at: Any = manifest["spec"]
        for step in path[:-1]:
            at = at[step]
        at[path[-1]] = value

    return change


def _rename(name: str) -> Change:
    return lambda manifest: manifest["metadata"].update(name=name)


CODED = ("dataPools", 1)
BROKEN: list[tuple[Change, str]] = [
    (
        put(*CODED, "erasureCoded", "codingChunks", value=1),
        "spec.dataPools[1]: codingChunks is 1, and the name promises 2 coding chunks",
    ),
    (
        put(*CODED, "erasureCoded", "dataChunks", value=6),
        "spec.dataPools[1]: dataChunks is 6, and the name promises 4 here",
    ),
    (
        put(*CODED, "parameters", "min_size", value="4"),
        "spec.dataPools[1]: min_size is 4, so that a write may rest on 4 chunks; set 5 or more",
    ),
    (put(*CODED, "crushRoot", value="default"), "crushRoot is default, and the name promises lis"),
    (put(*CODED, "replicated", value={"size": 3}), "it asks for copies and for chunks"),
    (
        put(*CODED, "erasureCoded", value={}),
        "spec.dataPools[1]: dataChunks is missing, and the name promises 4 here",
    ),
    (put(*CODED, "name", value="other"), "it has no data pool coded, and the name promises chunks"),
    (lambda m: m["spec"]["dataPools"].pop(), "it has no data pool coded"),
    (
        put("dataPools", 0, "replicated", "size", value=2),
        "spec.dataPools[0]: size is 2, and the name promises 3 copies",
    ),
    (
        put("metadataPool", "erasureCoded", value={"dataChunks": 4, "codingChunks": 2}),
        "spec.metadataPool: dataChunks is 4, and the name promises copies here",
    ),
    (_rename("home-lis-x3-aaaaaa"), "dataChunks is 4, and the name promises copies here"),
    (_rename("home-lis-ec4m3-aaaaaa"), "codingChunks is 2, and the name promises 3 coding chunks"),
    (_rename("every-ec4m2-aaaaaa"), "its name isn't that of a residency class"),
]


class TestFilesystems:
    """A coded filesystem that lies, or keeps nobody's promise, stops the deployment."""

    @pytest.mark.parametrize(("change", "expected"), BROKEN)
    def test_a_broken_one_is_refused(
        self, pack: Pack, filesystem: Manifest, change: Change, expected: str
    ) -> None:
        change(filesystem)

        assert expected in messages(pack, "x", FILESYSTEM, filesystem)

    def test_chunks_keep_no_promise_of_copies(self, pack: Pack, filesystem: Manifest) -> None:
        assert (
            "spec.dataPools[1]: 3 copies or chunks worth as many in lis that survive the loss of a "
            "host keep no institution's promise in y"
        ) in messages(pack, "y", FILESYSTEM, filesystem)

    @pytest.mark.parametrize("field", ["dataChunks", "codingChunks"])
    def test_an_unknown_number_of_chunks_is_refused(
        self, pack: Pack, filesystem: Manifest, field: str
    ) -> None:
        put(*CODED, "erasureCoded", field, value=UNKNOWN)(filesystem)

        assert "can't be known" in messages(pack, "x", FILESYSTEM, filesystem)


BROKEN_GROUPS: list[tuple[Mapping[str, object], str]] = [
    ({"dataPoolName": None}, "dataPoolName is missing; its files must lie in home-lis-ec4m2-"),
    ({"dataPoolName": "home-lis-ec4m2-3aaad3-data"}, "home-lis-ec4m2-3aaad3-data; its files must"),
    ({"dataPoolName": "every-x3-8870cf-coded"}, "every-x3-8870cf-coded; its files must lie in"),
    ({"filesystemName": "home-lis-x3-3aaad3"}, "a pool that this pack doesn't judge"),
    ({"filesystemName": "home-opo-ec4m2-3aaad3"}, "was promised 3 copies in lis"),
    ({"dataPoolName": UNKNOWN}, "can't be known"),
]


class TestGroups:
    """A group's files lie in the coded pool of its own class, and in no other pool."""

    @pytest.mark.parametrize(("change", "expected"), BROKEN_GROUPS)
    def test_another_pool_is_refused(
        self, pack: Pack, group: Manifest, change: Mapping[str, object], expected: str
    ) -> None:
        group["spec"].update(change)

        assert expected in messages(pack, "x.h", GROUP, group)

    def test_who_was_promised_copies_gets_no_chunks(self, pack: Pack, group: Manifest) -> None:
        group["spec"].update(name="copies", clusterID="copies")

        assert "copies was promised 3 copies in lis; the filesystem home-lis-ec4m2-" in messages(
            pack, "y.copies", GROUP, group
        )
