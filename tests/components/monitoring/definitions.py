"""The operators' own definitions of their kinds, as judges of manifests.

Owns the way from a definition's schema to a judgement. Doesn't own where they come from
(``local/toolchain``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from components.manifests import Manifest
from local.toolchain.crds import crd_folders

_FILES = {
    "ScaledObject": ("keda", "keda.sh_scaledobjects.yaml"),
    "PodMonitor": ("prometheus-operator", "monitoring.coreos.com_podmonitors.yaml"),
    "PrometheusRule": ("prometheus-operator", "monitoring.coreos.com_prometheusrules.yaml"),
}


def problems(manifest: Manifest) -> list[str]:
    """What the definition of its kind says against a manifest; unknown fields are a problem too.

    Raises ToolchainError where definitions can't be had.
    """
    folder, file = _FILES[manifest["kind"]]
    schema = _closed(_schema(crd_folders()[folder] / file))
    judge = jsonschema.Draft202012Validator(schema)
    body = {key: value for key, value in manifest.items() if key != "metadata"}
    return [f"{each.json_path}: {each.message}" for each in judge.iter_errors(body)]


def _schema(file: Path) -> Mapping[str, Any]:
    # A bare `=` in a list of choices is no string for a YAML 1.1 parser.
    text = re.sub(r"^(\s*- )=$", r"\1'='", file.read_text("utf-8"), flags=re.MULTILINE)
    found: Mapping[str, Any] = yaml.safe_load(text)["spec"]["versions"][0]["schema"]
    return found["openAPIV3Schema"]  # type: ignore[no-any-return]  # YAML


def _closed(schema: Any) -> Any:  # noqa: ANN401 - a schema's parts are of all kinds
    """Refuse fields that aren't described, where the API server would drop them."""
    if isinstance(schema, list):
        return [_closed(each) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    closed = {key: _closed(each) for key, each in schema.items()}
    if schema.get("x-kubernetes-int-or-string"):
        closed = {"type": ["integer", "string"]}
    elif "properties" in schema and not schema.get("x-kubernetes-preserve-unknown-fields"):
        closed.setdefault("additionalProperties", False)
    return closed
