"""Every resource that the program registers, for every stack that has a file.

Owns the recordings with what the engine would send of each resource. Doesn't own any assertion, nor
the protocol (:mod:`tests.recording`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from unittest import mock

from components.catalog import load
from components.catalog.stack_files import environments
from components.placement import place
from tests import recording
from tests.packs import Options

STACKS = recording.ROOT / "stacks"


@dataclass(frozen=True)
class Rendered:
    """One resource, as a pack is asked about it."""

    stack: str
    kind: str
    name: str
    props: Mapping[str, Any]
    options: Options


class _Observer(recording.Recording):
    """A recording that keeps what Registration leaves out: protect and ignoreChanges."""

    def RegisterResource(self, request: Any) -> Any:  # noqa: ANN401, N802 - the protocol's
        answer = super().RegisterResource(request)
        parts = request.provider.split("::")
        self.__dict__.setdefault("options", {})[answer.urn] = Options(
            protect=request.protect,
            ignored=tuple(request.ignoreChanges),
            provider=parts[-2] if len(parts) > 1 else None,
        )
        return answer


@cache
def rendered() -> tuple[Rendered, ...]:
    """Every resource of every stack, components and the stacks themselves included."""
    return tuple(each for name in environments(STACKS) for each in _environment(name))


def of_environment(name: str) -> list[Rendered]:
    """The same of an environment's platform and its institutions."""
    return [each for each in rendered() if each.stack.partition(".")[0] == name]


def _environment(name: str) -> list[Rendered]:
    catalog = load(STACKS, name)
    platform = {
        "kubeconfig": "kubeconfig",
        "residencyClasses": [each.name for each in place(catalog).classes],
    }
    stacks = (name, *(f"{name}.{institution}" for institution in catalog.institutions))
    return [each for stack in stacks for each in _stack(stack, platform)]


def _stack(stack: str, platform: Mapping[str, Any]) -> list[Rendered]:
    with mock.patch.object(recording, "Recording", _Observer):
        found = recording.record(stack, platform)
    options: Mapping[str, Options] = found.__dict__["options"]
    return [
        Rendered(stack, each.type, each.name, each.inputs, options[each.urn])
        for each in found.resources.values()
    ]
