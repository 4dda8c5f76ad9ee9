"""What the archive's pods have in common: security, volumes, the steps before Dicoogle.

Owns these parts. Doesn't own Dicoogle's container (:mod:`components.archive.dicoogle`), the
workloads (:mod:`components.archive.ingest`, :mod:`components.archive.readers`), nor the files'
content (:mod:`components.archive.settings`).
"""

from __future__ import annotations

from typing import Any, Final

from components import naming
from components.archive import accounts, scripts, settings
from components.storage.repository_manifests import IMAGES, INDEX

APPLICATION: Final = "/opt/dicoogle"
"""Where the image keeps dicoogle.jar and Plugins/; never written to."""
WORK: Final = "/var/lib/dicoogle"
"""Dicoogle's working directory, a scratch volume; it lives as long as the pod."""
TEMPORARY: Final = "/tmp"  # noqa: S108 - a volume of the pod's own
STARTED: Final = f"{WORK}/started"
"""Where each start of Dicoogle leaves another word."""
USER: Final = 10001
SCRATCH_MIB: Final = 256
_SETTINGS: Final = "/etc/dicoogle"
_ACCOUNTS: Final = "/etc/dicoogle-accounts"


def security() -> dict[str, Any]:
    """Build the pod's security context; it passes Pod Security ``restricted``."""
    return {
        "runAsNonRoot": True,
        "runAsUser": USER,
        "runAsGroup": USER,
        "fsGroup": USER,
        # Changing the owner of every image at each mount would take hours.
        "fsGroupChangePolicy": "OnRootMismatch",
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def confined() -> dict[str, Any]:
    """Build a container's security context; it passes Pod Security ``restricted``."""
    return {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


def _scratch(name: str) -> dict[str, Any]:
    """Build a scratch volume, in memory.

    Dicoogle caches renderings of images in its temporary folder: on a node's disk they would leave
    the data centres that may hold the examinations.
    """
    return {"name": name, "emptyDir": {"medium": "Memory", "sizeLimit": f"{SCRATCH_MIB}Mi"}}


def claim(name: str, *, read_only: bool) -> dict[str, Any]:
    """Build the volume of a claim: readers have claims of their own, which nothing writes to."""
    holder = naming.reader_claim(name) if read_only else name
    return {"name": name, "persistentVolumeClaim": {"claimName": holder, "readOnly": read_only}}


def volumes(
    configuration: str, used_scripts: tuple[str, ...], *, read_only: bool
) -> list[dict[str, Any]]:
    """Build the volumes of one of Dicoogle's pods."""
    return [
        *(claim(name, read_only=read_only) for name in (IMAGES, INDEX)),
        {"name": "settings", "configMap": {"name": configuration}},
        {"name": "accounts", "secret": {"secretName": accounts.NAME, "defaultMode": 0o440}},
        scripts.volume(configuration, used_scripts),
        _scratch("work"),
        _scratch("tmp"),
    ]


def images_mount(*, read_only: bool) -> dict[str, Any]:
    """Mount the images, at the same path in every pod: the index holds absolute file names."""
    return {"name": IMAGES, "mountPath": settings.IMAGES_PATH, "readOnly": read_only}


def index_mount(*, read_only: bool) -> dict[str, Any]:
    """Mount the index, at the same path in every pod."""
    return {"name": INDEX, "mountPath": settings.INDEX_PATH.rstrip("/"), "readOnly": read_only}


def work_mount(*, read_only: bool = False) -> dict[str, Any]:
    """Mount Dicoogle's working directory."""
    return {"name": "work", "mountPath": WORK, "readOnly": read_only}


def temporary_mount() -> dict[str, Any]:
    """Mount the temporary folder."""
    return {"name": "tmp", "mountPath": TEMPORARY, "readOnly": False}


def settings_mount() -> dict[str, Any]:
    """Mount the rendered files."""
    return {"name": "settings", "mountPath": _SETTINGS, "readOnly": True}


def prepare(image: str) -> dict[str, Any]:
    """Build the step that copies plugins, settings and accounts into the working directory."""
    command = scripts.command(scripts.PREPARE, APPLICATION, _SETTINGS, _ACCOUNTS)
    secrets = {"name": "accounts", "mountPath": _ACCOUNTS, "readOnly": True}
    return {
        **step("prepare", image, command),
        "workingDir": WORK,
        "env": [{"name": "POD_NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}],
        "volumeMounts": [work_mount(), settings_mount(), secrets, scripts.mount()],
    }


def place_sentinel(image: str, file: str, relative_path: str) -> dict[str, Any]:
    """Build the step that puts the sentinel, a file of the settings, below the images."""
    target = f"{settings.IMAGES_PATH}/{relative_path}"
    command = scripts.command(scripts.PLACE_SENTINEL, f"{_SETTINGS}/{file}", target)
    mounts = [images_mount(read_only=False), settings_mount(), scripts.mount()]
    return {**step("place-sentinel", image, command), "volumeMounts": mounts}


def wait_for_index(image: str) -> dict[str, Any]:
    """Build the step that waits for the index.

    A Dicoogle that starts without one looks healthy and finds nothing for ever
    (research/dicoogle-topology.md §1).
    """
    command = scripts.command(scripts.WAIT_FOR_INDEX, settings.INDEX_PATH.rstrip("/"))
    mounts = [index_mount(read_only=True), scripts.mount()]
    return {**step("wait-for-index", image, command), "volumeMounts": mounts}


def step(name: str, image: str, command: list[str]) -> dict[str, Any]:
    """Build a small container beside or before Dicoogle, without its volumes."""
    resources = {"cpu": "100m", "memory": "64Mi", "ephemeral-storage": "16Mi"}
    return {
        "name": name,
        "image": image,
        "command": command,
        "securityContext": confined(),
        "resources": {"requests": resources, "limits": resources},
    }
