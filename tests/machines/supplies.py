"""What machines install and pull: apt repositories and images, made once into the user's cache.

Owns what lies in which repository. Doesn't own how it is served (:mod:`tests.machines.servers`).
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from local.paths import cache_dir
from local.toolchain.pins import KUBERNETES
from local.toolchain.progress import step
from local.toolchain.provision import Toolchain
from local.toolchain.store import exclusive, publish
from tests.machines import apt_repository, base_tree, debian_packages, images, programs
from tests.machines.base_tree import BaseTree

VERSIONS: Final = (programs.PREVIOUS, KUBERNETES)
"""The versions of Kubernetes that machines can have, the older one first."""
_MAKERS: Final = (apt_repository, debian_packages, images)
_STAMP: Final = "whole"


@dataclass(frozen=True)
class Supplies:
    """Everything, on this system's disk.

    Attributes:
        base: the Debian tree.
        repositories: a folder with ``debian``, ``kubernetes`` and ``containerd``.
        images: a folder of blobs and manifests.
        crane: the registry.
    """

    base: BaseTree
    repositories: Path
    images: Path
    crane: Path


def supplies() -> Supplies:
    """Everything, made where it isn't there.

    Raises:
        ToolchainError: a program can't be had.
        BaseTreeError: the Debian tree can't be made.
    """
    others = programs.others()
    kubernetes = {version: programs.kubernetes(version) for version in VERSIONS}
    base = base_tree.base_tree()
    target = cache_dir() / "machines" / "supplies" / _digest(base, others, *kubernetes.values())
    if not (target / _STAMP).exists():
        with (
            step("Packages and images for machines") as shown,
            exclusive(target, lambda: shown.doing("waiting for another run that makes them")),
        ):
            if not (target / _STAMP).exists():
                shown.doing("about 1 min")
                publish(target, lambda folder: _fill(folder, base, others, kubernetes))
            shown.outcome = "made"
    return Supplies(base, target / "repositories", target / "images", others.path("crane"))


def _digest(base: BaseTree, *tools: Toolchain) -> str:
    """A short hash of what decides the contents."""
    digest = hashlib.sha256(str(base).encode())
    for maker in _MAKERS:
        digest.update(Path(str(maker.__file__)).read_bytes())
    for each in tools:
        digest.update(each.bin.name.encode())
    return digest.hexdigest()[:12]


def _fill(
    folder: Path, base: BaseTree, others: Toolchain, kubernetes: Mapping[str, Toolchain]
) -> None:
    found = {
        "debian": [],
        "kubernetes": [
            package
            for version, tools in kubernetes.items()
            for package in debian_packages.of_kubernetes(version, tools)
        ],
        "containerd": [],
    }
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        runc = debian_packages.unpacked(base.packages, "runc", work / "runc") / "usr/sbin/runc"
        plugins, containerd = debian_packages.of_others(others, runc)
        found["kubernetes"].append(plugins)
        found["containerd"].append(containerd)
        apt_repository.make_key(work / "keys")
        for repository, packages in found.items():
            target = folder / "repositories" / repository
            target.mkdir(parents=True)
            for package in packages:
                debian_packages.build(package, work, target)
            if repository == "debian":
                shutil.copytree(base.packages, target, dirs_exist_ok=True)
            apt_repository.index(target, work / "keys")
    for tools in kubernetes.values():
        images.write(images.of_kubernetes(tools, others, base.tree), folder / "images")
    (folder / _STAMP).touch()
