"""What Rook's operator does to its resources, as far as anybody waits for it.

From the objects seen to the actions due; nothing is remembered between two calls. As in Rook,
a resource starts Progressing, a filesystem with a fault stays so and only an event tells why,
and everything waits for the CephCluster. Finalizers are left out: nothing here needs cleaning up.
"""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

from local.simulation.operators import crush
from local.simulation.operators.objects import (
    Action,
    Complaint,
    Create,
    Object,
    Observed,
    leaving,
    phase,
    set_status,
    warn,
)

GROUP = "ceph.rook.io/v1"
_CONTROLLERS = {
    "CephFilesystem": "rook-ceph-file-controller",
    "CephBlockPool": "rook-ceph-block-pool-controller",
}
_SIMPLE = ("CephFilesystemMirror", "CephNFS")


def decide(observed: Observed, now: str, new_key: Callable[[], str]) -> list[Action]:
    """Return the actions due.

    Args:
        observed: the objects seen.
        now: the time, as RFC 3339.
        new_key: makes the key of a new Ceph client.
    """
    return [
        *_clusters(observed, now),
        *_filesystems(observed, now),
        *_block_pools(observed, now),
        *_groups(observed),
        *_clients(observed, new_key),
        *(
            action
            for kind in _SIMPLE
            for target in observed.of(kind)
            for action in _advance(kind, target, {}, ready=_cluster(observed, target) is not None)
        ),
    ]


def group_name(group: Object) -> str:
    """Return the name that a CephFilesystemSubVolumeGroup has in Ceph."""
    return str(group["spec"].get("name") or group["metadata"]["name"])


def cluster_id(group: Object) -> str:
    """Return the clusterID by which storage classes name a group; Rook makes one if none is set."""
    spec = group["spec"]
    if spec.get("clusterID"):
        return str(spec["clusterID"])
    path = f"{group['metadata']['namespace']}-{spec['filesystemName']}-file-{group_name(group)}"
    return hashlib.md5(path.encode(), usedforsecurity=False).hexdigest()


def _advance(kind: str, target: Object, status: Object, *, ready: bool) -> Iterator[Action]:
    """Start a resource as Progressing, then make it Ready for each generation of its spec."""
    if leaving(target):
        return
    generation = target["metadata"]["generation"]
    if not phase(target):
        yield set_status(kind, target, {"phase": "Progressing"})
    elif ready and (phase(target), target["status"].get("observedGeneration")) != (
        "Ready",
        generation,
    ):
        done = {"phase": "Ready", "observedGeneration": generation}
        yield set_status(kind, target, {**done, **status})


def _cluster(observed: Observed, target: Object) -> Object | None:
    """Return the Ready CephCluster of an object's namespace, if there is one."""
    namespace = target["metadata"]["namespace"]
    for cluster in observed.of("CephCluster"):
        if cluster["metadata"]["namespace"] == namespace and phase(cluster) == "Ready":
            return cluster
    return None


def _clusters(observed: Observed, now: str) -> Iterator[Action]:
    for cluster in observed.of("CephCluster"):
        message = "Cluster created successfully"
        condition = {
            "type": "Ready",
            "status": "True",
            "reason": "ClusterCreated",
            "message": message,
            "lastHeartbeatTime": now,
            "lastTransitionTime": now,
        }
        ceph = {
            "fsid": cluster["metadata"]["uid"],
            "health": "HEALTH_OK",
            "lastChanged": now,
            "lastChecked": now,
        }
        status: dict[str, Any] = {
            "state": "Created",
            "message": message,
            "conditions": [condition],
            "ceph": ceph,
        }
        if image := cluster["spec"].get("cephVersion", {}).get("image"):
            status["version"] = {"image": image}
        yield from _advance("CephCluster", cluster, status, ready=True)


def _filesystems(observed: Observed, now: str) -> Iterator[Action]:
    for filesystem in observed.of("CephFilesystem"):
        spec = filesystem["spec"]
        pools = [("invalid metadata pool", spec.get("metadataPool") or {})] + [
            ("Invalid data pool", pool) for pool in spec.get("dataPools") or ()
        ]
        yield from _pooled("CephFilesystem", filesystem, pools, observed, now)


def _block_pools(observed: Observed, now: str) -> Iterator[Action]:
    for pool in observed.of("CephBlockPool"):
        yield from _pooled("CephBlockPool", pool, [("invalid pool", pool["spec"])], observed, now)


def _pooled(
    kind: str,
    target: Object,
    pools: list[tuple[str, Object]],
    observed: Observed,
    now: str,
) -> Iterator[Action]:
    """Advance a resource once all its pools are sound; otherwise say what Rook says."""
    cluster = _cluster(observed, target)
    if cluster is None or leaving(target):
        yield from _advance(kind, target, {}, ready=False)
        return
    known = crush.buckets(observed.of("Node"), cluster)
    faults = [f"{what}: {why}" for what, pool in pools if (why := crush.fault(pool, known))]
    yield from _advance(kind, target, {}, ready=not faults)
    for fault in faults[:1]:  # Rook stops at the first one
        name = target["metadata"]["name"]
        object_type = "filesystem" if kind == "CephFilesystem" else "pool"
        message = f'invalid object {object_type} "{name}" arguments: {fault}'
        complaint = Complaint(_CONTROLLERS[kind], "ReconcileFailed", message)
        yield warn(target, (GROUP, kind), complaint, now)


def _groups(observed: Observed) -> Iterator[Action]:
    ready = {
        (filesystem["metadata"]["namespace"], filesystem["metadata"]["name"])
        for filesystem in observed.of("CephFilesystem")
        if phase(filesystem) == "Ready"
    }
    for group in observed.of("CephFilesystemSubVolumeGroup"):
        home = (group["metadata"]["namespace"], group["spec"]["filesystemName"])
        status = {"info": {"clusterID": cluster_id(group)}}
        kind = "CephFilesystemSubVolumeGroup"
        yield from _advance(kind, group, status, ready=home in ready)


def _clients(observed: Observed, new_key: Callable[[], str]) -> Iterator[Action]:
    secrets = {
        (secret["metadata"]["namespace"], secret["metadata"]["name"])
        for secret in observed.of("Secret")
    }
    for client in observed.of("CephClient"):
        metadata = client["metadata"]
        name = client["spec"].get("secretName") or f"rook-ceph-client-{metadata['name']}"
        wanted = not client["spec"].get("removeSecret", False)
        missing = wanted and (metadata["namespace"], name) not in secrets
        ready = _cluster(observed, client) is not None
        if ready and missing and not leaving(client):
            yield Create(_secret(client, name, new_key()))
        info = {"info": {"secretName": name}} if wanted else {}
        yield from _advance("CephClient", client, info, ready=ready and not missing)


def _secret(client: Object, name: str, key: str) -> Object:
    metadata = client["metadata"]
    identity = metadata["name"]
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": name,
            "namespace": metadata["namespace"],
            "ownerReferences": [
                {
                    "apiVersion": GROUP,
                    "kind": "CephClient",
                    "name": identity,
                    "uid": metadata["uid"],
                    "controller": True,
                    "blockOwnerDeletion": True,
                }
            ],
        },
        "type": "kubernetes.io/rook",
        "stringData": {
            identity: key,
            "userID": identity,
            "userKey": key,
            "adminID": identity,
            "adminKey": key,
        },
    }
