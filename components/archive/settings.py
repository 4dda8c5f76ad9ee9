"""Dicoogle's configuration files, rendered from typed settings.

Owns the content of every file that Dicoogle reads at start. Doesn't own how the files get into its
working directory (:mod:`components.archive.pod`).

Dicoogle exits at an element that it doesn't know, so only those of the pinned version are written
(research/dicoogle.md §1). Its settings for the file-storage plugin must be writable, or it drops
images while C-STORE answers Success (research/dicoogle.md §3).
"""

from __future__ import annotations

from typing import Final
from xml.etree import ElementTree as ET

from components.archive.spec import ArchiveSpec

IMAGES_PATH: Final = "/data/images"
INDEX_PATH: Final = "/data/index/"
"""With its slash: Dicoogle appends ``indexed`` without one (research/dicoogle.md §4)."""
WEB_PORT: Final = 8080
STORAGE_PORT: Final = 6666
QUERY_RETRIEVE_PORT: Final = 1045
_MINUTE: Final = "60000"
"""In milliseconds; Dicoogle's default of 60 means 60 ms (research/dicoogle.md §1)."""
_QUIET: Final = (
    "pt.ua.dicoogle.server.web.rest.elements.FileDownloadUtils",
    "dicoogle.lucene.LuceneQuery",
)
"""Loggers that print the path or the query, and so the patient, of every download."""
_TIMEOUTS: Final = ("dimse-rsp-timeout", "idle-timeout", "accept-timeout", "connection-timeout")


def ingest_files(spec: ArchiveSpec) -> dict[str, str]:
    """Render the files of the one Dicoogle that stores and indexes."""
    return _files(spec, stores=True)


def reader_files(spec: ArchiveSpec) -> dict[str, str]:
    """Render the files of a Dicoogle that only answers.

    Its storage service is off: with a read-only volume it would answer Success and drop the object
    (research/dicoogle-topology.md §1).
    """
    return _files(spec, stores=False)


def _files(spec: ArchiveSpec, *, stores: bool) -> dict[str, str]:
    return {
        "server.xml": _text(_server(spec, stores=stores)),
        "file-storage.xml": _text(_file_storage()),
        "luceneset.xml": _text(_lucene(stores=stores)),
        # Without this file Dicoogle makes an administrator with a known password.
        "users.xml": _text(ET.Element("Users")),
        "log4j2.xml": _text(_logging()),
    }


def _text(element: ET.Element) -> str:
    ET.indent(element)
    return ET.tostring(element, encoding="unicode", xml_declaration=True) + "\n"


def _add(parent: ET.Element, tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, tag, attributes)
    child.text = text
    return child


def _server(spec: ArchiveSpec, *, stores: bool) -> ET.Element:
    title = spec.promise.dicom.ae_title
    config = ET.Element("config")
    _add(config, "web-server", autostart="true", port=str(WEB_PORT))
    archive = _add(config, "archive")
    providers = _add(archive, "dim-providers")
    _add(providers, "dim-provider", "lucene")
    # A null name makes Dicoogle save this file at every start and accept any called AE title.
    _add(archive, "node-name", title)
    services = _add(config, "dicom-services")
    _add(services, "aetitle", title)
    destinations = _add(services, "move-destinations")
    for peer in spec.promise.dicom.move_destinations:
        _add(
            destinations,
            "move-destination",
            aetitle=peer.ae_title,
            address=str(peer.address),
            port=str(peer.port),
        )
    _add(services, "storage", autostart=str(stores).lower(), port=str(STORAGE_PORT))
    query = _add(services, "query-retrieve", autostart="true", port=str(QUERY_RETRIEVE_PORT))
    for timeout in _TIMEOUTS:
        _add(query, timeout, _MINUTE)
    return config


def _file_storage() -> ET.Element:
    configuration = ET.Element("configuration")
    _add(configuration, "root-dir", IMAGES_PATH)
    _add(configuration, "use-relative-path", "false")
    _add(configuration, "scheme", "file")
    return configuration


def _lucene(*, stores: bool) -> ET.Element:
    configuration = ET.Element("configuration")
    indexer = _add(configuration, "indexer")
    _add(indexer, "enabled", str(stores).lower())
    _add(indexer, "maxRAMBufferSize", "64")
    _add(indexer, "path", INDEX_PATH)
    return configuration


def _logging() -> ET.Element:
    """Log to the console only: a rolling file could be read through Dicoogle's own web API."""
    configuration = ET.Element("Configuration")
    console = _add(_add(configuration, "Appenders"), "Console", name="console", target="SYSTEM_OUT")
    _add(console, "PatternLayout", pattern="%d{ISO8601} %-5p %c{1} %m%n")
    loggers = _add(configuration, "Loggers")
    for quiet in _QUIET:
        _add(loggers, "Logger", name=quiet, level="off")
    _add(_add(loggers, "Root", level="info"), "AppenderRef", ref="console")
    return configuration
