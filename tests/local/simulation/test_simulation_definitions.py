"""Custom resource definitions: read unchanged, Ceph's from a folder or stood in for."""

import json
from pathlib import Path

import pytest

from local.simulation import definitions
from local.simulation.definitions import gather, read, stand_ins
from local.simulation.failure import SimulationError

_CLIENTS = """apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  annotations:
    name: not-this
  name: cephclients.ceph.rook.io
spec:
  names:
    kind: CephClient
  enum: [=, '!=']
"""
_OTHER = """apiVersion: v1
kind: ConfigMap
metadata:
  name: other
"""


class TestReading:
    def test_a_file_of_several_documents_gives_its_definitions(self) -> None:
        second = _CLIENTS.replace("cephclients", "cephnfses")
        found = read(f"# comment\n---\n{_CLIENTS}---\n{_OTHER}\n--- # next\n{second}")
        expected = ["cephclients.ceph.rook.io", "cephnfses.ceph.rook.io"]
        assert expected == [definition.name for definition in found]

    def test_the_text_is_kept_as_it_is(self) -> None:
        assert [_CLIENTS] == [definition.text for definition in read(_CLIENTS)]


class TestStandIns:
    def test_each_kind_accepts_any_field_and_has_a_status_of_its_own(self) -> None:
        for definition in stand_ins():
            (version,) = json.loads(definition.text)["spec"]["versions"]
            assert {"status": {}} == version["subresources"]
            for part in version["schema"]["openAPIV3Schema"]["properties"].values():
                assert part["x-kubernetes-preserve-unknown-fields"]

    def test_the_kinds_that_the_platform_uses_are_there(self) -> None:
        kinds = {json.loads(each.text)["spec"]["names"]["kind"] for each in stand_ins()}
        assert {"CephCluster", "CephFilesystem", "CephFilesystemSubVolumeGroup"} <= kinds
        assert {"CephClient", "Driver", "OperatorConfig", "ClientProfile"} <= kinds


class TestGathering:
    @pytest.fixture(autouse=True)
    def _no_folder_beside_the_checkout(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("IMAGING_CRDS", raising=False)
        monkeypatch.setattr(definitions, "checkout", lambda: tmp_path / "checkout")

    def test_without_a_folder_stand_ins_are_used_and_it_is_said(self) -> None:
        gathered = gather([])
        assert "permissive stand-ins, which accept any field" == gathered.ceph_source
        assert {each.name for each in stand_ins()} < {each.name for each in gathered.all}

    def test_the_folder_beside_the_checkout_is_used(self, tmp_path: Path) -> None:
        beside = tmp_path / "shared" / "crds"
        beside.mkdir(parents=True)
        (beside / "rook.yaml").write_text(_CLIENTS)
        gathered = gather([])
        assert f"from {beside}" == gathered.ceph_source
        assert [_CLIENTS] == [each.text for each in gathered.all if "ceph" in each.name]

    def test_a_named_folder_without_definitions_is_refused(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("IMAGING_CRDS", str(tmp_path))
        with pytest.raises(SimulationError, match="IMAGING_CRDS names"):
            gather([])

    def test_the_digest_follows_the_definitions(self, tmp_path: Path) -> None:
        before = gather([tmp_path]).digest
        assert before == gather([tmp_path]).digest
        (tmp_path / "more.yaml").write_text(_CLIENTS)
        assert before != gather([tmp_path]).digest
