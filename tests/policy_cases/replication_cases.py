"""The cases of the pack ``replication``.

Owns what each of its rules must refuse. Doesn't own how it is asked; what it says of promises in
stack files is tried in tests of their own, since no property of a resource changes it.
"""

from __future__ import annotations

from typing import Final

from tests.policy_cases.case import REMOVED, Case, Fail

_EVERY: Final = "production CephFilesystem/cephfilesystem-every-x3-c10181"
_HOME: Final = "production CephFilesystem/cephfilesystem-home-faro-x3-2fcdc0"
_CLUSTER: Final = "production CephCluster/cephcluster-rook-ceph"
_GROUP: Final = "production.aveiro CephFilesystemSubVolumeGroup/cephfilesystemsubvolumegroup-aveiro"
_CLASS: Final = "production.aveiro StorageClass/storageclass-imaging-aveiro"
_VOLUME: Final = "production.aveiro PersistentVolume/persistentvolume-imaging-aveiro-images-readers"
_JOB: Final = "production.aveiro Job/job-snapshots-aveiro"
_DATA: Final = "spec|dataPools|0"
_MOUNT: Final = "parameters|csi.storage.k8s.io/node-stage-secret-name"
_EVERY_HOUR: Final = "spec|template|spec|containers|0|env|5|value"
_CENTRE: Final = "metadata|labels|topology.rook.io/datacenter"

CASES: Final = (
    Case(
        "filesystem-says-the-truth",
        _HOME,
        (
            Fail("the name promises faro", {f"{_DATA}|crushRoot": "default"}),
            Fail("spec.metadataPool: crushRoot", {"spec|metadataPool|crushRoot": "lisbon"}),
            Fail("size is 2, and the name promises 3", {f"{_DATA}|replicated|size": 2}),
            Fail("failureDomain is rack", {f"{_DATA}|failureDomain": "rack"}),
            Fail("may run outside faro", {"spec|metadataServer|placement": {}}),
            Fail("nobody can tell whose", {"metadata|name": "shared"}),
            Fail("nobody judges", {"spec|mirroring": {"enabled": True}}),
            Fail(
                "spec.dataPools[1]", {"spec|dataPools|1": {"name": "b", "replicated": {"size": 3}}}
            ),
        ),
        f"{_DATA}|crushRoot",
    ),
    Case(
        "filesystem-keeps-promises",
        _EVERY,
        (
            Fail(
                "keep no institution's promise",
                {"metadata|name": "every-x2-c10181", f"{_DATA}|replicated|size": 2},
            ),
            Fail("the loss of a none", {f"{_DATA}|replicated|replicasPerFailureDomain": 3}),
        ),
        f"{_DATA}|failureDomain",
    ),
    Case(
        "copies-above-floor",
        _HOME,
        (Fail("1 copies are below production's floor of 2", {f"{_DATA}|replicated|size": 1}),),
        f"{_DATA}|replicated|size",
    ),
    Case(
        "writes-rest-on-two-copies",
        _HOME,
        (
            Fail("may rest on one copy; set 2", {f"{_DATA}|parameters|min_size": "1"}),
            Fail("more than there are", {f"{_DATA}|parameters|min_size": "4"}),
        ),
        f"{_DATA}|parameters|min_size",
    ),
    Case(
        "group-lies-in-its-boundary",
        _GROUP,
        (
            Fail("3 copies in all data centres", {"spec|filesystemName": "home-faro-x3-2fcdc0"}),
            Fail("its quota is 1Ti", {"spec|quota": "1Ti"}),
            Fail("its quota is missing", {"spec|quota": REMOVED}),
            Fail("name and clusterID must be", {"spec|clusterID": "evora"}),
            Fail("doesn't judge", {"spec|dataPoolName": "elsewhere"}),
            Fail("is no institution", stack="production"),
        ),
        "spec|filesystemName",
    ),
    Case(
        "storage-class-is-the-institutions",
        _CLASS,
        (
            Fail("isn't Retain", {"reclaimPolicy": "Delete"}),
            Fail("stores outside Ceph", {"provisioner": "rancher.io/local-path"}),
            Fail("the institution's own is", {_MOUNT: "rook-ceph-client-evora-ingest"}),
            Fail("its clusterID must be", {"parameters|clusterID": "evora"}),
            Fail("doesn't keep that", {"parameters|fsName": "home-faro-x3-2fcdc0"}),
            Fail("doesn't judge", {"parameters|pool": "elsewhere"}),
        ),
        "parameters|fsName",
    ),
    Case(
        "reader-volume-is-read-only",
        _VOLUME,
        (
            Fail("must be read-only", {"spec|csi|readOnly": False}),
            Fail("must be read-only", {"spec|accessModes": ["ReadWriteMany"]}),
            Fail("isn't Retain", {"spec|persistentVolumeReclaimPolicy": "Delete"}),
            Fail("for a claim of evora", {"spec|claimRef|namespace": "evora"}),
            Fail("no csi source", {"spec|csi": REMOVED}),
            Fail(
                "the institution's own is rook-ceph-client-aveiro-reader",
                {"spec|csi|nodeStageSecretRef|name": "rook-ceph-client-aveiro-ingest"},
            ),
            Fail("its clusterID must be", {"spec|csi|volumeAttributes|clusterID": "evora"}),
            Fail(
                "doesn't keep that",
                {"spec|csi|volumeAttributes|fsName": "home-faro-x3-2fcdc0"},
            ),
        ),
        "spec|csi|readOnly",
    ),
    Case(
        "no-file-server",
        "production Release/rook-ceph",
        (Fail("stores outside Ceph", {"chart": "csi-driver-nfs"}),),
        "chart",
    ),
    Case(
        "claims-bind-their-own-volumes",
        "production.aveiro PersistentVolumeClaim/persistentvolumeclaim-images",
        (
            Fail("one pod writes", {"spec|accessModes": ["ReadWriteMany"]}),
            Fail("its class is imaging-evora", {"spec|storageClassName": "imaging-evora"}),
            Fail("was promised", {"spec|resources|requests|storage": "100Ti"}),
            Fail("is a migration", {"spec|dataSource": {"name": "other"}}),
            Fail("stores nothing", stack="production"),
        ),
        "spec|storageClassName",
    ),
    Case(
        "claims-bind-their-own-volumes",
        "production.aveiro PersistentVolumeClaim/persistentvolumeclaim-images-readers",
        (Fail("isn't its own volume", {"spec|volumeName": "imaging-evora-images-readers"}),),
        "spec|volumeName",
    ),
    Case(
        "nothing-deletes-examinations",
        _CLUSTER,
        (
            Fail("wipe the disks", {"spec|cleanupPolicy|confirmation": "yes-really-destroy-data"}),
            Fail("wipe the disks", {"spec|cleanupPolicy|allowUninstallWithVolumes": True}),
        ),
        "spec|cleanupPolicy|confirmation",
    ),
    Case(
        "nothing-deletes-examinations",
        _EVERY,
        (
            Fail("deletes every copy", {"spec|preserveFilesystemOnDelete": False}),
            Fail("can't be judged", {"spec|preserveFilesystemOnDelete": REMOVED}),
        ),
        "spec|preserveFilesystemOnDelete",
    ),
    Case(
        "nothing-deletes-examinations",
        _GROUP,
        (Fail("still has volumes", {"metadata|annotations|rook.io/force-deletion": "true"}),),
        "metadata|annotations",
    ),
    Case(
        "nothing-deletes-examinations",
        "production.aveiro StatefulSet/statefulset-ingest",
        (
            Fail(
                "its claims go",
                {"spec|persistentVolumeClaimRetentionPolicy": {"whenScaled": "Delete"}},
            ),
        ),
        "spec|persistentVolumeClaimRetentionPolicy",
    ),
    Case(
        "pods-keep-nothing",
        "production.aveiro Deployment/deployment-gateway",
        (
            Fail("to a node's disk", {"spec|template|spec|volumes|2|emptyDir": {}}),
            Fail("no sizeLimit", {"spec|template|spec|volumes|2|emptyDir": {"medium": "Memory"}}),
            Fail(
                "may lie anywhere",
                {"spec|template|spec|volumes|2": {"name": "x", "nfs": {"server": "a"}}},
            ),
        ),
        "spec|template|spec|volumes|2|emptyDir",
    ),
    Case(
        "nodes-stand-where-they-say",
        "production NodePatch/node-faro-1",
        (
            Fail("it stands in faro", {_CENTRE: "porto"}),
            Fail("says nothing", {"metadata|labels": {}}),
            Fail("is no machine", {"metadata|name": "stranger"}),
        ),
        _CENTRE,
    ),
    Case(
        "ceph-spans-its-data-centres",
        _CLUSTER,
        (
            Fail("mon.count is 2", {"spec|mon|count": 2}),
            Fail("two mons may stand", {"spec|mon|allowMultiplePerNode": True}),
            Fail("in every data centre", {"spec|mon|zones": [{"name": "faro"}]}),
            Fail("lisbon-1 gives disks", {"spec|storage|nodes|0": REMOVED}),
            Fail("the disks of lisbon-1", {"spec|storage|nodes|0|devices|0|name": "/dev/sda"}),
            Fail("may take two", {"spec|disruptionManagement": {}}),
        ),
        "spec|mon|count",
    ),
    Case(
        "disks-have-head-room",
        _CLUSTER,
        (
            Fail(
                "of the disks in faro; allowed is 85%",
                {f"spec|storage|nodes|{index}|devices": [] for index in (9, 10, 11)},
            ),
        ),
        "spec|storage|nodes",
    ),
    Case(
        "snapshots-keep-the-recovery-point",
        _JOB,
        (
            Fail("every 24h; aveiro was promised 1h", {_EVERY_HOUR: "24h"}),
            Fail("can't be judged", {_EVERY_HOUR: "often"}),
        ),
        _EVERY_HOUR,
    ),
)
