"""What changed between two sets of a resource's inputs, and what that does to the resource.

Owns the comparison alone: it runs nothing. As in the official plugin, a change of ``triggers``
replaces the resource and any other change updates it; the new resource is created before the old
one is deleted. A secret is compared as a whole, and one that became or ceased to be secret differs,
so that the state never keeps the old form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pulumi.runtime.proto import provider_pb2

from local.providers.values import SIGNATURE, Secret, reveal

_Kind = provider_pb2.PropertyDiff.Kind
_PLAIN_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_REPLACING: Final = {
    provider_pb2.PropertyDiff.ADD: provider_pb2.PropertyDiff.ADD_REPLACE,
    provider_pb2.PropertyDiff.DELETE: provider_pb2.PropertyDiff.DELETE_REPLACE,
    provider_pb2.PropertyDiff.UPDATE: provider_pb2.PropertyDiff.UPDATE_REPLACE,
}


def diff(old: Mapping[str, Any], new: Mapping[str, Any]) -> provider_pb2.DiffResponse:
    """Compare the old inputs with the new ones, as the engine's Diff wants it."""
    detailed = {}
    for path, kind in _changes(old, new):
        replacing = path.partition("[")[0] == "triggers"
        detailed[path] = provider_pb2.PropertyDiff(
            kind=_REPLACING[kind] if replacing else kind, inputDiff=True
        )
    some, none = provider_pb2.DiffResponse.DIFF_SOME, provider_pb2.DiffResponse.DIFF_NONE
    return provider_pb2.DiffResponse(
        changes=some if detailed else none,
        diffs=sorted({re.split(r"[.\[]", path)[0] for path in detailed}),
        replaces=sorted(path for path in detailed if path.partition("[")[0] == "triggers"),
        detailedDiff=detailed,
        hasDetailedDiff=True,
    )


def _changes(old: Any, new: Any, path: str = "") -> Iterator[tuple[str, _Kind.ValueType]]:  # noqa: ANN401 JSON-like
    match old, new:
        case (Mapping(), Mapping()) if SIGNATURE in old and SIGNATURE in new:
            # The engine leaves out an asset's contents here; its hash stands for them.
            if (old[SIGNATURE], old.get("hash")) != (new[SIGNATURE], new.get("hash")):
                yield path, provider_pb2.PropertyDiff.UPDATE
        case (Mapping(), Mapping()):
            yield from _item_changes(old, new, lambda key: _member(path, key))
        case (list(), list()):
            yield from _item_changes(
                dict(enumerate(old)), dict(enumerate(new)), lambda index: f"{path}[{index}]"
            )
        case (Secret(), Secret()) if reveal(old) == reveal(new):
            # The official plugin's state may mark credentials a second time inside a connection.
            return
        case _ if old != new:
            yield path, provider_pb2.PropertyDiff.UPDATE


def _item_changes(old: Mapping[Any, Any], new: Mapping[Any, Any], name: Any) -> Iterator[Any]:  # noqa: ANN401 keys and indexes alike
    for key in old.keys() - new.keys():
        yield name(key), provider_pb2.PropertyDiff.DELETE
    for key in new.keys() - old.keys():
        yield name(key), provider_pb2.PropertyDiff.ADD
    for key in old.keys() & new.keys():
        yield from _changes(old[key], new[key], name(key))


def _member(path: str, key: str) -> str:
    if not path:
        return key
    return f"{path}.{key}" if _PLAIN_KEY.fullmatch(key) else f'{path}["{key}"]'
