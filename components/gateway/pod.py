"""The gateway's pod: Envoy, confined, probed, and drained before it ends.

Owns the pod's specification. Doesn't own Envoy's configuration (:mod:`components.gateway.envoy`).
"""

from __future__ import annotations

from typing import Any, Final

from components import naming
from components.gateway.certificates import SERVER_SECRET
from components.gateway.envoy import clusters, operations, tls
from components.gateway.envoy.bootstrap import BOOTSTRAP_FILE, MEMORY_MIB
from components.gateway.spec import (
    DRAIN_PORT,
    PLAIN_QUERY_PORT,
    PLAIN_STORE_PORT,
    QUERY_PORT,
    STATS_PORT,
    STORE_PORT,
    WEB_PORT,
    GatewaySpec,
)
from components.gateway.workload import NAME, labels

_USER: Final = 65532
"""The user of distroless images."""
_RUN: Final = clusters.ADMIN_SOCKET.rpartition("/")[0]
_SLACK: Final = 20


def ports(spec: GatewaySpec) -> dict[str, int]:
    """The ports that callers reach, by name."""
    found = {"https": WEB_PORT, "dicom-store": STORE_PORT, "dicom-query": QUERY_PORT}
    if spec.networks:
        # Names of ports are 15 characters at most.
        found |= {"plain-store": PLAIN_STORE_PORT, "plain-query": PLAIN_QUERY_PORT}
    return found


def pod(spec: GatewaySpec) -> dict[str, Any]:
    """Build the pod's specification; it passes Pod Security ``restricted``."""
    return {
        "serviceAccountName": NAME,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": _USER,
            "runAsGroup": _USER,
            "fsGroup": _USER,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "topologySpreadConstraints": _spread(spec),
        # The longest drain, and a little for what comes before and after it.
        "terminationGracePeriodSeconds": operations.DRAIN + _SLACK,
        "containers": [_envoy(spec)],
        "volumes": [
            {"name": "configuration", "configMap": {"name": NAME}},
            {"name": "tls", "secret": {"secretName": SERVER_SECRET, "defaultMode": 0o440}},
            {"name": "run", "emptyDir": {"medium": "Memory", "sizeLimit": "1Mi"}},
        ],
    }


def _envoy(spec: GatewaySpec) -> dict[str, Any]:
    return {
        "name": "envoy",
        "image": spec.image,
        "command": ["envoy", *arguments(f"{tls.CONFIGURATION}/{BOOTSTRAP_FILE}")],
        "ports": [
            {"name": name, "containerPort": port, "protocol": "TCP"}
            for name, port in {**ports(spec), "stats": STATS_PORT, "drain": DRAIN_PORT}.items()
        ],
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "resources": {
            "requests": {
                "cpu": "250m",
                "memory": f"{MEMORY_MIB}Mi",
                "ephemeral-storage": "16Mi",
            },
            "limits": {"cpu": "2", "memory": f"{MEMORY_MIB}Mi", "ephemeral-storage": "64Mi"},
        },
        "volumeMounts": [
            {"name": "configuration", "mountPath": tls.CONFIGURATION, "readOnly": True},
            {"name": "tls", "mountPath": tls.CERTIFICATES, "readOnly": True},
            {"name": "run", "mountPath": _RUN},
        ],
        **_probes(),
        "lifecycle": {
            "preStop": {"httpGet": {"path": operations.DRAIN_PATH, "port": "drain"}},
        },
    }


def arguments(bootstrap: str) -> list[str]:
    """The arguments of Envoy, given its bootstrap's path."""
    return [
        *("--config-path", bootstrap),
        # Idle connections of one thread would take the places of another's requests; one thread
        # sends far more than readers do (research/dicoogle-topology.md §3).
        *("--concurrency", "1"),
        *("--log-level", "warning"),
        # Every answer says at once that the connection ends, not one in ever more.
        *("--drain-strategy", "immediate"),
        *("--drain-time-s", str(operations.DRAIN)),
        "--disable-hot-restart",
    ]


def _probes() -> dict[str, Any]:
    ready = {"httpGet": {"path": operations.READY_PATH, "port": "stats"}}
    alive = {"httpGet": {"path": operations.ALIVE_PATH, "port": "stats"}}
    return {
        "startupProbe": {**ready, "periodSeconds": 1, "failureThreshold": 60},
        "readinessProbe": {**ready, "periodSeconds": 3, "timeoutSeconds": 2},
        # Only a process that hangs is started anew: that cuts every download.
        "livenessProbe": {**alive, "periodSeconds": 20, "timeoutSeconds": 5, "failureThreshold": 6},
    }


def _spread(spec: GatewaySpec) -> list[dict[str, Any]]:
    """Spread each generation of pods over data centres, then hosts."""
    return [
        {
            "maxSkew": 1,
            "topologyKey": key,
            "whenUnsatisfiable": otherwise,
            "nodeTaintsPolicy": "Honor",
            "matchLabelKeys": ["pod-template-hash"],
            "labelSelector": {"matchLabels": labels(spec.institution)},
        }
        for key, otherwise in (
            (naming.DATA_CENTRE_LABEL, "DoNotSchedule"),
            ("kubernetes.io/hostname", "ScheduleAnyway"),
        )
    ]
