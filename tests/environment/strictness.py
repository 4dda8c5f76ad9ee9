"""What the program sends, judged by the API server and compared with what it stored.

Owns these comparisons. Doesn't own any assertion.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import Any

from tests.environment.copies import Copy, Result
from tests.recording import Recording, is_secret

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""How a recording shows what is known only once something else is there."""
ASIDE = "strict-"
"""Before names and namespaces that are tried beside what is there: their fields may differ."""


def manifests(recording: Recording) -> list[dict[str, Any]]:
    """What is sent to the API server; patches are parts of objects that aren't ours."""
    return [
        _as_stored(_plain(dict(each.inputs)))
        for each in recording.resources.values()
        if each.type.startswith("kubernetes:")
        and not each.type.endswith("Patch")
        and not each.type.startswith("kubernetes:helm.sh")
    ]


def aside(sent: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same objects under names and in namespaces of their own."""
    return [{**each, "metadata": _aside(each["metadata"])} for each in sent]


def _aside(metadata: Mapping[str, Any]) -> dict[str, Any]:
    places = ("name", "namespace")
    return {key: f"{ASIDE}{value}" if key in places else value for key, value in metadata.items()}


def dry_run(checkout: Copy, manifests: list[dict[str, Any]]) -> Result:
    """Send objects for validation alone, with any unknown field an error."""
    return checkout.kubectl(
        "apply",
        "--server-side",
        "--dry-run=server",
        "--validate=strict",
        "--force-conflicts",
        "--filename=-",
        given=json.dumps({"apiVersion": "v1", "kind": "List", "items": manifests}),
    )


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Take the protocol's marks off: numbers are floats in it, and secrets are wrapped."""
    if is_secret(value):
        return _plain(value["value"])
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _as_stored(manifest: dict[str, Any]) -> dict[str, Any]:
    """What the API server stores under another name and in another form: a Secret's texts."""
    texts = manifest.get("stringData") or {}
    encoded = {key: b64encode(text.encode()).decode() for key, text in texts.items()}
    rest = {key: value for key, value in manifest.items() if key != "stringData"}
    return {**rest, "data": encoded} if encoded else rest


def lost(sent: Any, found: Any, path: str) -> list[str]:  # noqa: ANN401 - JSON
    """Paths of fields that were sent and aren't there, or are there with another value."""
    if sent == UNKNOWN:
        return [] if found else [path]
    if isinstance(sent, Mapping):
        if not isinstance(found, Mapping):
            return [path]
        parts = [lost(each, found.get(key), f"{path}.{key}") for key, each in sent.items()]
        return [each for part in parts for each in part]
    if isinstance(sent, list):
        if not isinstance(found, list) or len(sent) != len(found):
            return [path]
        pairs = enumerate(zip(sent, found, strict=True))
        parts = [lost(ours, theirs, f"{path}[{index}]") for index, (ours, theirs) in pairs]
        return [each for part in parts for each in part]
    left_out = found is None and not sent  # the API server doesn't store a false or a zero
    return [] if sent == found or left_out else [f"{path}: {sent!r} became {found!r}"]
