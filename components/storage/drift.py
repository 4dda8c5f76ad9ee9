"""The watch over pools: what each was promised, and the check of it.

Owns the manifests of the promises, and of the CronJob with its key. Doesn't own where its results
go (:mod:`components.storage.pushgateway`), nor the judgement
(:mod:`components.storage.drift_check`, which runs in the pod), and alerts nobody. The promises are
read from the rendered filesystems, so that what Rook was told is what Ceph is held to.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from importlib import resources
from typing import Any, Final

from components import naming
from components.manifests import PHASE_READY, Manifest, wait_for
from components.storage import ceph_job, pushgateway

PROMISES: Final = "pool-promises"
CHECK: Final = "pool-drift"

_SCRIPT: Final = "drift_check.py"
_FILE: Final = "promises.json"
_EVERY: Final = "*/10 * * * *"
_LONGEST: Final = 300
_KEPT: Final = 3600
_ASKED: Final = ("osd dump", "osd crush dump", "fs ls")


def drift_client() -> Manifest:
    """Build the Ceph user of the check, which may ask three questions and nothing else.

    ``allow r`` would do too, and would show it the monitors' whole configuration.
    """
    caps = ", ".join(f'allow command "{command}"' for command in _ASKED)
    return {
        **_head("ceph.rook.io/v1", "CephClient", CHECK, wait_for(PHASE_READY)),
        "spec": {"caps": {"mon": caps}, "security": {"cephx": {"keyType": "aes"}}},
    }


def promises(filesystems: Iterable[Manifest]) -> Manifest:
    """Build the ConfigMap of what each pool of these rendered CephFilesystems was promised."""
    promised = {
        name: properties
        for filesystem in filesystems
        for name, properties in pool_promises(filesystem)
    }
    return {
        **_head("v1", "ConfigMap", PROMISES),
        "data": {_FILE: json.dumps(promised, indent=1, sort_keys=True) + "\n"},
    }


def pool_promises(filesystem: Manifest) -> Iterator[tuple[str, dict[str, int | str]]]:
    """Name the pools as Rook does, each with the properties that the check compares.

    Source of the names: Rook's ``pkg/operator/ceph/file/filesystem.go``, generateDataPoolNames.
    """
    name, spec = filesystem["metadata"]["name"], filesystem["spec"]
    yield f"{name}-metadata", _promise(name, "metadata", spec["metadataPool"])
    for number, pool in enumerate(spec["dataPools"]):
        role = "data" if number else "default-data"
        yield f"{name}-{pool['name']}", _promise(name, role, pool)


def _promise(filesystem: str, role: str, pool: dict[str, Any]) -> dict[str, int | str]:
    copies, chunks = pool.get("replicated", {}), pool.get("erasureCoded", {})
    data, coding = chunks.get("dataChunks", 0), chunks.get("codingChunks", 0)
    return {
        "filesystem": filesystem,
        "role": role,
        "crush_root": pool["crushRoot"],
        "device_class": pool["deviceClass"],
        "failure_domain": pool["failureDomain"],
        "sub_failure_domain": copies.get("subFailureDomain", "none"),
        "copies_per_domain": copies.get("replicasPerFailureDomain", 1),
        "size": data + coding or copies["size"],
        "min_size": int(pool["parameters"]["min_size"]),
        "data_chunks": data,
        "coding_chunks": coding,
    }


def script() -> Manifest:
    """Build the ConfigMap of the check's program, which is read from this package."""
    text = resources.files("components.storage").joinpath(_SCRIPT).read_text("utf-8")
    return {**_head("v1", "ConfigMap", CHECK), "data": {_SCRIPT: text}}


def drift_check() -> Manifest:
    """Build the CronJob that compares Ceph's pools with the promises.

    A failed Job isn't tried again: the next one comes soon. Failed ones go after an hour, so that
    they don't count as failed for ever.
    """
    return {
        **_head("batch/v1", "CronJob", CHECK),
        "spec": {
            "schedule": _EVERY,
            "concurrencyPolicy": "Forbid",
            "startingDeadlineSeconds": _LONGEST,
            "successfulJobsHistoryLimit": 1,
            "failedJobsHistoryLimit": 3,
            "jobTemplate": {
                "metadata": {"labels": _labels(CHECK)},
                "spec": {
                    "backoffLimit": 0,
                    "activeDeadlineSeconds": _LONGEST,
                    "ttlSecondsAfterFinished": _KEPT,
                    "template": {
                        "metadata": {"labels": _labels(CHECK)},
                        "spec": {
                            "restartPolicy": "Never",
                            **ceph_job.confined_pod(),
                            "containers": [_check()],
                            "volumes": [
                                dict(ceph_job.WORK),
                                {"name": "check", "projected": {"sources": _files()}},
                            ],
                        },
                    },
                },
            },
        },
    }


def _check() -> dict[str, Any]:
    container = {
        **ceph_job.confined_container(CHECK),
        "name": CHECK,
        "command": ["python3", f"/check/{_SCRIPT}", f"/check/{_FILE}", pushgateway.ADDRESS],
    }
    container["volumeMounts"].append({"name": "check", "mountPath": "/check", "readOnly": True})
    return container


def _files() -> list[dict[str, Any]]:
    return [{"configMap": {"name": name}} for name in (CHECK, PROMISES)]


def _head(
    api_version: str, kind: str, name: str, annotations: dict[str, str] | None = None
) -> Manifest:
    metadata = {"name": name, "namespace": naming.CEPH_NAMESPACE, "labels": _labels(name)}
    if annotations is not None:
        metadata["annotations"] = annotations
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata}


def _labels(name: str) -> dict[str, str]:
    return {"app.kubernetes.io/name": name, "app.kubernetes.io/part-of": "imaging-repository"}
