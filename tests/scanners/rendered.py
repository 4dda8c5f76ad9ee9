"""The manifests that the program registers for an institution, as files for scanners.

Owns the way from the recorder to files. Doesn't own any judgement.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from components.manifests import Manifest
from tests.environment.strictness import manifests
from tests.recording import is_secret, record

_PLATFORM: Final[Mapping[str, Any]] = {
    "kubeconfig": "kubeconfig",
    "residencyClasses": ["every-x3-8870cf", "home-faro-x2-2aa0e9"],
}


def rendered(stack: str) -> list[Manifest]:
    """Every Kubernetes object that the program registers for an institution's stack."""
    found = manifests(record(stack, _PLATFORM))
    return [_opened(each) for each in found]


def _opened(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Take secrets out of the envelopes in which the engine carries them."""
    if is_secret(value):
        return _opened(value["value"])
    if isinstance(value, Mapping):
        return {key: _opened(each) for key, each in value.items()}
    return [_opened(each) for each in value] if isinstance(value, list) else value


def write(objects: Sequence[Manifest], folder: Path) -> list[Path]:
    """Write each object to a file of its own; JSON is YAML."""
    files = []
    for each in objects:
        file = folder / f"{each['kind']}-{each['metadata']['name']}.yaml".lower()
        file.write_text(json.dumps(each, indent=1), encoding="utf-8")
        files.append(file)
    return files
