"""Four filesystems as they were promised, and as a real Ceph told of them.

Owns the record and its promises. ``recorded_pools.json`` is what Ceph 16.2.15's own command line
answered (``osd dump``, ``osd crush dump``, ``fs ls``), cut to some keys, after the commands that
Rook gives for these manifests; the rule with two copies in each data centre is Rook's own text.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from components.storage.drift import pool_promises
from components.storage.drift_check import Properties, observed

RECORD: Final[Mapping[str, Any]] = json.loads(
    Path(__file__).with_name("recorded_pools.json").read_text("utf-8")
)


def record() -> dict[str, Any]:
    """A copy of the record: the command to its answer."""
    return copy.deepcopy(dict(RECORD))


def observe(answers: Mapping[str, Any]) -> dict[str, Properties]:
    """What the check reads from these answers."""
    return observed(answers["osd dump"], answers["osd crush dump"], answers["fs ls"])


def pool(root: str, domain: str, least: int, **content: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Build a pool as it is rendered; ``least`` is its min_size."""
    return {
        "crushRoot": root,
        "failureDomain": domain,
        "deviceClass": "ssd",
        "parameters": {"min_size": str(least)},
        **content,
    }


def filesystem(name: str, whole: Mapping[str, Any], *more: Mapping[str, Any]) -> dict[str, Any]:
    """Build a CephFilesystem whose metadata and first data pool are alike."""
    data = [{"name": "data", **whole}, *more]
    return {"metadata": {"name": name}, "spec": {"metadataPool": whole, "dataPools": data}}


_TWO_EACH: Final = {"size": 6, "replicasPerFailureDomain": 2, "subFailureDomain": "osd"}
_CODED: Final = {"name": "coded", "erasureCoded": {"dataChunks": 2, "codingChunks": 1}}
_TWO_AT_HOME: Final = pool("faro", "osd", 2, replicated={"size": 2})

FILESYSTEMS: Final = (
    filesystem("every-x3-8870cf", pool("default", "datacenter", 2, replicated={"size": 3})),
    filesystem("home-faro-x2-2aa0e9", _TWO_AT_HOME),
    filesystem("every-x6-51d0aa", pool("default", "datacenter", 3, replicated=_TWO_EACH)),
    filesystem("home-faro-ec2m1-7c41e9", _TWO_AT_HOME, pool("faro", "osd", 3, **_CODED)),
)
PROMISES: Final[Mapping[str, Properties]] = {
    name: promise for each in FILESYSTEMS for name, promise in pool_promises(each)
}
