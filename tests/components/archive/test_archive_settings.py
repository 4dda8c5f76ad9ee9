"""Dicoogle's settings: those that lose objects, leak or end the start can't be rendered."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final
from xml.etree import ElementTree as ET

import pytest

from components.archive import ArchiveSpec, sentinel, settings
from components.archive.storage_classes import ADDITIONAL, SOP_CLASSES
from tests.components.archive.archives import AVEIRO, EVORA
from tests.recording import ROOT

KNOWN: Final = {
    "config": {"web-server", "archive", "dicom-services"},
    "web-server": {"allowed-origins"},
    "archive": {"dim-providers", "node-name", "encrypt-users-file", "call-shutdown"},
    "dicom-services": {
        "aetitle",
        "default-ts",
        "sop-classes",
        "additional-sop-classes",
        "move-destinations",
        "storage",
        "query-retrieve",
    },
    "query-retrieve": {
        "dimse-rsp-timeout",
        "idle-timeout",
        "accept-timeout",
        "connection-timeout",
        "transfer-capabilities",
        "sop-class",
        "max-client-assocs",
        "max-pdu-length-receive",
        "max-pdu-length-send",
    },
}
"""Elements that Dicoogle 3.5.1 knows, as far as they are used (research/dicoogle.md §1)."""


OPTIONS: Final = ROOT / "plugin/durable-storage/src/main/java/imaging/dicoogle/Options.java"
"""Where the storage plugin reads its settings."""


def server(spec: ArchiveSpec, *, stores: bool = True) -> ET.Element:
    files = settings.ingest_files(spec) if stores else settings.reader_files(spec)
    return ET.fromstring(files["server.xml"])


def texts(element: ET.Element, path: str) -> list[str | None]:
    return [each.text for each in element.findall(path)]


class TestStart:
    """Dicoogle starts: it knows every element and misses none."""

    @pytest.mark.parametrize("parent", KNOWN)
    def test_only_elements_that_dicoogle_knows_are_written(self, parent: str) -> None:
        (element,) = [each for each in server(AVEIRO).iter() if each.tag == parent]

        assert set() == {each.tag for each in element} - KNOWN[parent]

    def test_nothing_is_missing_that_has_no_default_in_a_file(self) -> None:
        query = server(AVEIRO).find("dicom-services/query-retrieve")
        assert query is not None

        assert {each.tag for each in query} == KNOWN["query-retrieve"]
        assert ["20"] == texts(query, "max-client-assocs")
        assert "1.2.840.10008.1.2" in texts(query, "transfer-capabilities")

    def test_query_timeouts_are_milliseconds(self) -> None:
        query = server(AVEIRO).find("dicom-services/query-retrieve")
        assert query is not None

        assert {"60000"} == {each.text for each in query if each.tag.endswith("-timeout")}

    def test_the_pods_name_is_filled_in_later(self) -> None:
        assert ["@NODE_NAME@"] == texts(server(AVEIRO), "archive/node-name")

    @pytest.mark.parametrize("name", ["users.xml", "users.xml.enc", "users.key"])
    def test_accounts_lie_in_no_configmap(self, name: str) -> None:
        assert name not in settings.ingest_files(AVEIRO)


class TestStorage:
    """What a C-STORE brings is accepted, kept and indexed."""

    def test_images_of_every_usual_kind_are_accepted(self) -> None:
        accepted = texts(server(AVEIRO), "dicom-services/sop-classes/sop-class/uid")
        usual = ("1", "1.2", "2", "2.1", "4", "6.1", "7", "12.1", "20", "66.4", "88.22", "128")

        assert {f"1.2.840.10008.5.1.4.1.1.{each}" for each in usual} <= set(accepted)

    def test_classes_are_named_once_and_newer_ones_are_accepted_too(self) -> None:
        assert len(set(SOP_CLASSES)) == len(SOP_CLASSES)
        assert set(ADDITIONAL) <= set(SOP_CLASSES)

    def test_newer_classes_have_both_attributes(self) -> None:
        path = "dicom-services/additional-sop-classes/additional-sop-class"
        found = [each.attrib for each in server(AVEIRO).findall(path)]

        assert {"uid": "1.2.840.10008.5.1.4.1.1.66.4", "alias": "SegmentationStorage"} in found
        assert len(ADDITIONAL) == len(found)

    def test_every_peer_can_speak_the_default_transfer_syntax(self) -> None:
        assert "1.2.840.10008.1.2" in texts(server(AVEIRO), "dicom-services/default-ts/ts")

    def test_the_index_path_ends_with_a_slash(self) -> None:
        lucene = ET.fromstring(settings.ingest_files(AVEIRO)["luceneset.xml"])

        assert "/data/index/" == lucene.findtext("indexer/path")

    @pytest.mark.parametrize("files", [settings.ingest_files, settings.reader_files])
    def test_the_storage_plugin_is_set_up_and_no_other_beside_it(
        self, files: Callable[[ArchiveSpec], dict[str, str]]
    ) -> None:
        rendered = files(AVEIRO)
        storage = ET.fromstring(rendered["durable-storage.xml"])

        assert {"server.xml", "durable-storage.xml", "luceneset.xml"} == {
            name for name in rendered if name.startswith(("server", "lucene")) or "storage" in name
        }
        assert ("/data/images", sentinel.uid("aveiro"), str(2**30), "9092") == tuple(
            storage.findtext(key)
            for key in ("root-dir", "sentinel", "least-free-bytes", "metrics/port")
        )

    def test_the_storage_plugin_knows_every_setting(self) -> None:
        storage = ET.fromstring(settings.ingest_files(AVEIRO)["durable-storage.xml"])
        paths = {
            f"{group.tag}.{each.tag}" if len(group) else group.tag
            for group in storage
            for each in (group if len(group) else [group])
        }
        known = set(re.findall(r'file\.get\w+\("([a-z.-]+)"', OPTIONS.read_text("utf-8")))

        assert set() == paths - known
        assert {"root-dir", "read-only", "sentinel"} <= paths

    def test_readers_neither_index_nor_store(self) -> None:
        files = settings.reader_files(AVEIRO)
        service = server(AVEIRO, stores=False).find("dicom-services/storage")
        writes, reads = (
            ET.fromstring(each(AVEIRO)["durable-storage.xml"]).findtext("read-only")
            for each in (settings.ingest_files, settings.reader_files)
        )

        assert ("false", "true") == (writes, reads)
        assert "false" == ET.fromstring(files["luceneset.xml"]).findtext("indexer/enabled")
        assert service is not None
        assert "false" == service.get("autostart")

    def test_the_modalities_that_are_indexed_whole_are_written_down(self) -> None:
        tags = ET.fromstring(settings.ingest_files(AVEIRO)["tags.xml"])

        assert ["XA", "CT", "US", "MG", "MR"] == [each.get("id") for each in tags.iter("modality")]


class TestDicom:
    """A C-MOVE goes to the peers that the stack names, and nowhere else."""

    def test_move_destinations_are_those_of_the_stack(self) -> None:
        found = server(AVEIRO, stores=False).iter("move-destination")

        assert [("WORKSTATION1", "192.0.2.10", "11112")] == [
            (each.get("aetitle"), each.get("address"), each.get("port")) for each in found
        ]

    def test_each_destination_has_the_description_without_which_dicoogle_fails(self) -> None:
        (found,) = server(AVEIRO).iter("move-destination")

        assert found.get("description")

    def test_without_destinations_there_is_still_a_list(self) -> None:
        found = server(EVORA).find("dicom-services/move-destinations")

        assert found is not None
        assert [] == list(found)

    def test_a_title_with_markup_stays_a_title(self) -> None:
        dicom = AVEIRO.promise.dicom.model_copy(update={"ae_title": "A<&>B"})
        promise = AVEIRO.promise.model_copy(update={"dicom": dicom})
        odd = ArchiveSpec("aveiro", "dicoogle:3.5.1", "porto", leaves_home=True, promise=promise)

        assert "A<&>B" == server(odd).findtext("dicom-services/aetitle")


class TestLog:
    """The log names troubles, no patients."""

    @pytest.fixture
    def log(self) -> ET.Element:
        return ET.fromstring(settings.ingest_files(AVEIRO)["log4j2.xml"])

    def test_no_download_leaves_its_path(self, log: ET.Element) -> None:
        levels = {each.get("name"): each.get("level") for each in log.iter("Logger")}

        assert "off" == levels["pt.ua.dicoogle.server.web.rest.RestDimResource"]

    def test_paths_and_queries_at_level_info_are_left_out(self, log: ET.Element) -> None:
        (root,) = log.iter("Root")
        talkative = [each.get("name") for each in log.iter("Logger") if each.get("level") == "info"]

        assert "warn" == root.get("level")
        assert ["pt.ua.dicoogle.server.ControlServices"] == talkative

    def test_there_is_no_file_that_the_web_api_could_serve(self, log: ET.Element) -> None:
        (appenders,) = log.iter("Appenders")

        assert ["Console"] == [each.tag for each in appenders]
