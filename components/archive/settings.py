"""Dicoogle's configuration files, rendered from typed settings.

Owns the content of every file that Dicoogle reads at start but the accounts
(:mod:`components.archive.accounts`). Doesn't own how the files get into its working directory
(:mod:`components.archive.pod`), nor which objects it accepts
(:mod:`components.archive.storage_classes`).

Dicoogle exits at an element that it doesn't know, so only those of the pinned version are written
(research/dicoogle.md §1). What server.xml leaves out is empty or zero, never a default: without
transfer capabilities, for example, the start breaks off before a port is open (QueryRetrieve and
QueryRetrieveImpl of Dicoogle 3.5.1). Its storage is the plugin durable-storage (docs/plugin.md),
never file-storage beside it: each would store every object.
"""

from __future__ import annotations

from typing import Final
from xml.etree import ElementTree as ET

from components.archive import sentinel
from components.archive.log_settings import log_settings
from components.archive.markup import add, text
from components.archive.spec import ArchiveSpec
from components.archive.storage_classes import (
    ADDITIONAL,
    SOP_CLASSES,
    TRANSFER_SYNTAXES,
    UNCOMPRESSED,
)

IMAGES_PATH: Final = "/data/images"
INDEX_PATH: Final = "/data/index/"
"""With its slash: Dicoogle appends ``indexed`` without one (research/dicoogle.md §4)."""
WEB_PORT: Final = 8080
STORAGE_PORT: Final = 6666
QUERY_RETRIEVE_PORT: Final = 1045
METRICS_PORT: Final = 9092
"""Where the storage plugin tells figures and health; the gateway never forwards it."""
LEAST_FREE: Final = 2**30
"""Bytes of the images' volume: with less free the storage plugin refuses every object."""
NODE_NAME: Final = "@NODE_NAME@"
"""Stands for the pod's name, which ``prepare.sh`` fills in. A null name makes Dicoogle save the
file at every start and accept any called AE title (research/dicoogle.md §1)."""
_MODALITIES: Final = ("XA", "CT", "US", "MG", "MR")
"""Those whose objects are indexed with every attribute; Dicoogle's own choice, written down."""
_LARGEST_PDU: Final = "16364"
_ASSOCIATIONS: Final = "20"
_MINUTE: Final = "60000"
"""In milliseconds; Dicoogle's default of 60 means 60 ms (research/dicoogle.md §1)."""
_TIMEOUTS: Final = ("dimse-rsp-timeout", "idle-timeout", "accept-timeout", "connection-timeout")
_FIND: Final = ("1.2.840.10008.5.1.4.1.2.2.1", "1.2.840.10008.5.1.4.1.2.1.1")
"""Study root and patient root."""


def ingest_files(spec: ArchiveSpec) -> dict[str, str]:
    """Render the files of the one Dicoogle that stores and indexes, by name."""
    return _files(spec, stores=True)


def reader_files(spec: ArchiveSpec) -> dict[str, str]:
    """Render the files of a Dicoogle that only answers, by name.

    Its storage service is off: with a read-only volume it would answer Success and drop the object
    (research/dicoogle-topology.md §1).
    """
    return _files(spec, stores=False)


def _files(spec: ArchiveSpec, *, stores: bool) -> dict[str, str]:
    return {
        "server.xml": text(_server(spec, stores=stores)),
        "durable-storage.xml": text(_storage(spec, stores=stores)),
        "luceneset.xml": text(_lucene(stores=stores)),
        "roles.xml": text(ET.Element("Roles")),
        "tags.xml": text(_tags()),
        "log4j2.xml": text(log_settings()),
    }


def _server(spec: ArchiveSpec, *, stores: bool) -> ET.Element:
    config = ET.Element("config")
    add(config, "web-server", autostart="true", port=str(WEB_PORT))
    archive = add(config, "archive")
    providers = add(archive, "dim-providers")
    add(providers, "dim-provider", "lucene")
    add(archive, "node-name", NODE_NAME)
    config.append(_dicom(spec, stores=stores))
    return config


def _dicom(spec: ArchiveSpec, *, stores: bool) -> ET.Element:
    services = ET.Element("dicom-services")
    add(services, "aetitle", spec.promise.dicom.ae_title)
    _accepted(services)
    destinations = add(services, "move-destinations")
    for peer in spec.promise.dicom.move_destinations:
        add(
            destinations,
            "move-destination",
            aetitle=peer.ae_title,
            address=str(peer.address),
            port=str(peer.port),
            public="false",
            # Dicoogle can't print a destination without one (MoveDestination of 3.5.1).
            description=peer.ae_title,
        )
    add(services, "storage", autostart=str(stores).lower(), port=str(STORAGE_PORT))
    _query_retrieve(services)
    return services


def _accepted(services: ET.Element) -> None:
    syntaxes = add(services, "default-ts")
    for syntax in TRANSFER_SYNTAXES:
        add(syntaxes, "ts", syntax)
    classes = add(services, "sop-classes")
    for uid in SOP_CLASSES:
        add(add(classes, "sop-class"), "uid", uid)
    additional = add(services, "additional-sop-classes")
    for uid, keyword in ADDITIONAL.items():
        add(additional, "additional-sop-class", uid=uid, alias=keyword)


def _query_retrieve(services: ET.Element) -> None:
    query = add(services, "query-retrieve", autostart="true", port=str(QUERY_RETRIEVE_PORT))
    for timeout in _TIMEOUTS:
        add(query, timeout, _MINUTE)
    for syntax in UNCOMPRESSED:
        add(query, "transfer-capabilities", syntax)
    for uid in _FIND:
        add(query, "sop-class", uid)
    add(query, "max-client-assocs", _ASSOCIATIONS)
    add(query, "max-pdu-length-receive", _LARGEST_PDU)
    add(query, "max-pdu-length-send", _LARGEST_PDU)


def _storage(spec: ArchiveSpec, *, stores: bool) -> ET.Element:
    configuration = ET.Element("configuration")
    add(configuration, "root-dir", IMAGES_PATH)
    add(configuration, "read-only", str(not stores).lower())
    add(configuration, "least-free-bytes", str(LEAST_FREE))
    add(configuration, "sentinel", sentinel.uid(spec.institution))
    add(add(configuration, "metrics"), "port", str(METRICS_PORT))
    return configuration


def _lucene(*, stores: bool) -> ET.Element:
    configuration = ET.Element("configuration")
    indexer = add(configuration, "indexer")
    add(indexer, "enabled", str(stores).lower())
    add(indexer, "maxRAMBufferSize", "64")
    add(indexer, "path", INDEX_PATH)
    return configuration


def _tags() -> ET.Element:
    """Render ``tags.xml``: it adds to Dicoogle's own attributes, and decides the modalities."""
    tags = ET.Element("Tags")
    modalities = add(tags, "modalities", enable="true", all="false")
    for modality in _MODALITIES:
        add(modalities, "modality", id=modality)
    return tags
