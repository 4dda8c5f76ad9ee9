"""Dicoogle's container: its size, its Java options, its life from start to end.

Owns these. Doesn't own what distinguishes ingest from readers, nor the rest of their pods
(:mod:`components.archive.pod`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from components.archive import pod, scripts, settings

_HEAP_SHARE: Final = 1.6
"""The memory limit is this many times the heap (research/dicoogle-topology.md §4)."""
_LARGEST_OBJECT: Final = 64
"""MiB. A C-STORE holds a whole object in the heap (research/dicoogle.md §1); half of the heap is
for objects, so many associations of this size fit at once. A larger object takes their room."""
_QUERIES: Final = 8
"""Threads per processor that look up objects: a download's lookup waits more than it computes."""
METRICS: Final = "metrics"
"""The port on which the storage plugin tells figures and health; of the pod, not of its service."""
_RETAINED_TASKS: Final = 1000
"""Finished index tasks that Dicoogle remembers; 50,000 by default, one per object, and whoever asks
for the running ones gets them all."""


@dataclass(frozen=True)
class Size:
    """What one Dicoogle gets.

    Attributes:
        cpu: thousandths of a processor requested. There is no limit: a cold JVM is slow enough
            without one.
        memory: MiB, requested and limited alike; the scratch volumes count into it.
    """

    cpu: int
    memory: int

    @property
    def heap(self) -> int:
        """MiB of Java heap."""
        return int((self.memory - 2 * pod.SCRATCH_MIB) / _HEAP_SHARE)

    @property
    def processors(self) -> int:
        """Whole processors, at least one."""
        return math.ceil(self.cpu / 1000)

    @property
    def associations(self) -> int:
        """C-STORE associations at a time, at least one."""
        return max(1, self.heap // 2 // _LARGEST_OBJECT)


@dataclass(frozen=True)
class Life:
    """How a Dicoogle is started, judged and let go.

    Attributes:
        command: what starts before Java, for example a lock; it must become Java's process.
        alive: the handler of the liveness probe.
        ready: the handler of the readiness probe.
        drain: seconds that it goes on after it is let go.
    """

    command: tuple[str, ...]
    alive: Mapping[str, Any]
    ready: Mapping[str, Any]
    drain: int


WEB_ANSWERS: Final[Mapping[str, Any]] = {"httpGet": {"path": "/ext/version", "port": "web"}}
"""Touches no plugin, so it says that the JVM and its web server live and no more
(research/dicoogle.md §2)."""
HEALTH: Final = "/health/ready"
"""Of the storage plugin, on a port of its own: index and query plugins answer, and the sentinel is
served out of index and images; on ingest also that volume and journal have room."""
HEALTHY: Final[Mapping[str, Any]] = {"httpGet": {"path": HEALTH, "port": METRICS}}
"""Needs no thread of the web server or the query pool, so a Dicoogle that is merely busy isn't
taken out, which would make its neighbours busier."""


def container(
    image: str, size: Size, ports: Mapping[str, int], life: Life, *, read_only: bool
) -> dict[str, Any]:
    """Build the container; ``read_only`` is about images and index."""
    memory = f"{size.memory}Mi"
    data = [pod.images_mount(read_only=read_only), pod.index_mount(read_only=read_only)]
    return {
        "name": "dicoogle",
        "image": image,
        "command": [*life.command, "java", "-jar", f"{pod.APPLICATION}/dicoogle.jar", "-s"],
        "workingDir": pod.WORK,
        "env": [{"name": "JAVA_TOOL_OPTIONS", "value": " ".join(_java(size))}],
        "ports": [
            {"name": name, "containerPort": port, "protocol": "TCP"}
            for name, port in {**ports, METRICS: settings.METRICS_PORT}.items()
        ],
        "securityContext": pod.confined(),
        "resources": {
            "requests": {"cpu": f"{size.cpu}m", "memory": memory, "ephemeral-storage": "64Mi"},
            "limits": {"memory": memory, "ephemeral-storage": "256Mi"},
        },
        "volumeMounts": [*data, pod.work_mount(), pod.temporary_mount(), scripts.mount()],
        **_probes(life),
        "lifecycle": _lifecycle(life.drain),
    }


def _java(size: Size) -> list[str]:
    return [
        f"-Xms{size.heap}m",
        f"-Xmx{size.heap}m",
        "-XX:+ExitOnOutOfMemoryError",
        "-Djava.awt.headless=true",
        f"-Djava.io.tmpdir={pod.TEMPORARY}",
        f"-Dlog4j.configurationFile={pod.WORK}/log4j2.xml",
        # A Dicoogle whose storage plugin is dead answers Success and drops the object.
        "-Ddicoogle.deadPluginKillSwitch=true",
        # Lucene's writer takes one object at a time; the second thread is for a pass over all.
        f"-Ddicoogle.taskManager.nThreads={1 + size.processors}",
        f"-Ddicoogle.taskManager.nQueryThreads={_QUERIES * size.processors}",
        f"-Ddicoogle.cstore.maxScpAssociations={size.associations}",
        f"-Ddicoogle.tasks.softRemoveTasks={_RETAINED_TASKS}",
    ]


def _probes(life: Life) -> dict[str, Any]:
    return {
        "startupProbe": {**WEB_ANSWERS, "periodSeconds": 5, "failureThreshold": 60},
        "livenessProbe": {
            **life.alive,
            "periodSeconds": 20,
            "timeoutSeconds": 5,
            "failureThreshold": 6,
        },
        "readinessProbe": {
            **life.ready,
            "periodSeconds": 5,
            "timeoutSeconds": 10,
            "failureThreshold": 2,
        },
    }


def _lifecycle(drain: int) -> dict[str, Any]:
    """Build the hooks: a word at every start, a pause before the end."""
    word = f"cat /proc/sys/kernel/random/uuid > {pod.STARTED}"
    return {
        "postStart": {"exec": {"command": ["/bin/sh", "-c", word]}},
        # SIGTERM ends Dicoogle at once and cuts its streams (research/dicoogle-topology.md §3).
        "preStop": {"sleep": {"seconds": drain}},
    }


def ask(script: str, *arguments: str) -> dict[str, Any]:
    """Build the handler of a probe that runs a script inside the container."""
    return {"exec": {"command": scripts.command(script, *arguments)}}


def itself(path: str = "", port: int = settings.WEB_PORT) -> str:
    """An address of this pod's own Dicoogle, its web server's unless another port is told."""
    return f"http://127.0.0.1:{port}{path}"
