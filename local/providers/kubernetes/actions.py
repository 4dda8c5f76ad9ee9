"""Creating, updating, reading and deleting one object in the cluster.

Owns the order of requests and their retries; dry runs are in
`local.providers.kubernetes.previews`.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeVar

import grpc

from local.providers.failures import ProviderError
from local.providers.kubernetes.applying import Applier, Resource, managers
from local.providers.kubernetes.cluster import ApiError, KindMissingError
from local.providers.kubernetes.objects import (
    DELETION_POLICY,
    Manifest,
    ObjectRef,
    annotation,
    reference,
)
from local.providers.kubernetes.paths import Path
from local.providers.kubernetes.refusals import already_exists, is_busy, is_premature, refusal
from local.providers.kubernetes.waiting import Waiter, waits_for_deletion

_RETRY_SECONDS: Final = (0.5, 1, 2, 4, 8)
_POLICIES: Final = {"orphan": "Orphan", "background": "Background"}
_T = TypeVar("_T")


def create(applier: Applier, resource: Resource, waiter: Waiter) -> Manifest:
    """Create the object, or finish what an interrupted update began, and wait for it.

    Raises:
        NotReadyError: it was created but didn't become ready.
        ProviderError: it belongs to somebody else, or the server refused it.

    """
    ref, live = _find(applier, resource)
    if live and live["metadata"].get("deletionTimestamp") and not resource.is_patch:
        waiter.until_gone(ref, live["metadata"]["uid"])
        live = None
    if resource.is_patch and live is None:
        raise ProviderError(f"{ref} doesn't exist, so there is nothing to patch.")
    if not resource.is_patch and live and not applier.may_take(resource, live):
        raise ProviderError(already_exists(ref, managers(live)), grpc.StatusCode.ALREADY_EXISTS)
    return _apply_and_wait(applier, resource, ref, live, waiter)


def update(
    applier: Applier,
    resource: Resource,
    own: Mapping[str, Any],
    ignored: Iterable[Path],
    waiter: Waiter,
) -> Manifest:
    """Apply the object and wait for it; one that was deleted behind our back comes again.

    Args:
        applier: of the cluster.
        resource: as it should be.
        own: of the state, for the field manager until now; another one lets go of its fields.
        ignored: paths whose live values stay.
        waiter: of the resource.

    Raises:
        NotReadyError: it was updated but didn't become ready.
        ProviderError: the server refused it.

    """
    ref, live = _find(applier, resource)
    if resource.is_patch and live is None:
        raise ProviderError(f"{ref} doesn't exist any more, so there is nothing to patch.")
    kept = resource.keeping(ignored, live or {})
    updated = _apply_and_wait(applier, kept, ref, live, waiter)
    former = own.get("__fieldManager") or resource.manager
    if live and former != resource.manager:
        relinquish(applier, ref, live, former)
    return updated


def read(applier: Applier, manifest: Manifest) -> Manifest | None:
    """Read the live object of a manifest; None when it, or its kind, is gone."""
    try:
        return applier.cluster.get(applier.locate(manifest))
    except KindMissingError:
        return None
    except ApiError as error:
        raise refusal(error, reference(manifest)) from None


def delete(applier: Applier, resource: Resource, waiter: Waiter) -> None:
    """Delete the object and wait until it is gone; a patch gives its fields back instead."""
    try:
        ref = applier.locate(resource.inputs)
        live = applier.cluster.get(ref)
        if live is None:
            return
        if resource.is_patch:
            relinquish(applier, ref, live, resource.manager)
            return
        wish = annotation(resource.inputs, DELETION_POLICY).lower()
        applier.cluster.delete(ref, _POLICIES.get(wish, "Foreground"))
        if waits_for_deletion(resource.inputs):
            waiter.until_gone(ref, live["metadata"]["uid"])
    except KindMissingError:
        return
    except ApiError as error:
        raise refusal(error, reference(resource.inputs)) from None
    if ref.kind == "CustomResourceDefinition":
        applier.cluster.forget_kinds()


def relinquish(applier: Applier, ref: ObjectRef, live: Manifest, manager: str) -> None:
    """Give back the fields of a manager: those that nobody else owns go away."""
    metadata = {"name": ref.name, "uid": live["metadata"]["uid"]}
    if ref.namespace:
        metadata["namespace"] = ref.namespace
    empty = {"apiVersion": ref.api_version, "kind": ref.kind, "metadata": metadata}
    applier.cluster.apply(ref, empty, manager, force=False, dry_run=False)


def _apply_and_wait(
    applier: Applier, resource: Resource, ref: ObjectRef, live: Manifest | None, waiter: Waiter
) -> Manifest:
    asked = resource.bound_to(live) if resource.is_patch and live else resource
    answer = _retry(applier, resource, lambda: applier.apply(asked, ref, dry_run=False))
    if resource.is_patch:
        return answer
    ready = waiter.until_ready(ref, resource.inputs, answer)
    if ref.kind == "CustomResourceDefinition":
        applier.cluster.forget_kinds()
    return ready


def _find(applier: Applier, resource: Resource) -> tuple[ObjectRef, Manifest | None]:
    """Tell where the object goes and what is there."""
    ref = _retry(applier, resource, lambda: applier.locate(resource.inputs))
    return ref, _retry(applier, resource, lambda: applier.cluster.get(ref))


def _retry(applier: Applier, resource: Resource, action: Callable[[], _T]) -> _T:
    """Do it again while a namespace, a CRD or the server itself is about to come.

    The official plugin tries as often, so that objects may be registered in any order.
    """
    for pause in (*_RETRY_SECONDS, None):
        try:
            return action()
        except (ApiError, KindMissingError) as error:
            hopeful = isinstance(error, KindMissingError) or is_premature(error) or is_busy(error)
            if hopeful and pause is not None:
                applier.engine.status(f"Trying again, since: {error}", resource.urn)
                if not applier.engine.cancelled.wait(pause):
                    applier.cluster.forget_kinds()
                    continue
            if isinstance(error, KindMissingError):
                raise ProviderError(str(error)) from None
            raise refusal(error, reference(resource.inputs)) from None
    raise AssertionError("the last turn returns or raises")
