"""Ceph's placement as far as Rook checks it: CRUSH buckets, CRUSH types, pools.

The checks and their words follow Rook v1.20 (pkg/operator/ceph/pool/validate.go). What neither
Rook nor Ceph refuses is accepted here too, such as more copies than failure domains.
"""

from collections.abc import Iterable

from local.simulation.operators.objects import Object

# Highest first; a label's last part is the type of the bucket that its value names
# (pkg/operator/ceph/cluster/osd/topology/topology.go).
_TOPOLOGY = (
    "topology.kubernetes.io/region",
    "topology.kubernetes.io/zone",
    *(
        f"topology.rook.io/{kind}"
        for kind in ("datacenter", "room", "pod", "pdu", "row", "rack", "chassis")
    ),
)
_HOST = "kubernetes.io/hostname"
TYPES = frozenset({"osd", "host", "root", *(label.rpartition("/")[2] for label in _TOPOLOGY)})
ROOT = "default"


def buckets(nodes: Iterable[Object], cluster: Object) -> frozenset[str]:
    """Return the names of the CRUSH buckets that a CephCluster's storage nodes make.

    A bucket appears with the first disk in it, so nodes without storage make none: those that the
    cluster doesn't list, or, if it uses all nodes, those that refuse ordinary pods.
    """
    storage = cluster["spec"].get("storage", {})
    listed = {node["name"] for node in storage.get("nodes", ())}
    every = storage.get("useAllNodes", False) or not listed
    labels = [
        node["metadata"].get("labels", {})
        for node in nodes
        if (_takes_pods(node) if every else node["metadata"]["name"] in listed)
    ]
    names = {values[label] for values in labels for label in (*_TOPOLOGY, _HOST) if label in values}
    # Rook replaces dots, which CRUSH refuses in names (NormalizeCrushName).
    return frozenset({ROOT} | {name.replace(".", "-") for name in names if name})


def fault(pool: Object, known: frozenset[str]) -> str | None:
    """Return why Rook refuses a pool's spec, in Rook's words, or None.

    Args:
        pool: a pool's spec, as in CephBlockPool and CephFilesystem.
        known: the names of the existing CRUSH buckets.
    """
    replicated = pool.get("replicated") or {}
    domain = pool.get("failureDomain", "")
    below = replicated.get("subFailureDomain", "")
    root = pool.get("crushRoot", "")
    if domain and domain == below:
        return "failure and subfailure domain cannot be identical"
    if domain and domain not in TYPES:
        return f"unrecognized failure domain {domain}"
    if root and root not in known:
        return f"unrecognized crush root {root}"
    if below and below not in TYPES:
        return f"unrecognized crush sub domain {below}"
    return _replication_fault(replicated)


def _replication_fault(replicated: Object) -> str | None:
    size = replicated.get("size", 0)
    each = replicated.get("replicasPerFailureDomain", 0)
    if not size:
        return None
    if size == 1 and replicated.get("requireSafeReplicaSize", False):
        return f"error pool size is {size} and requireSafeReplicaSize is true, must be false"
    if size <= each:
        return (
            f"error pool size is {size} and replicasPerFailureDomain is {each}, "
            "size must be greater"
        )
    if each and size % each:
        return (
            f"error replicasPerFailureDomain is {each} must be a factor of the replica count {size}"
        )
    return None


def _takes_pods(node: Object) -> bool:
    return all(
        taint["key"] != "node-role.kubernetes.io/control-plane"
        for taint in node.get("spec", {}).get("taints", ())
    )
