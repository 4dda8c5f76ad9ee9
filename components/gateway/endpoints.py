"""All endpoints of Dicoogle 3.5's web API, and what a caller of each must be allowed to do.

Owns the one list from which the gateway's rules, its routes and ``docs/endpoints.md`` are made.
Doesn't own who may do what (:mod:`components.gateway.access`). What isn't listed is refused too:
the refused ones stand here for the reader, and for the tests that call each of them.

Sources: research/dicoogle.md §2, and Dicoogle's ``DicoogleWeb`` and ``LegacyRestletApplication``.
"""

from __future__ import annotations

from typing import Final

from components.catalog import Deed
from components.gateway.endpoint import FIELD, FREE, PROVIDER, SWITCH, UID, Endpoint

_GET: Final = ("GET",)
_POST: Final = ("POST",)
_BOTH: Final = ("GET", "POST")
_CONFIGURES: Final = "Changes what is rendered from the stack."
_LEARNS: Final = "Machine learning: sends examinations to a provider; none is deployed."
_TOKEN: Final = "Tokens live in one reader's memory; who calls is known by certificate."  # noqa: S105 - a remark

OPEN: Final[tuple[Endpoint, ...]] = (
    Endpoint(_GET, "/ext/version", Deed.QUERY, "Dicoogle's version."),
    Endpoint(
        _GET,
        "/providers",
        Deed.QUERY,
        "Names of the loaded plugins.",
        optional={"type": "(query|index|storage)"},
        example="type=query",
    ),
    Endpoint(
        _GET,
        "/search",
        Deed.QUERY,
        "Search in Lucene's language. A page size below 10000 is demanded: there is no default.",
        required={"query": FREE, "psize": "[0-9]{1,4}"},
        optional={
            "provider": PROVIDER,
            "field": FIELD,
            "offset": "[0-9]{1,7}",
            "keyword": SWITCH,
            "expand": SWITCH,
        },
        example="query=Modality:CT&provider=lucene&psize=100",
    ),
    Endpoint(
        _GET,
        "/dump",
        Deed.QUERY,
        "An object's attributes, as JSON.",
        required={"uid": UID},
        optional={"provider": PROVIDER},
        example="uid=1.2.840.1",
    ),
    Endpoint(
        _GET,
        "/dictags",
        Deed.QUERY,
        "An object's attributes, as XML.",
        required={"SOPInstanceUID": UID},
        optional={"provider": PROVIDER},
        example="SOPInstanceUID=1.2.840.1",
    ),
    Endpoint(
        _GET,
        "/legacy/file",
        Deed.RETRIEVE,
        "The download of an object. 204: no such object.",
        required={"uid": UID},
        example="uid=1.2.840.1",
    ),
    Endpoint(
        _GET,
        "/legacy/wado",
        Deed.RETRIEVE,
        "The same download, as WADO-URI.",
        required={"objectUID": UID},
        optional={
            "requestType": "WADO",
            "studyUID": UID,
            "seriesUID": UID,
            "contentType": "application(/|%2[Ff])dicom",
        },
        example="requestType=WADO&objectUID=1.2.840.1",
    ),
    Endpoint(
        _GET,
        "/dic2png",
        Deed.RETRIEVE,
        "A frame as PNG. By UID only: `uri=` reads any file.",
        required={"SOPInstanceUID": UID},
        optional={"frame": "[0-9]{1,5}", "thumbnail": SWITCH, "provider": PROVIDER},
        example="SOPInstanceUID=1.2.840.1&frame=0",
    ),
)

_REFUSED_READS: Final = (
    (_GET, "/searchDIM", "Loads all hits into memory, whatever the page size."),
    (_GET, "/search/holders", "Of the web user interface, which isn't served."),
    (_GET, "/wado", "Tells paths of files, with accession numbers in them."),
    (_BOTH, "/roi", "Renders a region of any size, and so fills the memory."),
    (_GET, "/legacy/dim", "A search without a page size."),
    (_GET, "/legacy/dump", "`/dump` answers the same."),
    (_GET, "/legacy/tags", "Names of attributes only; nobody asked for it."),
    (_GET, "/legacy/img", "Reads any image on the server's disk, by path."),
    (_GET, "/legacy/examTime", "Starts a computation over all examinations."),
    (_GET, "/plugins/*", "Tells what is installed; `/providers` says enough."),
    (_GET, "/index/task", "Lists up to 50000 tasks, with paths of files."),
    (_GET, "/logger", "The log, with patients in it."),
    (_GET, "/welcome", "Of the web user interface, which isn't served."),
    (_GET, "/webui/*", "The web user interface administers; it isn't served."),
    (_GET, "/", "The web user interface administers; it isn't served."),
    (_GET, "/ext/*", "Whatever plugins add; open is `/ext/version` alone."),
    (_GET, "/management/dicom/storage", "Of the management, and no path of it is open."),
    (_GET, "/management/dicom/query", "Of the management, and no path of it is open."),
)
_REFUSED_DEEDS: Final = (
    (_BOTH, "/login", _TOKEN),
    (_BOTH, "/logout", _TOKEN),
    (("GET", "POST", "DELETE"), "/user/*", "Makes an administrator of anybody."),
    (_BOTH, "/indexer", "Indexes any folder; a GET that changes."),
    (_BOTH, "/settings", "A GET that changes settings."),
    (_BOTH, "/presets/*", _CONFIGURES),
    (_BOTH, "/export", "Exports all hits at once."),
    (_BOTH, "/exportFile", "Exports to a file of the server."),
    (_GET, "/export/cvs", "Exports all hits at once."),
    (_GET, "/export/list", "Exports all hits at once."),
    (_POST, "/index/task", "Stops indexing."),
    (_POST, "/plugins/*", "Switches plugins off."),
    (("GET", "POST"), "/legacy/doIndex", "Indexes any folder."),
    (
        _POST,
        "/management/dicom/storage",
        "Opens a reader's storage port; objects sent there are lost.",
    ),
    (_POST, "/management/dicom/query", "Stops the query service."),
    (_POST, "/management/tasks/index", "Reads any folder; the archive reconciles by itself."),
    (_POST, "/management/tasks/unindex", "Makes examinations disappear."),
    (_POST, "/management/tasks/remove", "Deletes files, any files."),
    (("GET", "POST"), "/management/settings/index/*", _CONFIGURES),
    (("GET", "POST", "PUT"), "/management/settings/transfer", _CONFIGURES),
    (("GET", "PUT"), "/management/settings/dicom", _CONFIGURES),
    (_BOTH, "/management/settings/dicom/query", _CONFIGURES),
    (_BOTH, "/management/settings/dicom/tags", _CONFIGURES),
    (_BOTH, "/management/settings/storage/dicom", _CONFIGURES),
    (_POST, "/ml/datastore", _LEARNS),
    (_POST, "/ml/infer/single", _LEARNS),
    (_POST, "/ml/infer/bulk", _LEARNS),
    (("POST", "DELETE"), "/ml/train", _LEARNS),
    (_GET, "/ml/model/list", _LEARNS),
    (_GET, "/ml/model/info", _LEARNS),
    (_POST, "/ml/cache", _LEARNS),
    (_GET, "/ml/provider/methods", _LEARNS),
)
REFUSED: Final[tuple[Endpoint, ...]] = tuple(
    Endpoint(methods, path, None, remark)
    for methods, path, remark in (*_REFUSED_READS, *_REFUSED_DEEDS)
)


def of_deed(deed: Deed) -> tuple[Endpoint, ...]:
    """The endpoints that a caller who may do this may call."""
    return tuple(endpoint for endpoint in OPEN if endpoint.deed is deed)
