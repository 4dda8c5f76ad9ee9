"""The clusters: where the gateway sends what it lets through, and how it gets around a dead pod.

Owns balancing, health, limits. Doesn't own retries, which are a route's
(:mod:`components.gateway.envoy.routes`). The values are those with which no request failed when a
reader died or left (research/dicoogle-topology.md §3, case D).
"""

from __future__ import annotations

from typing import Final

from components import naming
from components.archive import settings
from components.gateway.envoy.extension import Json, extension, typed
from components.gateway.spec import GatewaySpec, Limits

READERS: Final = "readers"
QUERY: Final = "readers-dicom"
STORE: Final = "ingest-dicom"
ADMIN: Final = "admin"
ADMIN_SOCKET: Final = "/run/gateway/admin.sock"
_BUFFER: Final = 256 * 1024
_RETRIES: Final = 200
"""With Envoy's own 3, retries overflow as soon as a busy reader dies."""
_HTTP: Final = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"


def clusters(spec: GatewaySpec) -> list[Json]:
    """Build all clusters."""
    return [_readers(spec), _query(spec), _store(spec), _admin()]


def _readers(spec: GatewaySpec) -> Json:
    return {
        **_discovered(READERS, f"{READERS}.{_domain(spec)}", settings.WEB_PORT),
        "lb_policy": "LEAST_REQUEST",
        # A fresh JVM is slow (research/dicoogle-topology.md §4), so its share grows over a minute.
        "least_request_lb_config": {"slow_start_config": {"slow_start_window": "60s"}},
        "health_checks": [_health_check(spec.readiness_path)],
        "outlier_detection": _outliers("20s"),
        "circuit_breakers": _breakers(spec.limits),
        "typed_extension_protocol_options": {_HTTP: _http()},
    }


def _query(spec: GatewaySpec) -> Json:
    """Build the readers' DICOM side.

    No active check: each would open an association in Dicoogle's log. Kubernetes' readiness and
    failed connections tell enough.
    """
    return {
        **_discovered(QUERY, f"{READERS}.{_domain(spec)}", settings.QUERY_RETRIEVE_PORT),
        "lb_policy": "LEAST_REQUEST",
        "outlier_detection": _outliers("20s"),
        "circuit_breakers": _associations(spec.limits),
    }


def _store(spec: GatewaySpec) -> Json:
    """Build the ingest, of which there is one or none.

    While the repository is nearly full the ingest isn't ready, so its name has no address and the
    connection is closed: the sender keeps its objects and comes again.
    """
    return {
        **_discovered(STORE, f"ingest.{_domain(spec)}", settings.STORAGE_PORT),
        "circuit_breakers": _associations(spec.limits),
    }


def _domain(spec: GatewaySpec) -> str:
    return f"{naming.namespace(spec.institution)}.svc"


def _discovered(name: str, host: str, port: int) -> Json:
    """Build a cluster of all addresses that a headless service has."""
    return {
        "name": name,
        "cluster_type": extension(
            "envoy.cluster.dns",
            "envoy.extensions.clusters.dns.v3.DnsCluster",
            dns_lookup_family="V4_PREFERRED",
            # A record's own time to live is half a minute, as long as a reader's drain.
            dns_refresh_rate="2s",
            dns_failure_refresh_rate={"base_interval": "1s", "max_interval": "2s"},
        ),
        "connect_timeout": "1s",
        # Else a pod stays as long as its health check passes, though it left the service.
        "ignore_health_on_host_removal": True,
        # Where no pod is healthy, none is asked: a reader without its index answers "no findings".
        "common_lb_config": {"healthy_panic_threshold": {"value": 0}},
        "per_connection_buffer_limit_bytes": _BUFFER,
        # A node that goes silent closes nothing.
        "upstream_connection_options": {
            "tcp_keepalive": {
                "keepalive_time": 10,
                "keepalive_interval": 5,
                "keepalive_probes": 3,
            }
        },
        "load_assignment": _endpoint(
            name, {"socket_address": {"address": host, "port_value": port}}
        ),
    }


def _endpoint(name: str, address: Json) -> Json:
    endpoint = {"endpoint": {"address": address}}
    return {"cluster_name": name, "endpoints": [{"lb_endpoints": [endpoint]}]}


def _health_check(path: str) -> Json:
    """Check often, but wait long for an answer: a busy reader must not count as a dead one."""
    return {
        "interval": "2s",
        # Until the first request comes Envoy checks once a minute, unless it is told.
        "no_traffic_interval": "2s",
        "timeout": "5s",
        "unhealthy_threshold": 2,
        "healthy_threshold": 1,
        # 204 means that the object isn't there.
        "http_health_check": {"path": path, "expected_statuses": [{"start": 200, "end": 201}]},
    }


def _outliers(ejection: str) -> Json:
    """Count failures of the connection only: an object that can't be read gives 500 everywhere."""
    return {
        "consecutive_gateway_failure": 3,
        "enforcing_consecutive_gateway_failure": 100,
        "enforcing_consecutive_5xx": 0,
        "enforcing_success_rate": 0,
        "interval": "1s",
        "base_ejection_time": ejection,
        "max_ejection_percent": 50,
    }


def _breakers(limits: Limits) -> Json:
    """Limit requests in flight by connections: what finds none waits in the queue."""
    threshold = {
        "max_connections": limits.requests,
        "max_pending_requests": limits.queue,
        "max_requests": limits.requests + limits.queue,
        "max_retries": _RETRIES,
        "track_remaining": True,
    }
    return {"thresholds": [threshold]}


def _associations(limits: Limits) -> Json:
    return {"thresholds": [{"max_connections": limits.associations, "track_remaining": True}]}


def _http() -> Json:
    """Speak HTTP/1.1, and let a connection go before Jetty does, after its 30 s."""
    return typed(
        _HTTP,
        common_http_protocol_options={"idle_timeout": "20s"},
        explicit_http_config={"http_protocol_options": {}},
    )


def _admin() -> Json:
    return {
        "name": ADMIN,
        "type": "STATIC",
        "connect_timeout": "1s",
        "load_assignment": _endpoint(ADMIN, {"pipe": {"path": ADMIN_SOCKET}}),
    }
