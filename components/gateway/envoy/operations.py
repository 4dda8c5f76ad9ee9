"""What those who run the gateway reach: metrics, readiness, and the drain before a pod ends.

Owns two small listeners in front of Envoy's administration, which itself listens on a Unix socket.
Doesn't own what callers reach.
"""

from __future__ import annotations

from typing import Final

from components.gateway.envoy import filters
from components.gateway.envoy.clusters import ADMIN
from components.gateway.envoy.extension import Json, extension
from components.gateway.envoy.listeners import listener
from components.gateway.envoy.routes import refusal
from components.gateway.spec import DRAIN_PORT, STATS_PORT

STATS_PATH: Final = "/stats/prometheus"
READY_PATH: Final = "/ready"
ALIVE_PATH: Final = "/alive"
DRAIN_PATH: Final = "/drain"
DRAIN: Final = 180
"""Seconds from the drain to the end; the download of a gigabyte at 50 Mbit/s takes 172."""
_HTTP: Final = "envoy.extensions.filters.http"
_DRAIN_SCRIPT: Final = f"""\
function envoy_on_request(handle)
  handle:httpCall("{ADMIN}", {{
    [":method"] = "POST", [":authority"] = "admin",
    [":path"] = "/drain_listeners?graceful&skip_exit&inboundonly",
  }}, "", 1000)
end
"""


def stats() -> Json:
    """Build the listener for Prometheus and the kubelet's probes; it passes nothing else on."""
    # What answers whatever Envoy's state is: one that starts or drains is alive.
    rewritten = {STATS_PATH: STATS_PATH, READY_PATH: READY_PATH, ALIVE_PATH: "/hot_restart_version"}
    paths = [
        {
            "name": path.strip("/"),
            "match": {"path": path},
            "route": {"cluster": ADMIN, "prefix_rewrite": asked},
        }
        for path, asked in rewritten.items()
    ]
    return _listener("stats", STATS_PORT, paths, [])


def drain() -> Json:
    """Build the listener that the kubelet calls before it ends the pod.

    Envoy's administration wants a POST, and the kubelet can send none; a distroless image has no
    shell for it either. A call tells every connection to close after its next answer, then waits
    with its own answer until downloads are through. New connections are taken to the end: other
    nodes hear late that the pod has gone.
    """
    wait = extension(
        "envoy.filters.http.fault",
        f"{_HTTP}.fault.v3.HTTPFault",
        delay={
            "fixed_delay": f"{DRAIN}s",
            "percentage": {"numerator": 100, "denominator": "HUNDRED"},
        },
    )
    tell = extension(
        "envoy.filters.http.lua",
        f"{_HTTP}.lua.v3.Lua",
        default_source_code={"inline_string": _DRAIN_SCRIPT},
    )
    done = {
        "name": "drained",
        "match": {"path": DRAIN_PATH},
        "direct_response": {"status": 200},
    }
    return _listener("drain", DRAIN_PORT, [done], [tell, wait])


def _listener(name: str, port: int, paths: list[Json], before: list[Json]) -> Json:
    host = {"name": name, "domains": ["*"], "routes": [*paths, refusal("refused")]}
    manager = extension(
        "envoy.filters.network.http_connection_manager",
        "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        stat_prefix=name,
        route_config={"name": name, "virtual_hosts": [host]},
        http_filters=[*before, filters.router()],
        stream_idle_timeout=f"{2 * DRAIN}s",
        request_headers_timeout="5s",
    )
    return {**listener(name, port, {"filters": [manager]}), "ignore_global_conn_limit": True}
