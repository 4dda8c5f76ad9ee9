"""Gates: Jobs that end when a data centre's hosts are in the CRUSH map.

Owns their manifests and the key they use. Doesn't own what waits for them. A data centre's bucket
appears when the first OSD there boots; a filesystem that is made before hangs in ``Progressing``
for ever, and can't even be deleted (research/rook.md §2.1, trap 8).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from components import naming, pins
from components.manifests import PHASE_READY, Manifest, wait_for

if TYPE_CHECKING:
    from components.catalog import Platform

_CLIENT: Final = "gate"
_CEPH_USER: Final = 167
_LONGEST: Final = 1800
_SCRIPT: Final = """set -eu
printf '[global]\\nmon_host = %s\\n' "$(printf %s "$MONITORS" | sed 's/[^,=]*=//g')" > ceph.conf
printf '[client.%s]\\nkey = %s\\n' "$CEPH_USER" "$CEPH_KEY" > keyring
hosts() { ceph --conf ceph.conf --keyring keyring --id "$CEPH_USER" osd crush ls "$1" | wc -l; }
until [ "$(hosts "$DATA_CENTRE")" -ge "$HOSTS" ]; do
  echo "waiting for $HOSTS hosts in $DATA_CENTRE"
  sleep 5
done
"""


def storage_hosts(platform: Platform) -> dict[str, int]:
    """Count the storage machines of each data centre that has any."""
    return dict(Counter(each.data_centre for each in platform.machines if each.devices))


def gate_client() -> Manifest:
    """Build the Ceph user of the gates, which may only read the cluster's maps."""
    return {
        "apiVersion": "ceph.rook.io/v1",
        "kind": "CephClient",
        "metadata": {
            "name": _CLIENT,
            "namespace": naming.CEPH_NAMESPACE,
            "annotations": wait_for(PHASE_READY),
        },
        "spec": {"caps": {"mon": "allow r"}, "security": {"cephx": {"keyType": "aes"}}},
    }


def gate(data_centre: str, hosts: int) -> Manifest:
    """Build the Job that ends when a data centre has this many hosts in the CRUSH map."""
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": f"gate-{data_centre}", "namespace": naming.CEPH_NAMESPACE},
        "spec": {
            "backoffLimit": 3,
            "activeDeadlineSeconds": _LONGEST,
            "template": {
                "metadata": {"labels": {"app.kubernetes.io/name": "gate"}},
                "spec": {
                    "restartPolicy": "Never",
                    "automountServiceAccountToken": False,
                    "securityContext": {
                        "runAsNonRoot": True,
                        "runAsUser": _CEPH_USER,
                        "runAsGroup": _CEPH_USER,
                        "seccompProfile": {"type": "RuntimeDefault"},
                    },
                    "containers": [_container(data_centre, hosts)],
                    "volumes": [{"name": "work", "emptyDir": {"medium": "Memory"}}],
                },
            },
        },
    }


def _container(data_centre: str, hosts: int) -> dict[str, Any]:
    resources = {"cpu": "100m", "memory": "256Mi"}
    return {
        "name": "gate",
        "image": pins.CEPH_IMAGE,
        "command": ["/bin/bash", "-c", _SCRIPT],
        "workingDir": "/work",
        "env": [
            {"name": "DATA_CENTRE", "value": data_centre},
            {"name": "HOSTS", "value": str(hosts)},
            _from("MONITORS", "configMapKeyRef", "rook-ceph-mon-endpoints", "data"),
            _from("CEPH_USER", "secretKeyRef", naming.client_secret(_CLIENT), "userID"),
            _from("CEPH_KEY", "secretKeyRef", naming.client_secret(_CLIENT), "userKey"),
        ],
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "resources": {"requests": resources, "limits": resources},
        "volumeMounts": [{"name": "work", "mountPath": "/work"}],
    }


def _from(name: str, source: str, holder: str, key: str) -> dict[str, Any]:
    return {"name": name, "valueFrom": {source: {"name": holder, "key": key}}}
