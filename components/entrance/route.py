"""An institution's host name on the environment's Gateway.

Owns the route's manifest. Doesn't own the Gateway, nor what may be asked at the end of the route.

A TLSRoute, not an HTTPRoute: an HTTPRoute needs the Gateway to end TLS, and then nobody behind it
sees the client's certificate. TLSRoute is in the standard channel since Gateway API 1.5
(https://kubernetes.io/blog/2026/04/21/gateway-api-v1-5/).
"""

from __future__ import annotations

from typing import Final

from components import naming
from components.entrance.shared_gateway import API, LISTENER, SharedGateway
from components.gateway.spec import WEB_PORT
from components.gateway.workload import NAME as GATEWAY
from components.manifests import Manifest

_NAME: Final = "archive"


def route(institution: str, host: str, shared: SharedGateway) -> Manifest:
    """Build the route that leads a host name, read from the TLS handshake, to the gateway."""
    return {
        "apiVersion": API,
        "kind": "TLSRoute",
        "metadata": {
            "name": _NAME,
            "namespace": naming.namespace(institution),
            "labels": {naming.INSTITUTION_LABEL: institution},
        },
        "spec": {
            "parentRefs": [
                {"name": shared.name, "namespace": shared.namespace, "sectionName": LISTENER}
            ],
            "hostnames": [host],
            "rules": [{"backendRefs": [{"name": GATEWAY, "port": WEB_PORT}]}],
        },
    }
