"""The custom resource definitions (CRDs) of the operators that are absent here.

They come from the tool chain's pinned Go modules. Rook's and ceph-csi-operator's are in none, so
theirs come from a folder of YAML files where there is one, and otherwise permissive stand-ins
take their place, which accept any field of the kinds that this project uses.

Published files are sent as they are, never parsed: some hold scalars that a YAML 1.1 parser
refuses (a bare `=` in the Prometheus operator's).
"""

import hashlib
import json
import os
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from local.paths import checkout
from local.simulation.api import ApiServer
from local.simulation.failure import SimulationError

_PATH = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
_DOCUMENTS = re.compile(r"^---.*$", re.MULTILINE)
_KIND = re.compile(r"^kind: CustomResourceDefinition\s*$", re.MULTILINE)
_NAME = re.compile(r"^metadata:\n(?:  .*\n)*?  name: (\S+)$", re.MULTILINE)
_AT_ONCE = 8
_PATIENCE = 60.0

_PLURALS: Mapping[str, Mapping[str, str]] = {
    "ceph.rook.io/v1": {
        "CephBlockPool": "cephblockpools",
        "CephClient": "cephclients",
        "CephCluster": "cephclusters",
        "CephFilesystem": "cephfilesystems",
        "CephFilesystemMirror": "cephfilesystemmirrors",
        "CephFilesystemSubVolumeGroup": "cephfilesystemsubvolumegroups",
        "CephNFS": "cephnfses",
    },
    "csi.ceph.io/v1": {
        "CephConnection": "cephconnections",
        "ClientProfile": "clientprofiles",
        "ClientProfileMapping": "clientprofilemappings",
        "Driver": "drivers",
        "OperatorConfig": "operatorconfigs",
    },
}
# The snapshot controller's own definitions are in no source that the tool chain has.
_SNAPSHOTS: Mapping[str, Mapping[str, str]] = {
    "snapshot.storage.k8s.io/v1": {
        "VolumeSnapshot": "volumesnapshots",
        "VolumeSnapshotClass": "volumesnapshotclasses",
        "VolumeSnapshotContent": "volumesnapshotcontents",
    }
}
_CLUSTER_WIDE = frozenset({"VolumeSnapshotClass", "VolumeSnapshotContent"})


@dataclass(frozen=True)
class Definition:
    """A definition's name, such as `cephclients.ceph.rook.io`, and its YAML."""

    name: str
    text: str


@dataclass(frozen=True)
class Definitions:
    """All definitions, and where Ceph's came from in words."""

    all: tuple[Definition, ...]
    ceph_source: str

    @property
    def digest(self) -> str:
        """Return a digest that changes with any definition."""
        texts = "\0".join(definition.text for definition in self.all)
        return hashlib.sha256(texts.encode()).hexdigest()


def gather(folders: Iterable[Path]) -> Definitions:
    """Gather the definitions in these folders, Ceph's, and the snapshots'.

    Ceph's are taken from the folder that IMAGING_CRDS names, or from `shared/crds` beside the
    checkout.

    Raises:
        SimulationError: IMAGING_CRDS names no folder of definitions.
    """
    found = [definition for folder in folders for definition in _in_folder(folder)]
    configured = os.environ.get("IMAGING_CRDS")
    folder = Path(configured) if configured else checkout().parent / "shared" / "crds"
    ceph = _in_folder(folder)
    if configured and not ceph:
        raise SimulationError(
            f"IMAGING_CRDS names {folder}, where no YAML file holds a CustomResourceDefinition. "
            "Name a folder with Rook's and ceph-csi-operator's, or unset it."
        )
    source = f"from {folder}" if ceph else "permissive stand-ins, which accept any field"
    snapshots = stand_ins(_SNAPSHOTS)
    return Definitions((*found, *(ceph or stand_ins(_PLURALS)), *snapshots), source)


def read(text: str) -> list[Definition]:
    """Read the definitions in one YAML file; other kinds in it are passed over."""
    return [
        Definition(name[1], document)
        for document in _DOCUMENTS.split(text)
        if _KIND.search(document) and (name := _NAME.search(document))
    ]


def stand_ins(plurals: Mapping[str, Mapping[str, str]] = _PLURALS) -> list[Definition]:
    """Return definitions that accept any field, from kinds' plurals by API version."""
    return [
        _stand_in(api_version, kind, plural)
        for api_version, kinds in plurals.items()
        for kind, plural in kinds.items()
    ]


def apply(api: ApiServer, definitions: Sequence[Definition]) -> None:
    """Apply definitions and wait until the API server serves all of them.

    Whether it does is asked of its discovery, which lists what is Established: to look at the
    definitions themselves, of up to a megabyte each, takes longer than to apply them.
    """
    with ThreadPoolExecutor(_AT_ONCE) as workers:
        list(workers.map(lambda each: api.apply(f"{_PATH}/{each.name}", each.text), definitions))
    deadline = time.monotonic() + _PATIENCE
    while missing := sorted({definition.name for definition in definitions} - api.served()):
        if time.monotonic() > deadline:
            raise SimulationError(
                f"{_PATIENCE:.0f} s after it got their definitions, the API server doesn't serve "
                f"{', '.join(missing)}."
            )
        time.sleep(0.2)


def _in_folder(folder: Path) -> list[Definition]:
    files = sorted(folder.glob("*.yaml"))
    return [definition for file in files for definition in read(file.read_text())]


def _stand_in(api_version: str, kind: str, plural: str) -> Definition:
    group, version = api_version.split("/")
    anything = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    body = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {
            "name": f"{plural}.{group}",
            "annotations": {
                "imaging-simulation/stand-in": "accepts any field; the operator's own is stricter",
                # The API server demands a reason for groups of *.k8s.io.
                "api-approved.kubernetes.io": "unapproved, a stand-in in a simulated cluster",
            },
        },
        "spec": {
            "group": group,
            "scope": "Cluster" if kind in _CLUSTER_WIDE else "Namespaced",
            "names": {
                "kind": kind,
                "listKind": f"{kind}List",
                "plural": plural,
                "singular": kind.lower(),
            },
            "versions": [
                {
                    "name": version,
                    "served": True,
                    "storage": True,
                    "subresources": {"status": {}},
                    "schema": {
                        "openAPIV3Schema": {
                            "type": "object",
                            "properties": {"spec": anything, "status": anything},
                            "x-kubernetes-preserve-unknown-fields": True,
                        }
                    },
                    "additionalPrinterColumns": [
                        {"name": "Phase", "type": "string", "jsonPath": ".status.phase"}
                    ],
                }
            ],
        },
    }
    return Definition(f"{plural}.{group}", json.dumps(body))
