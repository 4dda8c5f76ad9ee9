"""Dry runs: what the API server would say to a creation or an update.

So schema errors and admission refusals show in a preview. Where the server can't know yet, since
the same update is about to make a namespace, a CRD or another object, nothing is said (None).
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from local.providers.kubernetes.applying import Applier, Resource, managers
from local.providers.kubernetes.cluster import ApiError, KindMissingError
from local.providers.kubernetes.objects import Manifest, ObjectRef, reference, with_metadata
from local.providers.kubernetes.paths import Path
from local.providers.kubernetes.refusals import (
    already_exists,
    is_immutable,
    is_not_allowed,
    is_premature,
    refusal,
)

_SUFFIX: Final = "-preview"
_LONGEST_NAME: Final = 63


def preview_create(applier: Applier, resource: Resource) -> Manifest | None:
    """Try a creation out.

    Raises:
        ProviderError: the update would be refused.

    """
    try:
        ref = applier.locate(resource.inputs)
        live = applier.cluster.get(ref)
    except KindMissingError:
        return None
    except ApiError as error:
        raise refusal(error, reference(resource.inputs)) from None
    if resource.is_patch:
        return _try(applier, resource.bound_to(live), ref) if live else None
    if live is None:
        return _try(applier, resource, ref)
    if applier.may_take(resource, live):
        return _try_anew(applier, resource, ref)
    complaint = already_exists(ref, managers(live))
    applier.engine.warning(f"{complaint} Unless it goes before, the update fails.", resource.urn)
    return None


def preview_update(
    applier: Applier, resource: Resource, ignored: Iterable[Path]
) -> Manifest | None:
    """Try an update out.

    Raises:
        ProviderError: the update would be refused.

    """
    try:
        ref = applier.locate(resource.inputs)
        live = applier.cluster.get(ref)
    except KindMissingError:
        return None
    except ApiError as error:
        raise refusal(error, reference(resource.inputs)) from None
    if live is None:
        return None if resource.is_patch else _try(applier, resource, ref)
    kept = resource.keeping(ignored, live)
    return _try(applier, kept.bound_to(live) if resource.is_patch else kept, ref)


def _try(applier: Applier, resource: Resource, ref: ObjectRef) -> Manifest | None:
    try:
        return applier.apply(resource, ref, dry_run=True)
    except ApiError as error:
        if is_premature(error):
            return None
        if is_not_allowed(error):
            applier.engine.warning(f"Not validated: {refusal(error, ref)}", resource.urn)
            return None
        raise refusal(error, ref) from None


def _try_anew(applier: Applier, resource: Resource, ref: ObjectRef) -> Manifest | None:
    """Try the creation of an object whose predecessor is still there.

    It is tried by force, since the predecessor's other managers go with it. What can't change in
    place is tried under another name; a CRD can't have another one.
    """
    try:
        return applier.apply(resource, ref, dry_run=True, force=True)
    except ApiError as error:
        if not is_immutable(error):
            raise refusal(error, ref) from None
    if ref.kind == "CustomResourceDefinition":
        return None
    name = f"{ref.name[: _LONGEST_NAME - len(_SUFFIX)]}{_SUFFIX}"
    renamed = replace(resource, inputs=with_metadata(resource.inputs, name=name))
    answer = _try(applier, renamed, replace(ref, name=name))
    return with_metadata(answer, name=ref.name) if answer else None
