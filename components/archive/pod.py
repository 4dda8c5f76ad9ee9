"""What Dicoogle's pods have in common: security, volumes, heap, probes, the working directory.

Owns these parts. Doesn't own the workloads (:mod:`components.archive.ingest`,
:mod:`components.archive.readers`), nor the files' content (:mod:`components.archive.settings`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from components.archive import settings
from components.storage.repository_manifests import IMAGES, INDEX

_USER: Final = 1001
_APPLICATION: Final = "/opt/dicoogle"
"""Where the image keeps dicoogle.jar and Plugins/; never written to."""
_WORK: Final = "/var/lib/dicoogle"
_SETTINGS: Final = "/etc/dicoogle"
_SCRATCH_MIB: Final = 256
_HEAP_SHARE: Final = 1.6
"""The memory limit is this many times the heap (research/dicoogle-topology.md §4)."""


@dataclass(frozen=True)
class Size:
    """What one Dicoogle gets.

    Attributes:
        cpu: processors requested, as a Kubernetes quantity. There is no limit: a cold JVM is slow
            enough without one.
        heap: MiB of Java heap.
    """

    cpu: str
    heap: int

    @property
    def memory(self) -> int:
        """MiB of memory, requested and limited alike; the scratch volumes count into it."""
        return int(self.heap * _HEAP_SHARE) + 2 * _SCRATCH_MIB


def security() -> dict[str, Any]:
    """Build the pod's security context; it passes Pod Security ``restricted``."""
    return {
        "runAsNonRoot": True,
        "runAsUser": _USER,
        "runAsGroup": _USER,
        "fsGroup": _USER,
        # Changing the owner of every image at each mount would take hours.
        "fsGroupChangePolicy": "OnRootMismatch",
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def _confined() -> dict[str, Any]:
    return {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


def volumes(configuration: str, *, read_only: bool) -> list[dict[str, Any]]:
    """Build the volumes; the scratch ones lie in memory.

    Dicoogle caches renderings of images in its temporary folder: on a node's disk they would leave
    the data centres that may hold the examinations.
    """
    scratch = {"medium": "Memory", "sizeLimit": f"{_SCRATCH_MIB}Mi"}
    return [
        *(
            {"name": name, "persistentVolumeClaim": {"claimName": name, "readOnly": read_only}}
            for name in (IMAGES, INDEX)
        ),
        {"name": "settings", "configMap": {"name": configuration}},
        {"name": "work", "emptyDir": scratch},
        {"name": "tmp", "emptyDir": scratch},
    ]


def _data_mounts(*, read_only: bool) -> list[dict[str, Any]]:
    """Both at the same path in every pod: the index holds absolute file names."""
    return [
        {"name": IMAGES, "mountPath": settings.IMAGES_PATH, "readOnly": read_only},
        {"name": INDEX, "mountPath": settings.INDEX_PATH.rstrip("/"), "readOnly": read_only},
    ]


def _work_mounts() -> list[dict[str, Any]]:
    return [{"name": "work", "mountPath": _WORK}, {"name": "tmp", "mountPath": "/tmp"}]  # noqa: S108 - a volume


def prepare(image: str) -> dict[str, Any]:
    """Build the step that copies plugins and settings into the writable working directory."""
    script = (
        "set -eu; mkdir -p confs Plugins/settings; "
        f"cp {_APPLICATION}/Plugins/*.jar Plugins/; "
        f"cp {_SETTINGS}/server.xml confs/; "
        f"cp {_SETTINGS}/file-storage.xml {_SETTINGS}/luceneset.xml Plugins/settings/; "
        f"cp {_SETTINGS}/users.xml {_SETTINGS}/log4j2.xml ."
    )
    mounts = [*_work_mounts(), {"name": "settings", "mountPath": _SETTINGS, "readOnly": True}]
    return {**_step("prepare", image, script), "volumeMounts": mounts, "workingDir": _WORK}


def wait_for_index(image: str) -> dict[str, Any]:
    """Build the step that waits for the index.

    A Dicoogle that starts without one looks healthy and finds nothing for ever
    (research/dicoogle-topology.md §1).
    """
    segments = f"{settings.INDEX_PATH}indexed/segments_*"
    script = f"until ls {segments} >/dev/null 2>&1; do echo waiting for the index; sleep 2; done"
    return {**_step("wait-for-index", image, script), "volumeMounts": _data_mounts(read_only=True)}


def _step(name: str, image: str, script: str) -> dict[str, Any]:
    """Build an init container that runs a shell script."""
    resources = {"cpu": "100m", "memory": "64Mi", "ephemeral-storage": "16Mi"}
    return {
        "name": name,
        "image": image,
        "command": ["/bin/sh", "-c", script],
        "securityContext": _confined(),
        "resources": {"requests": resources, "limits": resources},
    }


def dicoogle(
    image: str, size: Size, ports: dict[str, int], *, read_only: bool, drain: int
) -> dict[str, Any]:
    """Build Dicoogle's container; ``drain`` is the seconds that it goes on after it is let go."""
    memory = f"{size.memory}Mi"
    return {
        "name": "dicoogle",
        "image": image,
        "command": ["java", "-jar", f"{_APPLICATION}/dicoogle.jar", "-s"],
        "workingDir": _WORK,
        "env": [{"name": "JAVA_TOOL_OPTIONS", "value": " ".join(_java(size))}],
        "ports": [
            {"name": name, "containerPort": port, "protocol": "TCP"} for name, port in ports.items()
        ],
        "securityContext": _confined(),
        "resources": {
            "requests": {"cpu": size.cpu, "memory": memory, "ephemeral-storage": "64Mi"},
            "limits": {"memory": memory, "ephemeral-storage": "256Mi"},
        },
        "volumeMounts": [*_data_mounts(read_only=read_only), *_work_mounts()],
        **_probes(),
        # SIGTERM ends Dicoogle at once and cuts its streams (research/dicoogle-topology.md §3).
        "lifecycle": {"preStop": {"sleep": {"seconds": drain}}},
    }


def _java(size: Size) -> list[str]:
    return [
        f"-Xms{size.heap}m",
        f"-Xmx{size.heap}m",
        "-Djava.awt.headless=true",
        # A Dicoogle whose storage plugin is dead answers Success and drops the object.
        "-Ddicoogle.deadPluginKillSwitch=true",
        f"-Dlog4j.configurationFile={_WORK}/log4j2.xml",
        "-XX:+ExitOnOutOfMemoryError",
    ]


def _probes() -> dict[str, Any]:
    alive = {"httpGet": {"path": "/ext/version", "port": "web"}}
    # Answers 200 only while the query plugin is loaded (research/dicoogle.md §2).
    query = "/search?query=SOPInstanceUID:0&provider=lucene&psize=0"
    return {
        "startupProbe": {**alive, "periodSeconds": 5, "failureThreshold": 60},
        "livenessProbe": {**alive, "periodSeconds": 20, "timeoutSeconds": 5, "failureThreshold": 6},
        "readinessProbe": {
            "httpGet": {"path": query, "port": "web"},
            "periodSeconds": 5,
            "timeoutSeconds": 5,
        },
    }
