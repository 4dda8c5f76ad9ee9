"""What the engine's requests say: types and names from URNs, objects from ids, what is refused."""

from collections.abc import Mapping
from typing import Any, Final

from local.providers.kubernetes.applying import Resource
from local.providers.kubernetes.naming import builtin_scope
from local.providers.kubernetes.objects import (
    SKIP_AWAIT,
    Manifest,
    TypeToken,
    annotation,
    field_manager,
    is_named,
    parse_id,
    with_metadata,
)

# The kinds whose readiness the official plugin looks at in a refresh.
_JUDGED_WHEN_READ: Final = frozenset(
    {"DaemonSet", "Deployment", "Job", "Pod", "Service", "StatefulSet"}
)


def type_and_name(urn: str) -> tuple[TypeToken, str]:
    """Take ``urn:pulumi:stack::project::parent$type::name`` apart."""
    _, _, types, name = urn.split("::", 3)
    return TypeToken.parse(types.rpartition("$")[2]), name


def resource_for(urn: str, manifest: Manifest, own: Mapping[str, Any]) -> Resource:
    """Give the resource of a manifest, with the field manager that its state names."""
    token, _ = type_and_name(urn)
    return Resource(urn, token, manifest, field_manager(urn, own, manifest))


def with_kind(manifest: Manifest, token: TypeToken) -> Manifest:
    """Fill in the API version and the kind; a patch has those of what it patches."""
    kind = {"apiVersion": token.api_version, "kind": token.name.removesuffix("Patch")}
    return kind | manifest


def identified(manifest: Manifest, token: TypeToken, identifier: str) -> Manifest:
    """Give the manifest with the place that an id names."""
    namespace, name = parse_id(identifier)
    place = {"name": name, "namespace": namespace} if namespace else {"name": name}
    return with_metadata(with_kind(manifest, token), **place)


def is_judged(manifest: Manifest, token: TypeToken) -> bool:
    """Tell whether a refresh says when an object isn't ready."""
    kind = manifest["kind"]
    skipped = annotation(manifest, SKIP_AWAIT) == "true" or token.is_patch_of(kind)
    return kind in _JUDGED_WHEN_READ and not skipped


def refusal_of(token: TypeToken, manifest: Manifest) -> str:
    """Say why no such resource can be registered; empty when it can."""
    metadata = manifest.get("metadata") or {}
    if token.name.endswith("List") and builtin_scope(token.api_version, token.name) is not None:
        return f"{token.name} is a list; register its items as resources of their own."
    if token.is_patch_of(manifest["kind"]) and not is_named(manifest):
        return f"A {token.name} needs metadata.name: the name of the object that it patches."
    if isinstance(metadata, dict) and metadata.get("generateName") and not is_named(manifest):
        return "Server-side apply knows no metadata.generateName; leave it out for a made-up name."
    return ""
