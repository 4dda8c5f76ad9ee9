"""The laboratory's own servers: the apt repositories over HTTP, and the mirror of images.

Owns their processes. Doesn't own what they serve. They stand at the bridge's own address, and end
with the laboratory's namespaces.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

import httpx

from tests.local.simulation.running_cluster import eventually
from tests.machines.enclosure import GATEWAY, Enclosure
from tests.machines.first_files import MIRROR, MIRROR_PORT, REPOSITORY, REPOSITORY_PORT
from tests.machines.images import BLOBS, MANIFEST_TYPE, MANIFESTS
from tests.machines.supplies import Supplies

_SYSTEM_PYTHON: Final = "/usr/bin/python3"
_PATIENCE: Final = 30


def serve(enclosure: Enclosure, supplies: Supplies) -> None:
    """Start both, and wait until they answer; call it from within the laboratory's network."""
    files = [_SYSTEM_PYTHON, "-I", "-m", "http.server", "--bind", GATEWAY]
    where = ["--directory", str(supplies.repositories), str(REPOSITORY_PORT)]
    blobs = ["--disk", str(supplies.images / BLOBS)]
    mirror = [str(supplies.crane), "registry", "serve", "--address", f"{GATEWAY}:{MIRROR_PORT}"]
    for name, command in {"repository": [*files, *where], "mirror": [*mirror, *blobs]}.items():
        with (enclosure.folder / f"{name}.log").open("ab") as log:
            enclosure.start(command, log, {})
    for url in (f"{REPOSITORY}/", f"{MIRROR}/v2/"):
        assert eventually(partial(_answers, url), _PATIENCE), f"{url} doesn't answer"
    _announce(supplies.images / MANIFESTS)


def _announce(manifests: Path) -> None:
    """Tell the mirror its images: it keeps their contents on disk, but their names in memory."""
    with httpx.Client(trust_env=False, timeout=30) as client:
        for each in sorted(path for path in manifests.rglob("*") if path.is_file()):
            image = each.parent.relative_to(manifests)
            client.put(
                f"{MIRROR}/v2/{image}/manifests/{each.name}",
                content=each.read_bytes(),
                headers={"Content-Type": MANIFEST_TYPE},
            ).raise_for_status()


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5, trust_env=False).is_success
    except httpx.TransportError:
        return False
