"""The sentinel: a valid DICOM object without a patient, its own for each institution."""

from __future__ import annotations

import base64
from io import BytesIO
from typing import Any

import pytest

from components.archive import sentinel
from components.manifests import Manifest
from tests.components.archive.archives import AVEIRO, INGEST, READERS, of_kind, pod

pydicom = pytest.importorskip("pydicom", reason="pydicom, which reads DICOM, is not installed")


@pytest.fixture
def found() -> Any:  # noqa: ANN401 - pydicom's data set
    return pydicom.dcmread(BytesIO(sentinel.content("aveiro")))


class TestObject:
    """Another implementation of DICOM reads it."""

    def test_it_is_a_secondary_capture_of_one_black_pixel(self, found: Any) -> None:  # noqa: ANN401
        assert "SecondaryCaptureImageStorage" == pydicom.uid.UID(found.SOPClassUID).keyword
        assert (1, 1, b"\0\0") == (found.Rows, found.Columns, found.PixelData)

    def test_its_identity_is_the_same_in_header_and_object(self, found: Any) -> None:  # noqa: ANN401
        assert sentinel.uid("aveiro") == found.SOPInstanceUID
        assert found.file_meta.MediaStorageSOPInstanceUID == found.SOPInstanceUID
        assert found.file_meta.MediaStorageSOPClassUID == found.SOPClassUID

    def test_it_belongs_to_nobody(self, found: Any) -> None:  # noqa: ANN401
        patient = [each for each in found if each.tag.group == 0x0010]

        assert 4 == len(patient)
        assert {True} == {each.is_empty for each in patient}

    def test_written_again_it_is_the_same(self, found: Any) -> None:  # noqa: ANN401
        again = BytesIO()
        found.save_as(again)

        assert sentinel.content("aveiro") == again.getvalue()

    def test_it_has_what_the_index_plugin_reads_of_every_object(self, found: Any) -> None:  # noqa: ANN401
        assert "OT" == found.Modality


class TestIdentity:
    """Each institution has its own, for ever the same."""

    def test_it_never_changes(self) -> None:
        assert "2.25.82948760500600750349702623207919041601" == sentinel.uid("aveiro")

    def test_its_uids_are_valid_and_differ(self) -> None:
        found = [
            sentinel.uid(institution, level)
            for institution in ("aveiro", "evora")
            for level in ("instance", "series", "study")
        ]

        assert 6 == len(set(found))
        assert all(pydicom.uid.UID(each).is_valid for each in found)


class TestUse:
    """Ingest places it, readers and gateway ask for it."""

    def test_ingest_has_its_bytes(self) -> None:
        (encoded,) = of_kind(INGEST, "ConfigMap")["binaryData"].values()

        assert sentinel.content("aveiro") == base64.b64decode(encoded)

    def test_it_lies_where_the_storage_plugin_would_put_it(self) -> None:
        (step,) = (e for e in pod(INGEST)["initContainers"] if e["name"] == "place-sentinel")
        study, instance = sentinel.uid("aveiro", "study"), sentinel.uid("aveiro")

        assert f"/data/images/UN_IN/OT/UN_DATE/{study}/{instance}.dcm" == step["command"][-1]

    @pytest.mark.parametrize("manifests", [INGEST, READERS], ids=["ingest", "readers"])
    def test_the_storage_plugin_is_told_whom_to_ask_for(
        self, manifests: tuple[Manifest, ...]
    ) -> None:
        storage = of_kind(manifests, "ConfigMap")["data"]["durable-storage.xml"]

        assert f"<sentinel>{sentinel.uid('aveiro')}</sentinel>" in storage

    def test_the_gateway_asks_every_reader_for_it(self) -> None:
        path = sentinel.readiness_path(AVEIRO.institution)

        assert f"/legacy/file?uid={sentinel.uid('aveiro')}" == path
