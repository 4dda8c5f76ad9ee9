"""The certificates of an institution: its gateway's, and the one with which it calls others.

Owns cert-manager's Certificates and the names of their secrets. Doesn't own the issuer: one
ClusterIssuer of the platform signs all identities of an environment. An issuer in the institution's
own namespace would need a signing key there, and whoever reads that key could sign any other
institution's name: name constraints (RFC 5280 §4.2.1.10) bind a URI's host, not its path.
"""

from __future__ import annotations

from typing import Any, Final

from components import naming
from components.gateway.access import identity
from components.gateway.spec import GatewaySpec
from components.gateway.workload import NAME, manifest
from components.manifests import Manifest

SERVER_SECRET: Final = "gateway-tls"  # noqa: S105 - a name
CALLER_SECRET: Final = "institution-identity"  # noqa: S105 - a name
_DAYS_90: Final = "2160h"
_DAYS_30: Final = "720h"


def certificates(spec: GatewaySpec) -> tuple[Manifest, ...]:
    """Build both Certificates.

    The gateway's own can't be used to call: a gateway that is broken into is no institution.
    """
    service = f"{NAME}.{naming.namespace(spec.institution)}.svc"
    names = list(dict.fromkeys([*spec.hosts, service]))
    return (
        _certificate(spec, NAME, SERVER_SECRET, "server auth", dnsNames=names),
        _certificate(spec, "institution-identity", CALLER_SECRET, "client auth"),
    )


def _certificate(
    spec: GatewaySpec,
    name: str,
    secret: str,
    usage: str,
    **more: Any,  # noqa: ANN401 - YAML
) -> Manifest:
    return {
        **manifest(spec, "cert-manager.io/v1", "Certificate", name),
        "spec": {
            "secretName": secret,
            "issuerRef": {
                "group": "cert-manager.io",
                "kind": "ClusterIssuer",
                "name": spec.issuer,
            },
            "duration": _DAYS_90,
            "renewBefore": _DAYS_30,
            "privateKey": {"algorithm": "ECDSA", "size": 256, "rotationPolicy": "Always"},
            "usages": ["digital signature", usage],
            "uris": [identity(spec.environment, spec.institution)],
            **more,
        },
    }
