"""Applying a resource's object on the server's side: where it goes, whose it is, with what force.

Owns what previews and updates share. It works on plain manifests and knows nothing of the engine's
protocol; `local.providers.kubernetes.provider` translates.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from local.providers.engine import Engine
from local.providers.kubernetes.cluster import Answer, ApiError, Cluster
from local.providers.kubernetes.naming import with_namespace
from local.providers.kubernetes.objects import (
    PATCH_FORCE,
    Manifest,
    ObjectRef,
    TypeToken,
    annotation,
    reference,
    with_metadata,
)
from local.providers.kubernetes.paths import Path, lookup
from local.providers.kubernetes.paths import replace as replace_at
from local.providers.kubernetes.refusals import is_conflict_with_official_creator
from local.providers.kubernetes.settings import Settings


@dataclass(frozen=True)
class Resource:
    """A Pulumi resource with the object that it asks for.

    Attributes:
        inputs: the manifest, fully known.
        manager: the field manager under which it is applied.

    """

    urn: str
    token: TypeToken
    inputs: Manifest
    manager: str

    @property
    def is_patch(self) -> bool:
        """Tell whether it only sets some fields of an object that somebody else owns."""
        return self.token.is_patch_of(self.inputs["kind"])

    def keeping(self, ignored: Iterable[Path], live: Manifest) -> "Resource":
        """Ask for what is there at the ignored paths, so that an autoscaler's value stays."""
        inputs = self.inputs
        for path in ignored:
            if (value := lookup(live, path)) is not None:
                inputs = replace_at(inputs, path, value)
        return replace(self, inputs=inputs)

    def bound_to(self, live: Manifest) -> "Resource":
        """Ask for that very object, so that nothing is made when it goes in this moment."""
        return replace(self, inputs=with_metadata(self.inputs, uid=live["metadata"]["uid"]))


@dataclass(frozen=True)
class Applier:
    """Applies to one cluster, as its provider is set."""

    cluster: Cluster
    settings: Settings
    engine: Engine

    def locate(self, manifest: Manifest) -> ObjectRef:
        """Tell where an object goes; `KindMissingError` when the server has no such kind."""
        ref = reference(manifest)
        if self.cluster.is_namespaced(ref.api_version, ref.kind):
            return replace(ref, namespace=ref.namespace or self.cluster.namespace)
        return replace(ref, namespace="")

    def apply(
        self, resource: Resource, ref: ObjectRef, *, dry_run: bool, force: bool = False
    ) -> Manifest:
        """Apply, by force where that or the resource says so; pass warnings on to the user."""
        answer = self._send(resource, ref, dry_run=dry_run, force=force)
        if not self.settings.suppress_deprecation_warnings:
            for warning in answer.warnings:
                self.engine.warning(warning, resource.urn)
        return answer.object

    def may_take(self, resource: Resource, live: Manifest) -> bool:
        """Tell whether a creation may go over an existing object: it's ours, or that is wanted."""
        allowed = self._is_forced(resource) or self.settings.upsert_existing
        return allowed or resource.manager in managers(live)

    def _send(self, resource: Resource, ref: ObjectRef, *, dry_run: bool, force: bool) -> Answer:
        namespaced = bool(ref.namespace)
        manifest = with_namespace(resource.inputs, ref.namespace, namespaced=namespaced)
        force = force or self._is_forced(resource)
        try:
            return self.cluster.apply(ref, manifest, resource.manager, force=force, dry_run=dry_run)
        except ApiError as error:
            if resource.is_patch or not is_conflict_with_official_creator(error):
                raise
        return self.cluster.apply(ref, manifest, resource.manager, force=True, dry_run=dry_run)

    def _is_forced(self, resource: Resource) -> bool:
        return self.settings.patch_force or annotation(resource.inputs, PATCH_FORCE) == "true"


def managers(live: Manifest) -> frozenset[str]:
    """Give the names of the field managers of a live object."""
    entries = live["metadata"].get("managedFields") or []
    return frozenset(str(entry.get("manager")) for entry in entries)
