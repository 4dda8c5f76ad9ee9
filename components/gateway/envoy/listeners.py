"""The listeners that callers reach: HTTPS, DICOM over TLS, plaintext DICOM where asked for.

Owns what happens to a connection before a request is judged. Doesn't own the judging
(:mod:`components.gateway.envoy.filters`, :mod:`components.gateway.access`), nor the listeners of
those who run the gateway (:mod:`components.gateway.envoy.operations`).
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network
from typing import Final

from components.catalog import Deed
from components.gateway import access
from components.gateway.envoy import clusters, filters, routes, tls
from components.gateway.envoy.extension import Json, extension
from components.gateway.spec import (
    PLAIN_QUERY_PORT,
    PLAIN_STORE_PORT,
    QUERY_PORT,
    STORE_PORT,
    WEB_PORT,
    GatewaySpec,
)

Network = IPv4Network | IPv6Network
_NETWORK: Final = "envoy.extensions.filters.network"
_BUFFER: Final = 256 * 1024
_HEADER_KIB: Final = 8
_HANDSHAKE: Final = "10s"
_NOBODY: Final = {"address_prefix": "0.0.0.0", "prefix_len": 32}  # noqa: S104 - no address to bind
"""Whose x-envoy headers Envoy obeys: without an address here, all private ones."""
_STREAM_IDLE: Final = "300s"
_ASSOCIATION_IDLE: Final = "600s"


def listeners(spec: GatewaySpec) -> list[Json]:
    """Build the listeners; those without TLS exist only for networks that the stack names."""
    store, query = ((Deed.STORE,), (Deed.QUERY, Deed.RETRIEVE))
    found = [
        _web(spec),
        _dicom(spec, "dicom-store", STORE_PORT, clusters.STORE, _certified(spec, *store)),
        _dicom(spec, "dicom-query", QUERY_PORT, clusters.QUERY, _certified(spec, *query)),
    ]
    if spec.networks:
        near = _near(spec.networks)
        found += [
            _dicom(spec, "dicom-plain-store", PLAIN_STORE_PORT, clusters.STORE, near),
            _dicom(spec, "dicom-plain-query", PLAIN_QUERY_PORT, clusters.QUERY, near),
        ]
    return found


def _certified(spec: GatewaySpec, *deeds: Deed) -> Json:
    """Let those through who may do all these; the others' handshake fails."""
    exact = [{"exact": uri} for uri in access.callers(spec, *deeds)]
    return {
        "transport_socket": tls.transport_socket(exact),
        "transport_socket_connect_timeout": _HANDSHAKE,
    }


def _near(networks: Iterable[Network]) -> Json:
    """Let those through who come from one of these networks; others are closed at once."""
    ranges = [
        {"address_prefix": str(network.network_address), "prefix_len": network.prefixlen}
        for network in networks
    ]
    return {"filter_chain_match": {"source_prefix_ranges": ranges}}


def listener(name: str, port: int, chain: Json) -> Json:
    """Build a listener with one filter chain."""
    return {
        "name": name,
        "address": {"socket_address": {"address": "0.0.0.0", "port_value": port}},  # noqa: S104 - a pod's own address isn't known
        "per_connection_buffer_limit_bytes": _BUFFER,
        "filter_chains": [chain],
    }


def _web(spec: GatewaySpec) -> Json:
    anybody = {"prefix": access.identities(spec.environment)}
    chain = {
        "filters": [_manager(spec)],
        "transport_socket": tls.transport_socket([anybody], "h2", "http/1.1"),
        "transport_socket_connect_timeout": _HANDSHAKE,
    }
    return {**listener("web", WEB_PORT, chain), "traffic_direction": "INBOUND"}


def _manager(spec: GatewaySpec) -> Json:
    return extension(
        "envoy.filters.network.http_connection_manager",
        f"{_NETWORK}.http_connection_manager.v3.HttpConnectionManager",
        stat_prefix="web",
        route_config=routes.routes(spec),
        http_filters=filters.http_filters(spec),
        access_log=filters.access_log(),
        # What the rules see is what Dicoogle gets: one spelling for each path.
        normalize_path=True,
        merge_slashes=True,
        path_with_escaped_slashes_action="REJECT_REQUEST",
        max_request_headers_kb=_HEADER_KIB,
        common_http_protocol_options={
            "idle_timeout": _STREAM_IDLE,
            "max_headers_count": 50,
            "headers_with_underscores_action": "REJECT_REQUEST",
        },
        http2_protocol_options={
            "max_concurrent_streams": 100,
            "initial_stream_window_size": 65536,
            "initial_connection_window_size": 1048576,
        },
        request_headers_timeout=_HANDSHAKE,
        request_timeout="15s",
        stream_idle_timeout=_STREAM_IDLE,
        use_remote_address=True,
        internal_address_config={"cidr_ranges": [_NOBODY]},
    )


def _dicom(spec: GatewaySpec, name: str, port: int, cluster: str, who: Json) -> Json:
    """Build a DICOM port; ``who`` is the part of the filter chain that judges callers.

    Envoy doesn't understand DICOM: which AE titles are called is Dicoogle's to judge.
    """
    proxy = extension(
        "envoy.filters.network.tcp_proxy",
        f"{_NETWORK}.tcp_proxy.v3.TcpProxy",
        stat_prefix=name,
        cluster=cluster,
        idle_timeout=_ASSOCIATION_IDLE,
        max_connect_attempts=3,
        access_log=filters.association_log(name),
        # Dicoogle hears of nobody who hasn't shown who he is and begun to speak.
        upstream_connect_mode="ON_DOWNSTREAM_DATA",
        max_early_data_bytes=_BUFFER,
    )
    limit = extension(
        "envoy.filters.network.connection_limit",
        f"{_NETWORK}.connection_limit.v3.ConnectionLimit",
        stat_prefix=name,
        max_connections=spec.limits.associations,
    )
    chain = {"filters": [limit, proxy], **who}
    return {**listener(name, port, chain), "traffic_direction": "INBOUND"}
