"""The engine's answers, made from plans, dry runs and failures."""

from collections.abc import Mapping
from typing import Any

from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2

from local.providers.failures import ProviderError
from local.providers.kubernetes.applying import Resource
from local.providers.kubernetes.diff import Plan
from local.providers.kubernetes.objects import Manifest, reference
from local.providers.kubernetes.paths import render
from local.providers.kubernetes.state import preview_of, state_for
from local.providers.kubernetes.waiting import NotReadyError
from local.providers.values import decode, encode


def diff_response(plan: Plan) -> provider_pb2.DiffResponse:
    """Give a plan as a detailed diff of inputs."""
    kinds = provider_pb2.PropertyDiff
    answers = provider_pb2.DiffResponse
    detailed = {
        render(each.path): kinds(
            kind=kinds.Kind.Value(f"{each.change.name}_REPLACE" if forced else each.change.name),
            inputDiff=True,
        )
        for each, forced in plan.differences
    }
    return answers(
        changes=answers.DIFF_SOME if detailed else answers.DIFF_NONE,
        replaces=[render(each.path) for each, forced in plan.differences if forced],
        deleteBeforeReplace=plan.delete_first,
        detailedDiff=detailed,
        hasDetailedDiff=True,
    )


def previewed(
    answer: Manifest | None, properties: Struct, resource: Resource, *, is_new: bool
) -> Struct:
    """Give the state that a dry run leads to; the inputs themselves where it said nothing."""
    if answer is None:
        return properties
    inputs = decode(properties)
    return encode(preview_of(answer, inputs, resource.manager, is_new=is_new))


def partial(error: NotReadyError, inputs: Mapping[str, Any], resource: Resource) -> ProviderError:
    """Give the failure after which the engine keeps the object in its state.

    So the next update goes on with it (and waits again) instead of creating it twice.
    """
    detail = provider_pb2.ErrorResourceInitFailed(
        id=reference(error.live).id,
        properties=encode(state_for(error.live, inputs, resource.manager)),
        inputs=encode(inputs),
        reasons=error.reasons,
    )
    return ProviderError(str(error), detail=detail)
