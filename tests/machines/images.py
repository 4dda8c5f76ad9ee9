"""The container images that kubeadm asks for, each made of a program that we built.

Owns their files and their format. Doesn't own the registry that serves them. The format is the OCI
image specification's: layers, a configuration and a manifest, each named by its digest.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import subprocess
import tarfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from local.toolchain.provision import Toolchain
from local.toolchain.tools import go_machine

BLOBS: Final = "blobs"
MANIFESTS: Final = "manifests"
MANIFEST_TYPE: Final = "application/vnd.oci.image.manifest.v1+json"
_UPSTREAM: Final = "registry.k8s.io/"
_PATH: Final = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_PROXY_NEEDS: Final = ("/usr/sbin/nft", "/usr/sbin/conntrack")
_FASTEST: Final = 1


@dataclass(frozen=True)
class Image:
    """One image.

    Attributes:
        name: without a registry.
        tag: as kubeadm asks for it.
        files: where each file lies in it, without a leading slash.
        entrypoint: what it runs.
    """

    name: str
    tag: str
    files: Mapping[str, Path]
    entrypoint: str


def of_kubernetes(kubernetes: Toolchain, others: Toolchain, tree: Path) -> tuple[Image, ...]:
    """The images of one version of Kubernetes, as its kubeadm lists them."""
    kubeadm = str(kubernetes.path("kubeadm"))
    version = _said(kubeadm, "version", "--output=short").strip()
    wanted = _said(kubeadm, "config", "images", "list", "--kubernetes-version", version)
    images = []
    for each in wanted.split():
        name, _, tag = each.removeprefix(_UPSTREAM).partition(":")
        program = name.rpartition("/")[2]
        tools = kubernetes if program in kubernetes.programs else others
        files = dict(_files(program, tools, tree))
        images.append(Image(name, tag, files, f"/{next(iter(files))}"))
    return tuple(images)


def write(images: Iterable[Image], folder: Path) -> None:
    """Write images into a folder: blobs by their digest, manifests by name and tag."""
    for image in images:
        layer = _layer(image)
        inside = hashlib.sha256(gzip.decompress(layer)).hexdigest()
        configuration = json.dumps(
            {
                "architecture": go_machine(),
                "os": "linux",
                "config": {"Entrypoint": [image.entrypoint], "Env": [f"PATH={_PATH}"]},
                "rootfs": {"type": "layers", "diff_ids": [f"sha256:{inside}"]},
            }
        ).encode()
        manifest = {
            "schemaVersion": 2,
            "mediaType": MANIFEST_TYPE,
            "config": _blob(folder, configuration, "application/vnd.oci.image.config.v1+json"),
            "layers": [_blob(folder, layer, "application/vnd.oci.image.layer.v1.tar+gzip")],
        }
        path = folder / MANIFESTS / image.name / image.tag
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(manifest))


def _said(*command: str) -> str:
    """What a program prints."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout


def _files(program: str, tools: Toolchain, tree: Path) -> Iterable[tuple[str, Path]]:
    """An image's files; the first is what it runs."""
    in_root = program in {"coredns", "pause"}
    yield program if in_root else f"usr/local/bin/{program}", tools.path(program)
    if program == "etcd":
        for client in ("etcdctl", "etcdutl"):
            yield f"usr/local/bin/{client}", tools.path(client)
    if program == "kube-proxy":
        for path in sorted({*_PROXY_NEEDS, *_libraries(tree)}):
            yield path.lstrip("/"), tree / path.lstrip("/")


def _libraries(tree: Path) -> Iterable[str]:
    """What the programs of the proxy are linked with, as the tree's own loader finds it."""
    told = _said("chroot", str(tree), "ldd", *_PROXY_NEEDS)
    return [word for line in told.splitlines() for word in line.split() if word[:4] == "/lib"]


def _layer(image: Image) -> bytes:
    """One gzipped layer; the same files, the same bytes."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        for place, path in image.files.items():
            entry = tarfile.TarInfo(place)
            entry.mode = 0o755
            entry.size = path.stat().st_size
            with path.open("rb") as file:
                archive.addfile(entry, file)
    return gzip.compress(content.getvalue(), _FASTEST, mtime=0)


def _blob(folder: Path, content: bytes, kind: str) -> Mapping[str, object]:
    """Store a blob where `crane registry serve --disk` looks for it, and return its descriptor."""
    digest = hashlib.sha256(content).hexdigest()
    path = folder / BLOBS / "sha256" / digest
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return {"mediaType": kind, "digest": f"sha256:{digest}", "size": len(content)}
