"""What changed between two manifests, and what that means for the object.

Pure functions: finding differences, and the decision between update and replacement. The table of
fields that can't change in place is in `local.providers.kubernetes.immutable`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from local.providers.kubernetes.immutable import fixed_fields, replacing
from local.providers.kubernetes.objects import AUTONAMED, Manifest, annotation, group_of
from local.providers.kubernetes.paths import Path, starts_with
from local.providers.kubernetes.settings import Settings


class Change(Enum):
    """How one property changes."""

    ADD = "add"
    DELETE = "delete"
    UPDATE = "update"


@dataclass(frozen=True)
class Difference:
    """One property's change."""

    path: Path
    change: Change
    old: Any = None
    new: Any = None


@dataclass(frozen=True)
class Plan:
    """What to do about the differences.

    Attributes:
        differences: all of them, each with whether it forces a replacement.
        delete_first: the old object must go before the new one comes, since they share a name.

    """

    differences: tuple[tuple[Difference, bool], ...]
    delete_first: bool

    @property
    def replaces(self) -> bool:
        """Tell whether the object must be replaced."""
        return any(forced for _, forced in self.differences)


def plan(
    old: Manifest,
    new: Manifest,
    settings: Settings,
    *,
    ignored: Iterable[Path] = (),
    is_patch: bool = False,
) -> Plan:
    """Compare old with new inputs.

    Args:
        old: plain, as the last update left them; a refresh puts what it found in the cluster there.
        new: as the program asks now; may hold unknown values, which count as changed.
        settings: the provider's.
        ignored: the ``ignoreChanges`` of the resource.
        is_patch: a ``*Patch`` resource.

    """
    old, new = _comparable(old), _comparable(new)
    skip = tuple(ignored)
    differences = [
        difference
        for difference in compare(old, new)
        if not any(starts_with(difference.path, prefix) for prefix in skip)
    ]
    fixed = fixed_fields(new, settings, is_patch=is_patch)
    forced = replacing(((each.path, each.old, each.new) for each in differences), fixed)
    if group_of(old.get("apiVersion", "")) != group_of(new.get("apiVersion", "")):
        forced |= {("apiVersion",)}
    same_place = _place(old) == _place(new) and annotation(new, AUTONAMED) != "true"
    return Plan(
        tuple((difference, difference.path in forced) for difference in differences),
        delete_first=bool(forced) and same_place,
    )


def compare(old: Any, new: Any, path: Path = ()) -> Iterator[Difference]:  # noqa: ANN401 JSON-like
    """List the differences, as deep as both sides have the same shape."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old | new):
            yield from _compare_member(old, new, key, path)
    elif isinstance(old, list) and isinstance(new, list):
        before, after = dict(enumerate(old)), dict(enumerate(new))
        for index in range(max(len(old), len(new))):
            yield from _compare_member(before, after, index, path)
    elif old != new:
        yield Difference(path, Change.UPDATE, old, new)


def _compare_member(
    old: dict[Any, Any], new: dict[Any, Any], key: str | int, path: Path
) -> Iterator[Difference]:
    here = (*path, key)
    if key not in old:
        yield Difference(here, Change.ADD, None, new[key])
    elif key not in new:
        yield Difference(here, Change.DELETE, old[key], None)
    else:
        yield from compare(old[key], new[key], here)


def _comparable(inputs: Manifest) -> Manifest:
    """Leave out what never means a change."""
    return {key: value for key, value in inputs.items() if key != "status"}


def _place(manifest: Manifest) -> tuple[Any, ...]:
    metadata = manifest.get("metadata")
    fields = metadata if isinstance(metadata, dict) else {}
    return manifest.get("kind"), fields.get("namespace"), fields.get("name")
