"""The institutions whose archive the tests look at, and how to find things in their manifests.

Owns no assertion.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from components.archive import ArchiveSpec, ingest, readers, scripts
from components.catalog import load
from components.manifests import Manifest

STACKS: Final = Path(__file__).resolve().parents[3] / "stacks"
SCRIPTS: Final = Path(scripts.__file__).parent / "scripts"


def _spec(institution: str, *, leaves_home: bool) -> ArchiveSpec:
    promise = load(STACKS, "local").institutions[institution]
    return ArchiveSpec(institution, "dicoogle:3.5.1", promise.home, leaves_home, promise)


AVEIRO: Final = _spec("aveiro", leaves_home=True)
EVORA: Final = _spec("evora", leaves_home=False)
INGEST: Final = ingest.manifests(AVEIRO)
READERS: Final = readers.manifests(AVEIRO)


def of_kind(manifests: tuple[Manifest, ...], kind: str) -> Any:  # noqa: ANN401 - a manifest's part
    """The specification of the one object of a kind."""
    (found,) = (each for each in manifests if each["kind"] == kind)
    return found.get("spec", found)


def pod(manifests: tuple[Manifest, ...]) -> dict[str, Any]:
    """The specification of a workload's pods."""
    found: dict[str, Any] = of_kind(manifests, "StatefulSet")["template"]["spec"]
    return found


def dicoogle(manifests: tuple[Manifest, ...]) -> dict[str, Any]:
    """Dicoogle's container."""
    (found,) = pod(manifests)["containers"]
    return dict(found)


def containers(manifests: tuple[Manifest, ...]) -> list[dict[str, Any]]:
    """All containers of a workload's pods."""
    workload = pod(manifests)
    return [*workload["initContainers"], *workload["containers"]]


def mounts(container: dict[str, Any]) -> dict[str, tuple[str, bool]]:
    """Path and read-only of each mount, by volume."""
    return {
        each["name"]: (each["mountPath"], each.get("readOnly", False))
        for each in container["volumeMounts"]
    }


def java(manifests: tuple[Manifest, ...]) -> list[str]:
    """The Java options."""
    (found,) = dicoogle(manifests)["env"]
    return str(found["value"]).split()
