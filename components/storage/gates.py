"""Gates: Jobs that end when a data centre's hosts are in the CRUSH map.

Owns their manifests and the key they use. Doesn't own what waits for them. A data centre's bucket
appears when the first OSD there boots; a filesystem that is made before hangs in ``Progressing``
for ever, and can't even be deleted (research/rook.md §2.1, trap 8).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from components import naming
from components.manifests import PHASE_READY, Manifest, wait_for
from components.storage import ceph_job

if TYPE_CHECKING:
    from components.catalog import Platform

_CLIENT: Final = "gate"
_SCRIPT: Final = """
hosts() { ceph_command osd crush ls "$1" | wc -l; }
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
    environment = {"DATA_CENTRE": data_centre, "HOSTS": str(hosts)}
    return ceph_job.job(f"gate-{data_centre}", _CLIENT, _SCRIPT, environment)
