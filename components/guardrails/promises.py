"""The parameter objects of the admission policies: what was promised, as ConfigMaps.

Owns their form, names and namespace. Doesn't own what is judged with them.

They are read from the manifests that the program deploys, so that the cluster is held to what was
deployed; whether that keeps the promise is for the policy packs to say.

Why ConfigMaps, and not a kind of our own: a policy whose parameter's kind the API server hasn't
discovered yet refuses everything that it matches, and a new kind takes the API server up to ten
seconds. Why all in one namespace: nobody in an institution has a right there, and a promise is
there before the namespace that it is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from components import naming
from components.guardrails.flows import flows
from components.manifests import Manifest
from components.storage.drift import pool_promises

NAMESPACE: Final = "imaging-promises"
PROMISE_LABEL: Final = "imaging/promise"
INSTITUTIONS: Final = "institution"
CLASSES: Final = "residency-classes"
CAPS: Final = ("mds", "mgr", "mon", "osd")
"""The parts of a Ceph key's powers, in the order in which they are written down."""
_YES_NO: Final = {True: "true", False: "false"}


@dataclass(frozen=True)
class InstitutionPromise:
    """What admission holds for one institution.

    Attributes:
        institution: its name.
        words: its promise on replication, for people.
        readers: how many readers it may have.
        deployed: the manifests of its network policies, group, keys, storage class and claims.
        armed: whether its stack may be destroyed with all that it holds.
    """

    institution: str
    words: str
    readers: int
    deployed: tuple[Manifest, ...]
    armed: bool = False


@dataclass(frozen=True)
class ClassPromise:
    """What admission holds for one residency class.

    Attributes:
        filesystem: its CephFilesystem's manifest.
        institutions: whose examinations lie in it.
        words: what was promised to them, for people.
        boundary: the data centre that it must not leave, if there is one.
    """

    filesystem: Manifest
    institutions: tuple[str, ...]
    words: str
    boundary: str | None


def promises_namespace() -> Manifest:
    """Build the namespace of all promises; no pod ever runs in it."""
    rules = {"pod-security.kubernetes.io/enforce": "restricted"}
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": NAMESPACE, "labels": rules},
    }


def class_promises(classes: Iterable[ClassPromise], *, armed: bool) -> Manifest:
    """Build the promises of all residency classes in use.

    All in one object, since a class that goes leaves it in an update, which comes before any
    deletion: its filesystem is free to go then.
    """
    data = {"armed": _YES_NO[armed]}
    for promise in classes:
        data |= _class_data(promise)
    return _config_map(CLASSES, CLASSES, data)


def institution_promise(promise: InstitutionPromise) -> Manifest:
    """Build the promise of an institution."""
    name = promise.institution
    data = {
        "armed": _YES_NO[promise.armed],
        "institution": name,
        "words": promise.words,
        "namespace": naming.namespace(name),
        "replicas.ingest": "1",
        "replicas.readers": str(promise.readers),
        **_network_data(promise.deployed),
        **_group_data(_of(promise.deployed, "CephFilesystemSubVolumeGroup")),
        **dict(_key(client) for client in _of(promise.deployed, "CephClient")),
        **_volume_data(promise.deployed),
    }
    return _config_map(f"institution-{name}", INSTITUTIONS, data)


def place(pool: Mapping[str, int | str]) -> str:
    """Where a pool's pieces lie, in the words that :mod:`.residency` finds in a filesystem."""
    return (
        f"below {pool['crush_root']}, spread over {pool['failure_domain']} and "
        f"{pool['sub_failure_domain']}, {pool['copies_per_domain']} in each, on "
        f"{pool['device_class']}, {pool['data_chunks']}+{pool['coding_chunks']} chunks"
    )


def _class_data(promise: ClassPromise) -> dict[str, str]:
    name = promise.filesystem["metadata"]["name"]
    pools = [pool["name"] for pool in promise.filesystem["spec"]["dataPools"]]
    data = {
        f"{name}.pools": ",".join(pools),
        f"{name}.institutions": ", ".join(promise.institutions),
        f"{name}.words": promise.words,
        f"{name}.boundary": promise.boundary or "",
    }
    for pool, promised in pool_promises(promise.filesystem):
        data |= {
            f"{pool}.place": place(promised),
            f"{pool}.size": str(promised["size"]),
            f"{pool}.minSize": str(promised["min_size"]),
        }
    return data


def _network_data(deployed: Iterable[Manifest]) -> dict[str, str]:
    policies = _of(deployed, "NetworkPolicy")
    return {
        "networkPolicies": _lines(each["metadata"]["name"] for each in policies),
        "flows": _lines(flow for policy in policies for flow in flows(policy)),
    }


def _group_data(groups: list[Manifest]) -> dict[str, str]:
    """Tell the group's place and quota; an institution on a file server has no group."""
    if not groups:
        return {"group": ""}
    (group,) = groups
    spec = group["spec"]
    return {
        "group": spec["name"],
        "filesystem": spec["filesystemName"],
        "pool": spec.get("dataPoolName", ""),
        "quota": spec["quota"],
    }


def _key(client: Manifest) -> tuple[str, str]:
    caps = client["spec"]["caps"]
    powers = "; ".join(f"{part}: {caps.get(part, '')}" for part in CAPS)
    return f"key.{client['metadata']['name']}", powers


def _volume_data(deployed: Iterable[Manifest]) -> dict[str, str]:
    (storage_class,) = _of(deployed, "StorageClass")
    parameters = storage_class["parameters"]
    return {
        "storageClass": storage_class["metadata"]["name"],
        "provisioner": storage_class["provisioner"],
        "parameters": _lines(f"{key}={value}" for key, value in parameters.items()),
        "claims": _lines(
            name
            for claim in _of(deployed, "PersistentVolumeClaim")
            for name in (claim["metadata"]["name"], naming.reader_claim(claim["metadata"]["name"]))
        ),
    }


def _of(manifests: Iterable[Manifest], kind: str) -> list[Manifest]:
    return [each for each in manifests if each["kind"] == kind]


def _lines(values: Iterable[str] | Iterator[str]) -> str:
    return "\n".join(sorted(values))


def _config_map(name: str, what: str, data: dict[str, Any]) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": NAMESPACE, "labels": {PROMISE_LABEL: what}},
        "data": data,
    }
