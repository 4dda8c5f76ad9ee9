"""Envoy's whole configuration for one institution, file by file.

Owns the bootstrap and what holds for the process: administration, overload, histograms. Doesn't own
listeners and clusters.
"""

from __future__ import annotations

import json
from typing import Final

from components.gateway.envoy import clusters, listeners, operations, tls
from components.gateway.envoy.extension import Json, extension
from components.gateway.spec import GatewaySpec, Limits

BOOTSTRAP_FILE: Final = "envoy.json"
MEMORY_MIB: Final = 512
"""The pod's memory; buffers of requests in flight and of connections fit into it."""
_HEAP_SHARE: Final = 0.9
_RUNTIME: Final = {"re2.max_program_size.error_level": 1000}
"""Envoy refuses patterns as long as those of our query strings otherwise."""
_MONITORS: Final = "envoy.extensions.resource_monitors"
MILLISECONDS: Final = (
    *(25, 50, 100, 200, 300, 400, 500, 600, 800, 1000, 1500, 2000, 3000, 5000),
    *(10_000, 30_000, 60_000, 300_000, 1_800_000),
)
"""Bounds of the histograms of latency, in rising order; dense where promises of latency lie."""


def files(spec: GatewaySpec) -> dict[str, str]:
    """Render the files that Envoy reads, by name."""
    contents = {BOOTSTRAP_FILE: bootstrap(spec), **tls.secret_files()}
    return {name: json.dumps(content, indent=1) + "\n" for name, content in contents.items()}


def bootstrap(spec: GatewaySpec) -> Json:
    """Build Envoy's bootstrap."""
    own = [operations.stats(), operations.drain()]
    return {
        "node": {"id": "gateway", "cluster": spec.institution},
        "admin": {"address": {"pipe": {"path": clusters.ADMIN_SOCKET, "mode": 0o600}}},
        "static_resources": {
            "listeners": [*listeners.listeners(spec), *own],
            "clusters": clusters.clusters(spec),
        },
        "layered_runtime": {"layers": [{"name": "fixed", "static_layer": _RUNTIME}]},
        "overload_manager": _overload(spec.limits),
        "stats_config": {
            "histogram_bucket_settings": [
                {"match": {"suffix": "_rq_time"}, "buckets": list(MILLISECONDS)}
            ]
        },
    }


def _overload(limits: Limits) -> Json:
    """Refuse connections beyond the limit, and requests before memory runs out."""
    heap = int(MEMORY_MIB * _HEAP_SHARE) * 2**20
    return {
        "refresh_interval": "0.25s",
        "resource_monitors": [
            extension(
                "envoy.resource_monitors.global_downstream_max_connections",
                f"{_MONITORS}.downstream_connections.v3.DownstreamConnectionsConfig",
                max_active_downstream_connections=limits.connections,
            ),
            extension(
                "envoy.resource_monitors.fixed_heap",
                f"{_MONITORS}.fixed_heap.v3.FixedHeapConfig",
                max_heap_size_bytes=heap,
            ),
        ],
        "actions": [
            _at("envoy.overload_actions.shrink_heap", 0.85),
            _at("envoy.overload_actions.stop_accepting_requests", 0.95),
        ],
    }


def _at(action: str, share: float) -> Json:
    trigger = {"name": "envoy.resource_monitors.fixed_heap", "threshold": {"value": share}}
    return {"name": action, "triggers": [trigger]}
