"""An institution's namespace.

Owns its manifest and with it the rule that every pod inside must pass. Doesn't own any pod.
"""

from __future__ import annotations

from typing import Final

from components import naming
from components.manifests import Manifest

_RULES: Final = "v1.36"
"""The rules of this Kubernetes, so that an upgraded API server doesn't refuse running archives."""


def namespace(institution: str) -> Manifest:
    """Build the namespace; its pods must pass Pod Security ``restricted``."""
    standard = "pod-security.kubernetes.io"
    labels = {naming.INSTITUTION_LABEL: institution}
    for mode in ("enforce", "audit", "warn"):
        labels[f"{standard}/{mode}"] = "restricted"
        labels[f"{standard}/{mode}-version"] = _RULES
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": naming.namespace(institution), "labels": labels},
    }
