"""Each rule of volumes, seen to pass, to fail, and to refuse what isn't known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from components.catalog import load
from components.catalog.platform import NfsStorage
from components.storage import nfs_manifests
from components.storage.reader_volumes import reader_volume
from components.storage.repository_manifests import RepositorySpec, storage_class
from tests.packs import UNKNOWN, Pack, running

CLASS = "kubernetes:storage.k8s.io/v1:StorageClass"
VOLUME = "kubernetes:core/v1:PersistentVolume"
RELEASE = "kubernetes:helm.sh/v3:Release"
STACKS = Path(__file__).resolve().parents[3] / "stacks"
CEPH = "rook-ceph.cephfs.csi.ceph.com"
SPEC = RepositorySpec("evora", "home-faro-x2-2aa0e9", 10 * 2**40)


@pytest.fixture(scope="module")
def pack() -> Iterator[Pack]:
    with running("replication") as started:
        yield started


@pytest.fixture(scope="module")
def server() -> NfsStorage:
    storage = load(STACKS, "comparison").platform.storage
    assert isinstance(storage, NfsStorage)
    return storage


def said(pack: Pack, stack: str, kind: str, manifest: dict[str, Any]) -> str:
    """All violations as one text; every one of them must stop a deployment."""
    found = pack.judge(stack, kind, manifest)
    assert all(each.mandatory for each in found), found
    return "\n".join(f"{each.policy}: {each.message}" for each in found)


def release(chart: str) -> dict[str, Any]:
    """A Helm release of a chart."""
    return {"name": "operator", "chart": chart}


def with_value(manifest: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """A copy of a manifest with a value at a path of keys parted by bars."""
    key, _, rest = path.partition("|")
    inside = with_value(manifest[key], rest, value) if rest else value
    return {**manifest, key: inside}


class TestClass:
    """An institution's claims are provisioned on Ceph, for good, with its own key."""

    def test_what_the_program_makes_passes(self, pack: Pack) -> None:
        assert "" == said(pack, "local.evora", CLASS, storage_class(SPEC))

    @pytest.mark.parametrize(
        ("path", "value", "sentence"),
        [
            ("reclaimPolicy", "Delete", "a deleted claim deletes examinations"),
            ("provisioner", "nfs.csi.k8s.io", "nfs.csi.k8s.io stores outside Ceph"),
            ("provisioner", UNKNOWN, "isn't known"),
            ("parameters|clusterID", "aveiro", "its clusterID must be evora"),
            (
                "parameters|csi.storage.k8s.io/node-stage-secret-name",
                "rook-csi-cephfs-node",
                "mounted with the key rook-csi-cephfs-node; the institution's own is",
            ),
        ],
    )
    def test_anything_else_fails(self, pack: Pack, path: str, value: object, sentence: str) -> None:
        broken = with_value(storage_class(SPEC), path, value)

        assert sentence in said(pack, "local.evora", CLASS, broken)


class TestReaders:
    """What readers mount can't be written to."""

    def test_what_the_program_makes_passes_also_while_its_path_is_unknown(self, pack: Pack) -> None:
        volume = reader_volume(SPEC, "images", SPEC.images, UNKNOWN)

        assert "" == said(pack, "local.evora", VOLUME, volume)

    @pytest.mark.parametrize(
        ("path", "value", "sentence"),
        [
            ("csi|readOnly", False, "must be read-only"),
            ("csi|readOnly", UNKNOWN, "isn't known"),
            ("accessModes", ["ReadWriteMany"], "must be read-only"),
            ("persistentVolumeReclaimPolicy", "Delete", "isn't Retain"),
            ("csi|driver", "nfs.csi.k8s.io", "stores outside Ceph"),
            (
                "csi|nodeStageSecretRef|name",
                "rook-ceph-client-evora-ingest",
                "the institution's own is rook-ceph-client-evora-reader",
            ),
            ("csi|nodeStageSecretRef|name", UNKNOWN, "isn't known"),
            ("csi", None, "nobody can tell where its bytes lie"),
        ],
    )
    def test_anything_else_fails(self, pack: Pack, path: str, value: object, sentence: str) -> None:
        volume = reader_volume(SPEC, "images", SPEC.images, "/volumes/evora/csi-vol-1/1")
        broken = with_value(volume, f"spec|{path}", value)

        assert sentence in said(pack, "local.evora", VOLUME, broken)

    def test_another_institutions_key_fails(self, pack: Pack) -> None:
        volume = reader_volume(SPEC, "images", SPEC.images, "/volumes/evora/csi-vol-1/1")

        expected = "the institution's own is rook-ceph-client-aveiro-reader"
        assert expected in said(pack, "local.aveiro", VOLUME, volume)


class TestFileServer:
    """A file server is for the comparison, and for nothing else."""

    @pytest.mark.parametrize("environment", ["local", "poc", "production"])
    def test_it_comes_into_no_other_environment(
        self, pack: Pack, server: NfsStorage, environment: str
    ) -> None:
        stack = f"{environment}.evora"

        for kind, manifest in (
            (CLASS, nfs_manifests.storage_class(SPEC, server)),
            (VOLUME, nfs_manifests.reader_volumes(SPEC, server)[0]),
            (RELEASE, release("csi-driver-nfs")),
        ):
            assert f"allowed in {environment} is {CEPH}" in said(pack, stack, kind, manifest)

    def test_it_may_be_compared(self, pack: Pack, server: NfsStorage) -> None:
        for kind, manifest in (
            (CLASS, nfs_manifests.storage_class(SPEC, server)),
            (VOLUME, nfs_manifests.reader_volumes(SPEC, server)[0]),
            (RELEASE, release("csi-driver-nfs")),
        ):
            assert "" == said(pack, "comparison.evora", kind, manifest)

    def test_an_unknown_chart_fails(self, pack: Pack) -> None:
        assert "isn't known" in said(pack, "production", RELEASE, release(UNKNOWN))

    def test_other_charts_pass(self, pack: Pack) -> None:
        assert "" == said(pack, "production", RELEASE, release("rook-ceph"))
