"""The routes of the web API: one for each open endpoint, named after it.

Owns names, timeouts and retries. Doesn't own who may take a route
(:mod:`components.gateway.access`): a request that no rule allows never gets here, and one that has
no route is refused all the same.
"""

from __future__ import annotations

from typing import Final

from components.catalog import Deed
from components.gateway.endpoint import Endpoint
from components.gateway.endpoints import OPEN
from components.gateway.envoy.clusters import READERS
from components.gateway.envoy.extension import Json, extension
from components.gateway.spec import GatewaySpec

_QUERY_TIMEOUT: Final = "60s"
_NO_TIMEOUT: Final = "0s"
"""A study of gigabytes takes its time; a stalled one ends by the idle timeout."""
_PREVIOUS: Final = "envoy.retry_host_predicates.previous_hosts"
_PREVIOUS_KIND: Final = "envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate"


def routes(spec: GatewaySpec) -> Json:
    """Build the route table: the institution's host names, and a refusal for all others."""
    own = {
        "name": "archive",
        "domains": list(spec.hosts),
        "retry_policy": _retries(),
        "routes": [*(_route(endpoint) for endpoint in OPEN), refusal("refused")],
    }
    others = {"name": "unknown-host", "domains": ["*"], "routes": [refusal("unknown-host")]}
    return {
        "name": "web",
        # A client may name the port too, and it isn't always ours.
        "ignore_port_in_host_matching": True,
        "virtual_hosts": [own, others],
    }


def refusal(name: str) -> Json:
    """Build the route that refuses whatever comes to it."""
    return {"name": name, "match": {"prefix": "/"}, "direct_response": {"status": 403}}


def _route(endpoint: Endpoint) -> Json:
    methods = "|".join(endpoint.methods)
    timeout = _NO_TIMEOUT if endpoint.deed is Deed.RETRIEVE else _QUERY_TIMEOUT
    return {
        "name": endpoint.name,
        "match": {
            "path": endpoint.path,
            "headers": [{"name": ":method", "string_match": {"safe_regex": {"regex": methods}}}],
        },
        "route": {"cluster": READERS, "timeout": timeout},
    }


def _retries() -> Json:
    """Try another reader, up to three times; all open endpoints only read.

    A body that has begun can't be sent again.
    """
    return {
        "retry_on": "connect-failure,refused-stream,reset,gateway-error",
        "num_retries": 3,
        "retry_back_off": {"base_interval": "0.05s", "max_interval": "0.5s"},
        "retry_host_predicate": [extension(_PREVIOUS, _PREVIOUS_KIND)],
        "host_selection_retry_max_attempts": 5,
    }
