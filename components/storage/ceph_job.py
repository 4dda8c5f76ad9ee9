"""A pod that asks Ceph something with one key: its confinement, and how the key gets in.

Owns what such pods have in common. Doesn't own what they ask (:mod:`components.storage.gates`,
:mod:`components.storage.snapshots`, :mod:`components.storage.drift`), nor their keys' powers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pulumi

from components import naming, pins
from components.manifests import Manifest

_CEPH_USER: Final = 167
WORK: Final[Mapping[str, Any]] = {"name": "work", "emptyDir": {"medium": "Memory"}}
"""The volume behind ``/work``."""
_LONGEST: Final = 1800
_PRELUDE: Final = """set -eu
printf '[global]\\nmon_host = %s\\n' "$(printf %s "$MONITORS" | sed 's/[^,=]*=//g')" > ceph.conf
printf '[client.%s]\\nkey = %s\\n' "$CEPH_USER" "$CEPH_KEY" > keyring
ceph_command() { ceph --conf ceph.conf --keyring keyring --id "$CEPH_USER" "$@"; }
"""


def job(
    name: str, client: str, script: str, environment: Mapping[str, pulumi.Input[str]]
) -> Manifest:
    """Build a Job that runs a bash script with ``ceph_command`` in it.

    ``client`` is the CephClient whose key it uses; ``environment`` are the script's variables.
    """
    container = {
        **confined_container(client),
        "name": "ceph",
        "command": ["/bin/bash", "-c", _PRELUDE + script],
    }
    container["env"] += [{"name": key, "value": value} for key, value in environment.items()]
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name, "namespace": naming.CEPH_NAMESPACE},
        "spec": {
            "backoffLimit": 3,
            "activeDeadlineSeconds": _LONGEST,
            "template": {
                "metadata": {"labels": {"app.kubernetes.io/name": name}},
                "spec": {
                    "restartPolicy": "Never",
                    **confined_pod(),
                    "containers": [container],
                    "volumes": [dict(WORK)],
                },
            },
        },
    }


def confined_pod(user: int = _CEPH_USER) -> dict[str, Any]:
    """Build what a pod needs to pass Pod Security ``restricted``; Ceph's user unless said."""
    return {
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": user,
            "runAsGroup": user,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
    }


def confined_container(client: str) -> dict[str, Any]:
    """Build a container of Ceph's image with a CephClient's key, and ``/work`` to write to."""
    resources = {"cpu": "100m", "memory": "256Mi", "ephemeral-storage": "16Mi"}
    secret = naming.client_secret(client)
    return {
        "image": pins.CEPH_IMAGE,
        "workingDir": "/work",
        "env": [
            _from("MONITORS", "configMapKeyRef", "rook-ceph-mon-endpoints", "data"),
            _from("CEPH_USER", "secretKeyRef", secret, "userID"),
            _from("CEPH_KEY", "secretKeyRef", secret, "userKey"),
        ],
        "securityContext": confined(),
        "resources": {"requests": resources, "limits": resources},
        "volumeMounts": [{"name": "work", "mountPath": "/work"}],
    }


def confined() -> dict[str, Any]:
    """Build a container's security context: nothing but the program and its volumes."""
    return {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


def _from(name: str, source: str, holder: str, key: str) -> dict[str, Any]:
    return {"name": name, "valueFrom": {source: {"name": holder, "key": key}}}
