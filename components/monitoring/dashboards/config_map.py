"""How Grafana finds a dashboard: a ConfigMap with the label that its sidecar looks for.

Owns that object. Doesn't own the sidecar's settings
(:mod:`components.monitoring.prometheus_values`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from components.manifests import Manifest
from components.monitoring.dashboards.board import Board

LABEL: Final = "grafana_dashboard"
VALUE: Final = "1"
"""kube-prometheus-stack's own, so that its dashboards are found by it too."""


def config_map(metadata: Mapping[str, Any], board: Board) -> Manifest:
    """Build the object; its file is named after the board, since all are put into one folder."""
    from components.monitoring.dashboards.grafana import (  # noqa: PLC0415 - it takes a tenth of a second
        rendered,
    )

    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {**metadata, "labels": {**metadata["labels"], LABEL: VALUE}},
        "data": {f"{board.uid}.json": rendered(board)},
    }
