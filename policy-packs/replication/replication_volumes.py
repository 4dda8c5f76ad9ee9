"""The rules of volumes: on Ceph wherever a promise counts, and read-only where it says so.

Owns the judgement of storage classes, volumes made by hand, and drivers. Doesn't own filesystems.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pulumi_policy import ReportViolation, ResourceValidationArgs
from replication_judging import rule, stack
from replication_promises import floor

CLASS: Final = "kubernetes:storage.k8s.io/v1:StorageClass"
VOLUME: Final = "kubernetes:core/v1:PersistentVolume"
RELEASE: Final = "kubernetes:helm.sh/v3:Release"
_CEPH: Final = "rook-ceph.cephfs.csi.ceph.com"
_NFS: Final = "nfs.csi.k8s.io"
_SECRET: Final = "csi.storage.k8s.io/node-stage-secret-name"  # noqa: S105 - a parameter's name


def _class(args: ResourceValidationArgs, report: ReportViolation) -> None:
    environment, institution = stack(args)
    _driver(environment, args.props["provisioner"], report)
    if args.props["reclaimPolicy"] != "Retain":
        report("its reclaimPolicy isn't Retain, so a deleted claim deletes examinations", None)
    if args.props["provisioner"] == _CEPH:
        parameters = args.props["parameters"]
        _key(parameters[_SECRET], f"rook-ceph-client-{institution}-ingest", report)
        if parameters["clusterID"] != institution:
            report(f"its clusterID must be {institution}, the institution's own group", None)


def _volume(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Judge a reader's volume; its path isn't guarded: the key is bound to the institution's."""
    environment, institution = stack(args)
    spec = args.props["spec"]
    source: Mapping[str, Any] | None = spec.get("csi")
    if source is None:
        report("it has no csi source, so nobody can tell where its bytes lie", None)
        return
    _driver(environment, source["driver"], report)
    if source["readOnly"] is not True or list(spec["accessModes"]) != ["ReadOnlyMany"]:
        report("a volume made by hand must be read-only: readOnly: true, ReadOnlyMany", None)
    if spec["persistentVolumeReclaimPolicy"] != "Retain":
        report("its persistentVolumeReclaimPolicy isn't Retain", None)
    if source["driver"] == _CEPH:
        secret = source["nodeStageSecretRef"]["name"]
        _key(secret, f"rook-ceph-client-{institution}-reader", report)


def _release(args: ResourceValidationArgs, report: ReportViolation) -> None:
    environment, _ = stack(args)
    if "nfs" in str(args.props["chart"]).lower():
        _driver(environment, _NFS, report)


def _driver(environment: str, driver: str, report: ReportViolation) -> None:
    allowed = {_CEPH, _NFS} if floor(environment).file_server else {_CEPH}
    if driver not in allowed:
        report(
            f"{driver} stores outside Ceph, where no promise of copies is kept; allowed in "
            f"{environment} is {', '.join(sorted(allowed))}",
            None,
        )


def _key(found: str, expected: str, report: ReportViolation) -> None:
    if found != expected:
        report(f"it is mounted with the key {found}; the institution's own is {expected}", None)


RULES: Final = (
    rule(
        "storage-class-is-the-institutions",
        "A storage class is Ceph's, retains, and mounts with the institution's own key.",
        CLASS,
        _class,
    ),
    rule(
        "reader-volume-is-read-only",
        "A volume made by hand is Ceph's, read-only, and mounted with the key that only reads.",
        VOLUME,
        _volume,
    ),
    rule(
        "no-file-server",
        "No file server's driver comes into an environment with promises.",
        RELEASE,
        _release,
    ),
)
