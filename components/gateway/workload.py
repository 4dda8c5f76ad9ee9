"""What all of a gateway's objects have in common: name, namespace, labels.

Owns them. Doesn't own any object.
"""

from __future__ import annotations

from typing import Final

from components import naming
from components.gateway.spec import GatewaySpec
from components.manifests import Manifest

NAME: Final = "gateway"


def labels(institution: str) -> dict[str, str]:
    """The labels of a gateway's objects and pods."""
    return {
        "app.kubernetes.io/name": "envoy",
        "app.kubernetes.io/component": NAME,
        "app.kubernetes.io/part-of": "imaging-repository",
        naming.INSTITUTION_LABEL: institution,
    }


def manifest(spec: GatewaySpec, api_version: str, kind: str, name: str = NAME) -> Manifest:
    """Build the head of one of a gateway's objects."""
    return {
        "apiVersion": api_version,
        "kind": kind,
        "metadata": {
            "name": name,
            "namespace": naming.namespace(spec.institution),
            "labels": labels(spec.institution),
        },
    }
