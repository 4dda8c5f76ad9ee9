"""The rules of volumes: on Ceph wherever a promise counts, and nowhere beside it.

Owns the judgement of storage classes, volumes made by hand, claims, drivers, and of what pods keep
on their nodes. Doesn't own filesystems (:mod:`replication.filesystems`), nor who may mount what
(the pack ``access``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from judging.kinds import CLAIM, CLASS, CLUSTER, FILESYSTEM, GROUP, RELEASE, STATEFUL_SET, VOLUME
from judging.kinds import WORKLOADS as PODS
from judging.pods import pod_spec
from judging.promises import armed, in_bytes, institutions
from judging.rule import Rule
from judging.subject import Resource
from replication.filesystems import misplaced

_CEPH: Final = "rook-ceph.cephfs.csi.ceph.com"
_NFS: Final = "nfs.csi.k8s.io"
_FILE_SERVER: Final = "comparison"
"""The one environment that may store on a file server."""
_STAGE: Final = "csi.storage.k8s.io/node-stage-secret-name"
_HOLDS_NOTHING: Final = frozenset({"configMap", "secret", "projected", "downwardAPI"})
_READERS: Final = "-readers"


def _class(resource: Resource) -> Iterator[str]:
    environment, institution = resource.stack.environment, resource.stack.institution
    props = resource.props
    yield from _driver(environment, props["provisioner"])
    if props["reclaimPolicy"] != "Retain":
        yield "its reclaimPolicy isn't Retain, so a deleted claim deletes examinations"
    if props["provisioner"] != _CEPH:
        return
    parameters = props["parameters"]
    yield from _key(parameters[_STAGE], f"rook-ceph-client-{institution}-ingest")
    if parameters["clusterID"] != institution:
        yield f"its clusterID must be {institution}, the institution's own group"
    if parameters.get("pool"):
        yield f"pool puts its files into {parameters['pool']}, which this pack doesn't judge"
    yield from _within(resource, str(parameters["fsName"]))


def _volume(resource: Resource) -> Iterator[str]:
    """Judge a reader's volume; its path isn't guarded: the key is bound to the institution's."""
    environment, institution = resource.stack.environment, resource.stack.institution
    spec = resource.spec
    source: Mapping[str, Any] | None = spec.get("csi")
    if source is None:
        yield "it has no csi source, so nobody can tell where its bytes lie"
        return
    yield from _driver(environment, source["driver"])
    if source["readOnly"] is not True or list(spec["accessModes"]) != ["ReadOnlyMany"]:
        yield "a volume made by hand must be read-only: readOnly: true, ReadOnlyMany"
    if spec["persistentVolumeReclaimPolicy"] != "Retain":
        yield "its persistentVolumeReclaimPolicy isn't Retain"
    if spec["claimRef"]["namespace"] != institution:
        yield f"it is for a claim of {spec['claimRef']['namespace']}; allowed is {institution}"
    if source["driver"] == _CEPH:
        yield from _key(
            source["nodeStageSecretRef"]["name"], f"rook-ceph-client-{institution}-reader"
        )
        attributes = source["volumeAttributes"]
        if attributes["clusterID"] != institution:
            yield f"its clusterID must be {institution}, the institution's own group"
        yield from _within(resource, str(attributes["fsName"]))


def _within(resource: Resource, filesystem: str) -> Iterator[str]:
    promise = institutions(resource.stack.environment).get(resource.stack.institution)
    if promise is not None:
        yield from misplaced(promise, filesystem)


def _driver(environment: str, driver: str) -> Iterator[str]:
    allowed = {_CEPH, _NFS} if environment == _FILE_SERVER else {_CEPH}
    if driver not in allowed:
        yield (
            f"{driver} stores outside Ceph, where no promise of copies is kept; allowed in "
            f"{environment} is {', '.join(sorted(allowed))}"
        )


def _key(found: str, expected: str) -> Iterator[str]:
    if found != expected:
        yield f"it is mounted with the key {found}; the institution's own is {expected}"


def _release(resource: Resource) -> Iterator[str]:
    if "nfs" in str(resource.props["chart"]).lower():
        yield from _driver(resource.stack.environment, _NFS)


def _claim(resource: Resource) -> Iterator[str]:
    institution, spec = resource.stack.institution, resource.spec
    promise = institutions(resource.stack.environment).get(institution)
    if promise is None:
        yield f"{institution or 'the platform'} is no institution, and stores nothing"
        return
    name, modes = str(resource.metadata["name"]), list(spec["accessModes"])
    reads = name.endswith(_READERS)
    if modes != (["ReadOnlyMany"] if reads else ["ReadWriteOncePod"]):
        yield f"its accessModes are {', '.join(modes)}: one pod writes, and readers only read"
    own = "" if reads else f"imaging-{institution}"
    if spec["storageClassName"] != own:
        yield f"its class is {spec['storageClassName'] or 'none'}; allowed is {own or 'none'}"
    if reads and spec["volumeName"] != f"imaging-{institution}-{name}":
        yield f"it binds {spec['volumeName']}, which isn't its own volume"
    size = in_bytes(spec["resources"]["requests"]["storage"])
    if not 0 < size <= promise.capacity:
        yield f"it asks for {size} bytes; {institution} was promised {promise.capacity}"
    if spec.get("dataSource") or spec.get("dataSourceRef"):
        yield "it is filled from another volume or snapshot: moving data is a migration"


def _deletes_nothing(resource: Resource) -> Iterator[str]:
    found = list(_ends(resource))
    if found and not armed(resource.stack):
        yield from found


def _ends(resource: Resource) -> Iterator[str]:
    spec = resource.spec
    if resource.kind == STATEFUL_SET:
        retention = spec.get("persistentVolumeClaimRetentionPolicy") or {}
        if any(retention.get(key, "Retain") != "Retain" for key in ("whenDeleted", "whenScaled")):
            yield "its claims go when it goes, or shrinks: persistentVolumeClaimRetentionPolicy"
    elif resource.kind == CLUSTER:
        policy = spec["cleanupPolicy"]
        if policy.get("confirmation") or policy.get("allowUninstallWithVolumes"):
            yield "its cleanupPolicy lets Rook wipe the disks with their examinations"
    elif resource.kind == FILESYSTEM:
        if spec["preserveFilesystemOnDelete"] is not True:
            yield "preserveFilesystemOnDelete isn't true: its deletion deletes every copy"
    elif (resource.metadata.get("annotations") or {}).get("rook.io/force-deletion"):
        yield "rook.io/force-deletion lets Rook delete a group that still has volumes"


def _keeps_nothing(resource: Resource) -> Iterator[str]:
    own = resource.metadata["namespace"] == resource.stack.institution
    for volume in pod_spec(resource).get("volumes") or ():
        kinds = [key for key in volume if key != "name" and volume[key] is not None]
        if kinds == ["emptyDir"]:
            if volume["emptyDir"].get("medium") != "Memory":
                yield f"the volume {volume['name']} writes to a node's disk, wherever that stands"
            elif own and not volume["emptyDir"].get("sizeLimit"):
                yield f"the volume {volume['name']} has no sizeLimit, so a pod may fill its memory"
        elif kinds != ["persistentVolumeClaim"] and not set(kinds) <= _HOLDS_NOTHING:
            yield f"the volume {volume['name']} ({', '.join(kinds)}) may lie anywhere"


RULES: Final = (
    Rule(
        "storage-class-is-the-institutions",
        "A storage class is Ceph's, retains, and mounts with the institution's own key.",
        "Take the class of components/storage/repository_manifests.py.",
        frozenset({CLASS}),
        _class,
        residency=True,
    ),
    Rule(
        "reader-volume-is-read-only",
        "A volume made by hand is Ceph's, read-only, and mounted with the key that only reads.",
        "Take the volume of components/storage/reader_volumes.py.",
        frozenset({VOLUME}),
        _volume,
        residency=True,
    ),
    Rule(
        "no-file-server",
        "No file server's driver comes into an environment with promises.",
        "Say storage: {backend: ceph}; a file server is for the comparison only.",
        frozenset({RELEASE}),
        _release,
        residency=True,
    ),
    Rule(
        "claims-bind-their-own-volumes",
        "A claim is of its institution's class, within its capacity; readers' claims only read.",
        "Take the claims of components/storage.",
        frozenset({CLAIM}),
        _claim,
        residency=True,
    ),
    Rule(
        "nothing-deletes-examinations",
        "No object's end takes examinations with it, unless its stack is armed.",
        "See docs/destruction.md for a destruction that is meant.",
        frozenset({CLUSTER, FILESYSTEM, GROUP, STATEFUL_SET}),
        _deletes_nothing,
    ),
    Rule(
        "pods-keep-nothing",
        "A pod keeps nothing beside its institution's claims: not on a node, nor anywhere else.",
        "Use a claim, or an emptyDir with medium: Memory and a sizeLimit.",
        PODS,
        _keeps_nothing,
        residency=True,
    ),
)
