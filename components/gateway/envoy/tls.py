"""Envoy's side of TLS: its certificate, and whose certificates it takes.

Owns the transport socket and the two secrets that Envoy reads from files. Doesn't own the
certificates (:mod:`components.gateway.certificates`), nor what a known caller may do
(:mod:`components.gateway.access`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from components.gateway.envoy.extension import Json, extension, typed

CONFIGURATION: Final = "/etc/gateway/envoy"
CERTIFICATES: Final = "/etc/gateway/tls"
SERVER_FILE: Final = "server-certificate.json"
AUTHORITY_FILE: Final = "authority.json"
_SERVER: Final = "server-certificate"
_AUTHORITY: Final = "authority"
_V3: Final = "envoy.extensions.transport_sockets.tls.v3"


def transport_socket(identities: Iterable[Json], *protocols: str) -> Json:
    """Build the socket of a listener that demands a certificate.

    One of the certificate's URIs must match one of ``identities`` (Envoy's string matchers), or the
    handshake fails. ``protocols`` are ALPN's names.
    """
    return extension(
        "envoy.transport_sockets.tls",
        f"{_V3}.DownstreamTlsContext",
        require_client_certificate=True,
        common_tls_context={
            "tls_params": {"tls_minimum_protocol_version": "TLSv1_2"},
            "alpn_protocols": list(protocols),
            "tls_certificate_sds_secret_configs": [_secret(_SERVER, SERVER_FILE)],
            "combined_validation_context": {
                "default_validation_context": {
                    "match_typed_subject_alt_names": [
                        {"san_type": "URI", "matcher": matcher} for matcher in identities
                    ]
                },
                "validation_context_sds_secret_config": _secret(_AUTHORITY, AUTHORITY_FILE),
            },
        },
    )


def secret_files() -> dict[str, Json]:
    """Build the secrets by file name.

    Read through files, not named in the bootstrap, so that Envoy takes a renewed certificate as
    soon as the kubelet swaps the folder, without a restart.
    """
    watched = {"watched_directory": {"path": CERTIFICATES}}
    server = {"certificate_chain": _file("tls.crt"), "private_key": _file("tls.key"), **watched}
    authority = {"trusted_ca": _file("ca.crt"), **watched}
    return {
        SERVER_FILE: _discovered(_SERVER, tls_certificate=server),
        AUTHORITY_FILE: _discovered(_AUTHORITY, validation_context=authority),
    }


def _file(name: str) -> Json:
    return {"filename": f"{CERTIFICATES}/{name}"}


def _secret(name: str, file: str) -> Json:
    path = {"path": f"{CONFIGURATION}/{file}"}
    return {"name": name, "sds_config": {"path_config_source": path, "resource_api_version": "V3"}}


def _discovered(name: str, **content: Json) -> Json:
    return {"resources": [typed(f"{_V3}.Secret", name=name, **content)]}
