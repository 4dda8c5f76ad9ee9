"""Kubernetes objects as Pulumi names them: type tokens, ids, names, annotations.

Pure functions over manifests (plain dicts). Nothing here talks to a cluster or compares objects.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from local.providers.values import Unknown

Manifest: TypeAlias = dict[str, Any]

AUTONAMED: Final = "pulumi.com/autonamed"
DELETION_POLICY: Final = "pulumi.com/deletionPropagationPolicy"
FIELD_MANAGER: Final = "pulumi.com/patchFieldManager"
PATCH_FORCE: Final = "pulumi.com/patchForce"
SKIP_AWAIT: Final = "pulumi.com/skipAwait"
TIMEOUT_SECONDS: Final = "pulumi.com/timeoutSeconds"
WAIT_FOR: Final = "pulumi.com/waitFor"

OFFICIAL_CREATOR: Final = "pulumi-kubernetes"
"""The field manager with which the official plugin creates; its updates use one per resource."""

_DASHED: Final = (
    "x-kubernetes-embedded-resource",
    "x-kubernetes-int-or-string",
    "x-kubernetes-list-map-keys",
    "x-kubernetes-list-type",
    "x-kubernetes-map-type",
    "x-kubernetes-preserve-unknown-fields",
    "x-kubernetes-validations",
)
_TO_WIRE: Final = {key: key.replace("-", "_") for key in _DASHED}
_FROM_WIRE: Final = {key.replace("-", "_"): key for key in _DASHED}

_SERVER_OWNED: Final = (
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "selfLink",
    "uid",
)


@dataclass(frozen=True)
class TypeToken:
    """A resource type such as ``kubernetes:apps/v1:StatefulSet``.

    Attributes:
        api_version: as in a manifest, so ``v1`` for the core group.
        name: the kind, or a kind followed by ``Patch``.

    """

    api_version: str
    name: str

    @classmethod
    def parse(cls, token: str) -> "TypeToken":
        """Take a token apart; ``core/v1`` and a bare ``v1`` are both the core group."""
        _, module, name = token.split(":", 2)
        group, _, version = module.rpartition("/")
        return cls(version if group in {"", "core"} else module, name)

    @property
    def is_helm_release(self) -> bool:
        """Tell whether this is a Helm release, which only the official plugin installs."""
        return (self.api_version, self.name) == ("helm.sh/v3", "Release")

    def is_patch_of(self, kind: str) -> bool:
        """Tell whether this type patches an existing object of `kind`, instead of owning it."""
        return self.name == f"{kind}Patch"


@dataclass(frozen=True)
class ObjectRef:
    """Where an object lives; the namespace is empty for cluster-scoped kinds."""

    api_version: str
    kind: str
    namespace: str
    name: str

    @property
    def id(self) -> str:
        """Give the id that the official plugin gives: ``namespace/name`` or ``name``."""
        return f"{self.namespace}/{self.name}" if self.namespace else self.name

    def __str__(self) -> str:
        """Name the object as a person would."""
        return f"{self.kind} {self.id}"


def reference(manifest: Manifest) -> ObjectRef:
    """Tell where `manifest` says that it lives."""
    metadata = manifest.get("metadata") or {}
    return ObjectRef(
        manifest["apiVersion"],
        manifest["kind"],
        metadata.get("namespace") or "",
        metadata.get("name") or "",
    )


def parse_id(identifier: str) -> tuple[str, str]:
    """Take an id apart into namespace (perhaps empty) and name."""
    namespace, _, name = identifier.rpartition("/")
    return namespace, name


def group_of(api_version: str) -> str:
    """Give the API group of an API version; empty for the core group."""
    return api_version.rpartition("/")[0]


def annotation(manifest: Mapping[str, Any], key: str) -> str:
    """Give an annotation's text, or nothing when it is absent or not known yet."""
    metadata = manifest.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    value = annotations.get(key) if isinstance(annotations, dict) else None
    return value if isinstance(value, str) else ""


def with_metadata(manifest: Manifest, **fields: Any) -> Manifest:  # noqa: ANN401 any field's type
    """Copy `manifest` with some fields of its metadata set."""
    return {**manifest, "metadata": {**(manifest.get("metadata") or {}), **fields}}


def field_manager(urn: str, state: Mapping[str, Any], inputs: Manifest) -> str:
    """Choose the server-side apply field manager of a resource.

    The annotation wins, then the name in the state, then one made from the URN: an update that was
    killed before it wrote its state finds its own objects again by that name.
    """
    digest = hashlib.sha256(urn.encode()).hexdigest()[:8]
    named = annotation(inputs, FIELD_MANAGER) or state.get("__fieldManager")
    return str(named or f"pulumi-kubernetes-{digest}")


def without_server_fields(manifest: Manifest) -> Manifest:
    """Copy `manifest` without what only the API server sets in its metadata."""
    metadata = manifest.get("metadata")
    if not isinstance(metadata, dict):
        return manifest
    kept = {key: value for key, value in metadata.items() if key not in _SERVER_OWNED}
    return {**manifest, "metadata": kept}


def without_nulls(value: Any) -> Any:  # noqa: ANN401 JSON-like: any of a manifest's types
    """Copy `value` without absent (null) entries, which server-side apply would take as values."""
    match value:
        case dict():
            return {key: without_nulls(item) for key, item in value.items() if item is not None}
        case list():
            return [without_nulls(item) for item in value]
        case _:
            return value


def from_wire(value: Any) -> Any:  # noqa: ANN401 JSON-like: any of a manifest's types
    """Give ``x_kubernetes_...`` keys of CRD schemas the dashes that Kubernetes wants."""
    return _rename(value, lambda key: _FROM_WIRE.get(key, key))


def to_wire(value: Any) -> Any:  # noqa: ANN401 JSON-like: any of a manifest's types
    """Give ``x-kubernetes-...`` keys of CRD schemas the underscores that the SDK wants."""
    return _rename(value, lambda key: _TO_WIRE.get(key, key))


def _rename(value: Any, rename: Callable[[str], str]) -> Any:  # noqa: ANN401 JSON-like
    match value:
        case dict():
            return {rename(key): _rename(item, rename) for key, item in value.items()}
        case list():
            return [_rename(item, rename) for item in value]
        case _:
            return value


def is_named(manifest: Manifest) -> bool:
    """Tell whether a manifest has a name, be it one that is not known yet."""
    metadata = manifest.get("metadata")
    if isinstance(metadata, Unknown):
        return True
    return bool(isinstance(metadata, dict) and metadata.get("name"))
