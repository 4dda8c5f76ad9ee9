"""The API server's refusals, as sentences and as what they mean for a preview.

Owns the reading of Kubernetes' error statuses; `local.providers.kubernetes.cluster` makes them.
"""

import re
from http import HTTPStatus
from typing import Final

import grpc

from local.providers.failures import ProviderError
from local.providers.kubernetes.cluster import ApiError
from local.providers.kubernetes.objects import OFFICIAL_CREATOR, PATCH_FORCE, ObjectRef

_NOT_YET: Final = re.compile(r"\bnot found\b|no PriorityClass with name|no params found for policy")
_DENIED: Final = re.compile(r"denied (the )?request")
_NOT_ALLOWED: Final = re.compile(r"cannot (patch|create|update|get) resource")
_OTHER_MANAGER: Final = re.compile(r'conflict with "(?P<name>[^"]+)"')
_BUSY: Final = frozenset(
    {
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)


def is_premature(error: ApiError) -> bool:
    """Tell whether something else, such as the namespace, doesn't exist yet.

    In a preview the same update may be about to create it; in an update it may come in a moment.
    """
    if error.code == HTTPStatus.NOT_FOUND:
        return True
    text = str(error)
    if error.code != HTTPStatus.FORBIDDEN or not _NOT_YET.search(text):
        return False
    return "no params found for policy" in text or not _DENIED.search(text)


def is_busy(error: ApiError) -> bool:
    """Tell whether the server asks to try again later."""
    return error.code in _BUSY


def is_not_allowed(error: ApiError) -> bool:
    """Tell whether the user may not do this at all, so that a dry run says nothing."""
    return error.code == HTTPStatus.FORBIDDEN and bool(_NOT_ALLOWED.search(str(error)))


def is_immutable(error: ApiError) -> bool:
    """Tell whether the change was refused as such, and not the object that it would lead to."""
    return error.code == HTTPStatus.UNPROCESSABLE_ENTITY and not _DENIED.search(str(error))


def conflicting_managers(error: ApiError) -> frozenset[str]:
    """Give the field managers that a server-side apply ran into; none if it is another error."""
    found = (_OTHER_MANAGER.search(cause.get("message", "")) for cause in error.causes)
    return frozenset(match["name"] for match in found if match)


def is_conflict_with_official_creator(error: ApiError) -> bool:
    """Tell whether only the official plugin's own create stands in the way.

    It creates under one name and updates under another; a stack that it made is ours to update.
    """
    return conflicting_managers(error) == {OFFICIAL_CREATOR}


def refusal(error: ApiError, ref: ObjectRef) -> ProviderError:
    """Say what the server refused, why, and what to do."""
    if error.code == HTTPStatus.CONFLICT and conflicting_managers(error):
        return ProviderError(_conflict(error, ref), grpc.StatusCode.ABORTED)
    if error.code == HTTPStatus.UNAUTHORIZED:
        message = f"The API server doesn't accept the kubeconfig's credentials (for {ref})."
        return ProviderError(message, grpc.StatusCode.UNAUTHENTICATED)
    if is_not_allowed(error):
        message = f"The kubeconfig's user has no permission for {ref}: {error}."
        return ProviderError(message, grpc.StatusCode.PERMISSION_DENIED)
    message = f"The API server refused {ref}: {str(error).rstrip('.')}."
    return ProviderError(message, grpc.StatusCode.INVALID_ARGUMENT)


def already_exists(ref: ObjectRef, managers: frozenset[str]) -> str:
    """Say that a foreign object has the place of one that should be created."""
    owners = ", ".join(sorted(managers)) or "nobody in particular"
    return (
        f"{ref} already exists (AlreadyExists) and belongs to another owner (field managers: "
        f"{owners}). Choose another name, take it into the stack with `pulumi import`, change only "
        f'some of its fields with a {ref.kind}Patch, or set the annotation {PATCH_FORCE}: "true" '
        "to take it over."
    )


def _conflict(error: ApiError, ref: ObjectRef) -> str:
    owned = sorted(
        f"{cause.get('field', '')} (owned by {match['name']})"
        for cause in error.causes
        if (match := _OTHER_MANAGER.search(cause.get("message", "")))
    )
    return (
        f"{ref} has fields that another manager owns, with other values: {', '.join(owned)}. Leave "
        f'them out, or set the annotation {PATCH_FORCE}: "true" to take them over.'
    )
