"""What ceph-csi's sidecars do for CephFS claims: provision, grow and delete volumes.

From the objects seen to the actions due. Only classes whose provisioner is Rook's CephFS driver
are served; binding, and volumes made by hand, are the real controller manager's. Nothing is
attached: the controller manager asks for that on nodes with a real kubelet only.
"""

from collections.abc import Iterator

from kubernetes.utils.quantity import parse_quantity

from local.simulation.operators.objects import (
    Action,
    Complaint,
    Create,
    Delete,
    Object,
    Observed,
    Patch,
    leaving,
    phase,
    set_status,
    warn,
)
from local.simulation.operators.rook import cluster_id, group_name

DRIVER_SUFFIX = ".cephfs.csi.ceph.com"
_PROVISIONER = "volume.kubernetes.io/storage-provisioner"
_PROVISIONED_BY = "pv.kubernetes.io/provisioned-by"
_PARAMETER = "csi.storage.k8s.io/"


def decide(observed: Observed, now: str) -> list[Action]:
    """Return the actions due; `now` is the time as RFC 3339."""
    return [
        *_provision(observed, now),
        *_grow(observed),
        *_delete(observed),
    ]


def _provision(observed: Observed, now: str) -> Iterator[Action]:
    classes = {item["metadata"]["name"]: item for item in observed.of("StorageClass")}
    volumes = {item["metadata"]["name"] for item in observed.of("PersistentVolume")}
    for claim in observed.of("PersistentVolumeClaim"):
        # The controller manager writes this when it is the provisioner's turn, so after the
        # scheduler's choice of a node for a class that waits for one.
        driver = claim["metadata"].get("annotations", {}).get(_PROVISIONER, "")
        class_name = claim["spec"].get("storageClassName", "")
        if (
            not driver.endswith(DRIVER_SUFFIX)
            or phase(claim) != "Pending"
            or leaving(claim)
            or f"pvc-{claim['metadata']['uid']}" in volumes
            or class_name not in classes
        ):
            continue
        found = _group(observed, classes[class_name])
        if isinstance(found, str):
            message = f'failed to provision volume with StorageClass "{class_name}": {found}'
            complaint = Complaint(driver, "ProvisioningFailed", message)
            yield warn(claim, ("v1", "PersistentVolumeClaim"), complaint, now)
        else:
            yield Create(_volume(claim, classes[class_name], found))


def _group(observed: Observed, storage_class: Object) -> Object | str:
    """Return the Ready subvolume group that a class provisions from, or why there is none."""
    parameters = storage_class.get("parameters") or {}
    wanted = parameters.get("clusterID", "")
    for group in observed.of("CephFilesystemSubVolumeGroup"):
        if phase(group) == "Ready" and cluster_id(group) == wanted:
            filesystem = group["spec"]["filesystemName"]
            if parameters.get("fsName") == filesystem:
                return group
            return (
                f"rpc error: code = NotFound desc = subvolume group {group_name(group)} is in "
                f"filesystem {filesystem}, not in {parameters.get('fsName')}"
            )
    return (
        "rpc error: code = InvalidArgument desc = missing configuration for cluster ID "
        f'"{wanted}": no Ready CephFilesystemSubVolumeGroup has it'
    )


def _volume(claim: Object, storage_class: Object, group: Object) -> Object:
    uid = claim["metadata"]["uid"]
    parameters = storage_class["parameters"]
    cluster = parameters["clusterID"]
    driver = storage_class["provisioner"]
    subvolume = f"csi-vol-{uid}"
    source = {
        "driver": driver,
        # ceph-csi's own form: version, length of the cluster's ID, it, the filesystem's number, ID.
        "volumeHandle": f"0001-{len(cluster):04x}-{cluster}-{1:016x}-{uid}",
        "volumeAttributes": {
            "clusterID": cluster,
            "fsName": parameters["fsName"],
            "subvolumeName": subvolume,
            "subvolumePath": f"/volumes/{group_name(group)}/{subvolume}/{uid}",
            "storage.kubernetes.io/csiProvisionerIdentity": f"simulated-{driver}",
        },
        **_secrets(claim, parameters),
    }
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {
            "name": f"pvc-{uid}",
            "annotations": {_PROVISIONED_BY: driver},
        },
        "spec": {
            "capacity": {"storage": claim["spec"]["resources"]["requests"]["storage"]},
            "accessModes": claim["spec"]["accessModes"],
            "volumeMode": claim["spec"].get("volumeMode", "Filesystem"),
            "storageClassName": storage_class["metadata"]["name"],
            "persistentVolumeReclaimPolicy": storage_class.get("reclaimPolicy", "Delete"),
            "mountOptions": storage_class.get("mountOptions") or [],
            "csi": source,
            "claimRef": {
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                "namespace": claim["metadata"]["namespace"],
                "name": claim["metadata"]["name"],
                "uid": uid,
            },
        },
    }


def _secrets(claim: Object, parameters: Object) -> dict[str, Object]:
    """Return the references to secrets that a class's parameters ask for, templates filled in."""
    values = {
        "${pvc.namespace}": claim["metadata"]["namespace"],
        "${pvc.name}": claim["metadata"]["name"],
        "${pv.name}": f"pvc-{claim['metadata']['uid']}",
    }
    references: dict[str, Object] = {}
    for field, prefix in (
        ("nodeStageSecretRef", "node-stage"),
        ("controllerExpandSecretRef", "controller-expand"),
        ("controllerPublishSecretRef", "controller-publish"),
    ):
        reference = {}
        for key in ("name", "namespace"):
            value = parameters.get(f"{_PARAMETER}{prefix}-secret-{key}", "")
            for template, meant in values.items():
                value = value.replace(template, meant)
            reference[key] = value
        if all(reference.values()):
            references[field] = reference
    return references


def _grow(observed: Observed) -> Iterator[Action]:
    ours = {volume["metadata"]["name"]: volume for volume in _provisioned(observed)}
    for claim in observed.of("PersistentVolumeClaim"):
        volume = ours.get(claim["spec"].get("volumeName", ""))
        if volume is None or phase(claim) != "Bound":
            continue
        wanted = claim["spec"]["resources"]["requests"]["storage"]
        size = {"capacity": {"storage": wanted}}
        if _exceeds(wanted, volume["spec"]["capacity"]["storage"]):
            yield Patch("PersistentVolume", None, volume["metadata"]["name"], {"spec": size})
        elif _exceeds(wanted, claim["status"]["capacity"]["storage"]):
            yield set_status("PersistentVolumeClaim", claim, size)


def _exceeds(quantity: str, other: str) -> bool:
    # The client carries types in part only.
    larger: bool = parse_quantity(quantity) > parse_quantity(other)  # type: ignore[no-untyped-call]
    return larger


def _delete(observed: Observed) -> Iterator[Action]:
    for volume in _provisioned(observed):
        if (
            phase(volume) == "Released"
            and volume["spec"]["persistentVolumeReclaimPolicy"] == "Delete"
            and not leaving(volume)
        ):
            yield Delete("PersistentVolume", volume["metadata"]["name"])


def _provisioned(observed: Observed) -> Iterator[Object]:
    """Return the volumes that were provisioned here."""
    for volume in observed.of("PersistentVolume"):
        by = volume["metadata"].get("annotations", {}).get(_PROVISIONED_BY, "")
        if by.endswith(DRIVER_SUFFIX):
            yield volume
