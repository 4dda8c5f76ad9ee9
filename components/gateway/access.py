"""Who a caller is, and what he may do in an institution's repository, in Envoy's terms.

Owns identities and the rules of Envoy's RBAC filter, which refuses what no rule allows. Doesn't own
grants (the catalogue does), endpoints (:mod:`components.gateway.endpoints`), nor whether a
certificate is genuine (:mod:`components.gateway.envoy.tls`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from components.catalog import Deed
from components.gateway.endpoint import Endpoint
from components.gateway.endpoints import of_deed
from components.gateway.spec import GatewaySpec

_TRUST_DOMAIN: Final = "imaging"
_WEB_DEEDS: Final = (Deed.QUERY, Deed.RETRIEVE)


def identity(environment: str, institution: str) -> str:
    """The URI that an institution's certificates carry, in SPIFFE's form."""
    return f"{identities(environment)}{institution}"


def identities(environment: str) -> str:
    """What the URIs of all institutions of an environment begin with."""
    return f"spiffe://{_TRUST_DOMAIN}/{environment}/institution/"


def callers(spec: GatewaySpec, *deeds: Deed) -> tuple[str, ...]:
    """The identities that may do all of these: the institution itself, and whom it grants them."""
    granted = [grant.institution for grant in spec.access if {*deeds} <= {*grant.may}]
    return tuple(identity(spec.environment, name) for name in (spec.institution, *granted))


def web_rules(spec: GatewaySpec) -> dict[str, Any]:
    """Build the rules of the HTTP filter: one policy a deed, named after it."""
    return {
        "action": "ALLOW",
        "policies": {
            deed.value: {
                "permissions": [_permission(endpoint) for endpoint in of_deed(deed)],
                "principals": _authenticated(callers(spec, deed)),
            }
            for deed in _WEB_DEEDS
        },
    }


def _authenticated(uris: Iterable[str]) -> list[dict[str, Any]]:
    return [{"authenticated": {"principal_name": {"exact": uri}}} for uri in uris]


def _permission(endpoint: Endpoint) -> dict[str, Any]:
    """Match the method, and the whole target with its query string."""
    methods = [_header(":method", {"exact": method}) for method in endpoint.methods]
    targets = [
        _header(":path", {"safe_regex": {"regex": pattern}})
        for pattern in (endpoint.target, *endpoint.demands)
    ]
    return {"and_rules": {"rules": [{"or_rules": {"rules": methods}}, *targets]}}


def _header(name: str, match: dict[str, Any]) -> dict[str, Any]:
    return {"header": {"name": name, "string_match": match}}
