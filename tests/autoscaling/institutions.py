"""The institutions whose readers are scaled here, and their rendered objects.

Owns who they are and what of their objects is changed. Doesn't own what happens to them. Changed is
only what a laboratory must: where Prometheus is, how many readers there are at first, and how long
the autoscaler waits before it takes one (:func:`scaled`).
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from components import naming
from components.archive import ArchiveSpec, readers
from components.catalog import load
from components.catalog.institution import Readers
from components.manifests import Manifest
from components.monitoring import scaling
from components.monitoring.watch_spec import Promises, WatchSpec
from components.storage.repository_manifests import IMAGES, INDEX
from tests.autoscaling.told import Load

Alteration = Callable[[Manifest], None]
STEADY, STOPPED, RESTARTED, HUNG = "steady", "stopped", "restarted", "hung"
PROMETHEUSES: Final = (STEADY, STOPPED, RESTARTED, HUNG)
GATEWAYS: Final = 2
_PERIOD: Final = 15
"""Seconds from one reader's end to the next one's; rendered are 60."""
_STACKS: Final = Path(__file__).resolve().parents[2] / "stacks"
_CENTRES: Final = ("lisbon", "porto", "faro")


@dataclass(frozen=True)
class Institution:
    """One institution.

    Attributes:
        name: its name, and its namespace.
        readers: the promise.
        count: readers at first.
        load: what its gateways tell at first; None: its gateways are real.
        prometheus: which one KEDA asks for it.
        window: seconds for which fewer readers must suffice; rendered are 300.
        processors: thousandths that each reader uses.
        altered: what is changed of its ScaledObject besides, to show what a guard is for.
    """

    name: str
    readers: Readers
    count: int = 1
    load: Load | None = None
    prometheus: str = STEADY
    window: int = 15
    processors: int = 100
    altered: Alteration | None = None


def watched(institution: Institution) -> WatchSpec:
    """What is watched of it. Without opening hours: the hour of a run changes nothing."""
    return WatchSpec(
        institution=institution.name,
        filesystem="every-x3",
        promises=Promises(timedelta(seconds=1), 99.9, institution.readers),
        time_zone="Europe/Lisbon",
        gateways=GATEWAYS,
        reader_cpu=readers.SIZE.cpu,
        stabilisation=timedelta(seconds=institution.window),
    )


def scaled(institution: Institution, prometheus: str) -> Manifest:
    """Its ScaledObject as rendered, with a Prometheus on loopback and a shorter period."""
    manifest: Manifest = copy.deepcopy(scaling.scaled_object(watched(institution)))
    spec = manifest["spec"]
    behavior = spec["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]
    for policy in behavior["scaleDown"]["policies"]:
        policy["periodSeconds"] = _PERIOD
    for trigger in spec["triggers"]:
        if trigger["type"] == "prometheus":
            trigger["metadata"]["serverAddress"] = prometheus
    if institution.altered is not None:
        institution.altered(manifest)
    return manifest


def workload(institution: Institution) -> list[Manifest]:
    """Its namespace, its readers as rendered, and volumes for them to be scheduled with."""
    promise = load(_STACKS, "local").institutions["aveiro"]
    spec = ArchiveSpec(institution.name, "dicoogle:3.5.1", promise.home, True, promise)  # noqa: FBT003 - leaves_home
    rendered = copy.deepcopy(list(readers.manifests(spec)))
    for manifest in rendered:
        if manifest["kind"] == "StatefulSet":
            manifest["spec"]["replicas"] = institution.count
    place = {"name": naming.namespace(institution.name)}
    claims = [each for name in (IMAGES, INDEX) for each in _volume(place["name"], name)]
    return [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": place},
        *claims,
        *rendered,
    ]


def _volume(namespace: str, name: str) -> tuple[Manifest, Manifest]:
    claim = naming.reader_claim(name)
    volume = f"{namespace}-{claim}"
    size = {"storage": "1Gi"}
    head = {"accessModes": ["ReadOnlyMany"], "storageClassName": ""}
    return (
        {
            "apiVersion": "v1",
            "kind": "PersistentVolume",
            "metadata": {"name": volume},
            "spec": {**head, "capacity": size, "nfs": {"server": "127.0.0.1", "path": "/"}},
        },
        {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {"name": claim, "namespace": namespace},
            "spec": {**head, "volumeName": volume, "resources": {"requests": size}},
        },
    )


def labels(number: int) -> dict[str, str]:
    """The labels of a worker by its number: every data centre has some."""
    return {naming.DATA_CENTRE_LABEL: _CENTRES[number % len(_CENTRES)]}
