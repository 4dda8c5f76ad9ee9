"""The HTTP filters that a request passes, in their order, and the access log.

Owns them. Doesn't own the rules (:mod:`components.gateway.access`), nor the connection manager
(:mod:`components.gateway.envoy.listeners`).
"""

from __future__ import annotations

from typing import Final

from components.gateway import access
from components.gateway.envoy.extension import Json, extension
from components.gateway.spec import GatewaySpec

_HTTP: Final = "envoy.extensions.filters.http"
_CALLER: Final = "caller"
_LOGGED: Final = {
    "time": "%START_TIME%",
    "caller": "%DOWNSTREAM_PEER_URI_SAN%",
    "endpoint": "%ROUTE_NAME%",
    "method": "%REQ(:METHOD)%",
    "code": "%RESPONSE_CODE%",
    "details": "%RESPONSE_CODE_DETAILS%",
    "flags": "%RESPONSE_FLAGS%",
    "bytes": "%BYTES_SENT%",
    "milliseconds": "%DURATION%",
    "attempts": "%UPSTREAM_REQUEST_ATTEMPT_COUNT%",
    "upstream": "%UPSTREAM_HOST%",
}
"""No path and no query string: patients' names and identifiers stand there."""


def http_filters(spec: GatewaySpec) -> list[Json]:
    """Build the filters: who may, how often, without a body, onwards."""
    return [
        extension(
            "envoy.filters.http.rbac",
            f"{_HTTP}.rbac.v3.RBAC",
            rules=access.web_rules(spec),
            track_per_rule_stats=True,
        ),
        _rate(spec),
        # No open endpoint takes a body, and a form in one would hold parameters that nobody judged.
        extension("envoy.filters.http.buffer", f"{_HTTP}.buffer.v3.Buffer", max_request_bytes=1),
        router(),
    ]


def router() -> Json:
    """Build the filter that sends a request on; it is always the last."""
    return extension("envoy.filters.http.router", f"{_HTTP}.router.v3.Router")


def access_log() -> list[Json]:
    """Build the log of requests, one JSON object each, on standard output."""
    return [
        extension(
            "envoy.access_loggers.stdout",
            "envoy.extensions.access_loggers.stream.v3.StdoutAccessLog",
            log_format={"json_format": _LOGGED},
        )
    ]


def association_log(port: str) -> list[Json]:
    """Build the log of a DICOM port's connections."""
    kept = ("time", "caller", "flags", "bytes", "milliseconds", "upstream")
    logged = {name: _LOGGED[name] for name in kept}
    logged |= {
        "endpoint": port,
        "received": "%BYTES_RECEIVED%",
        "peer": "%DOWNSTREAM_REMOTE_ADDRESS%",
    }
    return [
        extension(
            "envoy.access_loggers.stdout",
            "envoy.extensions.access_loggers.stream.v3.StdoutAccessLog",
            log_format={"json_format": logged},
        )
    ]


def _rate(spec: GatewaySpec) -> Json:
    """Limit the rate of each institution apart, so that none can crowd out another."""
    bucket = _bucket(spec.limits.rate)
    everybody = {
        *access.callers(spec),
        *(access.identity(spec.environment, g.institution) for g in spec.access),
    }
    return extension(
        "envoy.filters.http.local_ratelimit",
        f"{_HTTP}.local_ratelimit.v3.LocalRateLimit",
        stat_prefix="rate",
        token_bucket=bucket,
        # The bucket of all is for nobody but the unnamed.
        always_consume_default_token_bucket=False,
        filter_enabled=_always(),
        filter_enforced=_always(),
        rate_limits=[{"actions": [_identified()]}],
        descriptors=[
            {"entries": [{"key": _CALLER, "value": uri}], "token_bucket": bucket}
            for uri in sorted(everybody)
        ],
    )


def _identified() -> Json:
    """Build the descriptor that tells institutions apart, an expression over the connection."""
    return {
        "extension": extension(
            "envoy.rate_limit_descriptors.expr",
            "envoy.extensions.rate_limit_descriptors.expr.v3.Descriptor",
            descriptor_key=_CALLER,
            text="connection.uri_san_peer_certificate",
        )
    }


def _bucket(rate: int) -> Json:
    return {"max_tokens": 2 * rate, "tokens_per_fill": rate, "fill_interval": "1s"}


def _always() -> Json:
    return {"default_value": {"numerator": 100, "denominator": "HUNDRED"}}
