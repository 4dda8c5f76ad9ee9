"""The second key to a destruction: what ``imaging:armDestroy`` in a stack's file lets go of.

Owns what an armed stack changes, in one place, whatever component made the resource. Doesn't own
what is protected (:func:`components.manifests.holds_data`), nor the destruction itself: that is
``pulumi destroy``, which refuses while the last update left anything protected.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import pulumi

from components.catalog.quantities import format_bytes

if TYPE_CHECKING:
    from components.catalog import Catalog
    from components.placement import Placement

_KINDS: Final[Mapping[str, Mapping[str, Any]]] = {
    # Rook wipes the disks, and only then lets the cluster go.
    "kubernetes:ceph.rook.io/v1:CephCluster": {
        "spec": {"cleanupPolicy": {"confirmation": "yes-really-destroy-data"}}
    },
    "kubernetes:ceph.rook.io/v1:CephFilesystem": {"spec": {"preserveFilesystemOnDelete": False}},
    # A group with volumes in it is never deleted otherwise (research/rook.md §7, trap 5).
    "kubernetes:ceph.rook.io/v1:CephFilesystemSubVolumeGroup": {
        "metadata": {"annotations": {"rook.io/force-deletion": "true"}}
    },
}


def disarm_protection() -> None:
    """Let go of everything that the stack protects, as resources are registered from now on."""
    pulumi.runtime.register_stack_transformation(_let_go)


def losses(catalog: Catalog, placement: Placement, institution: str | None) -> tuple[str, ...]:
    """What would be lost with a stack, a sentence for each institution."""
    names = [institution] if institution else list(catalog.institutions)
    return tuple(_loss(catalog, placement, name) for name in names)


def _loss(catalog: Catalog, placement: Placement, name: str) -> str:
    promise, residency = catalog.institutions[name], placement.of[name]
    return (
        f"every examination of {promise.title} ({name}), up to {format_bytes(promise.capacity)}: "
        f"all {residency.spread.size} copies in {', '.join(residency.data_centres)}, and every "
        "snapshot of them"
    )


def _let_go(
    found: pulumi.ResourceTransformationArgs,
) -> pulumi.ResourceTransformationResult | None:
    if not found.opts.protect and found.type_ not in _KINDS:
        return None
    options = pulumi.ResourceOptions.merge(found.opts, pulumi.ResourceOptions(protect=False))
    return pulumi.ResourceTransformationResult(
        props=_merged(found.props, _KINDS.get(found.type_, {})), opts=options
    )


def _merged(props: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    result = copy.copy(dict(props))
    for key, change in changes.items():
        nested = isinstance(change, Mapping)
        result[key] = _merged(result.get(key) or {}, change) if nested else change
    return result
