"""The rules of an institution's gateway: who may do what, by certificate.

Owns the judgement of Envoy's configuration, read as JSON from the ConfigMap that holds it. Doesn't
own which endpoints a deed has (docs/endpoints.md), nor whether a certificate is genuine.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from typing import Any, Final

from judging.kinds import CERTIFICATE, CONFIG_MAP
from judging.promises import Promise, institutions
from judging.rule import Rule, Setting
from judging.subject import Resource

_FILE: Final = "envoy.json"
_OWN_PORTS: Final = frozenset({9901, 9902})
"""Of those who run the gateway; network policies keep callers away."""
_DEEDS: Final = {2762: {"store"}, 2763: {"query", "retrieve"}}
"""What a caller needs on a DICOM port, where Envoy can't tell the deeds apart."""
_WEB: Final = 8443
_WEB_DEEDS: Final = frozenset({"query", "retrieve"})
_ISSUERS: Final = ("imaging", "imaging-seed")
DAYS: Final = Setting("longestCertificate", "days that a certificate holds", "lower", otherwise=90)
_HOURS: Final = 24


def _gateway(resource: Resource) -> Iterator[str]:
    environment, institution = resource.stack.environment, resource.stack.institution
    if _FILE not in resource.props["data"]:
        return
    promise = institutions(environment)[institution]
    envoy = json.loads(resource.props["data"][_FILE])
    if "pipe" not in envoy["admin"]["address"]:
        yield "its admin interface listens on the network"
    for listener in envoy["static_resources"]["listeners"]:
        port = int(listener["address"]["socket_address"]["port_value"])
        if port not in _OWN_PORTS:
            yield from _listener(environment, promise, listener, port)


def _listener(
    environment: str, promise: Promise, listener: Mapping[str, Any], port: int
) -> Iterator[str]:
    where = f"the listener {listener['name']}"
    for chain in listener["filter_chains"]:
        socket = chain.get("transport_socket")
        if socket is None:
            yield from _near(where, promise, chain)
            continue
        tls = socket["typed_config"]
        if tls.get("require_client_certificate") is not True:
            yield f"{where} asks for no client certificate"
        certified = _certified(tls)
        if port == _WEB:
            if certified != [("prefix", _identity(environment, ""))]:
                yield f"{where} takes certificates of others than the environment's institutions"
            yield from _web(environment, promise, where, chain)
        else:
            allowed = _allowed(environment, promise, _DEEDS.get(port, {"store", *_WEB_DEEDS}))
            yield from _strangers(where, certified, allowed)


def _near(where: str, promise: Promise, chain: Mapping[str, Any]) -> Iterator[str]:
    """Without TLS, only networks that the stack file names may come in."""
    match = chain.get("filter_chain_match") or {}
    ranges = match.get("source_prefix_ranges") or ()
    found = {ip_network(f"{each['address_prefix']}/{each['prefix_len']}") for each in ranges}
    if not found or not found <= promise.plaintext:
        named = f"networks that {promise.institution}'s stack file doesn't name"
        yield f"{where} has no TLS, for {named}"


def _certified(tls: Mapping[str, Any]) -> list[tuple[str, str]]:
    context = tls["common_tls_context"]["combined_validation_context"]
    names = context["default_validation_context"].get("match_typed_subject_alt_names") or ()
    return [(how, text) for name in names for how, text in name["matcher"].items()]


def _web(environment: str, promise: Promise, where: str, chain: Mapping[str, Any]) -> Iterator[str]:
    found = [
        each["typed_config"]
        for manager in chain["filters"]
        for each in manager["typed_config"]["http_filters"]
        if each["name"] == "envoy.filters.http.rbac"
    ]
    if len(found) != 1 or found[0].get("rules", {}).get("action") != "ALLOW":
        yield f"{where} has no one filter that refuses what no rule allows"
        return
    for deed, policy in found[0]["rules"]["policies"].items():
        if deed not in _WEB_DEEDS:
            yield f"{where} has rules for {deed}, which is no deed"
            continue
        names = [
            (how, text) for principal in policy["principals"] for how, text in _principal(principal)
        ]
        yield from _strangers(f"{where}, {deed}", names, _allowed(environment, promise, {deed}))


def _principal(principal: Mapping[str, Any]) -> list[tuple[str, str]]:
    name = (principal.get("authenticated") or {}).get("principal_name")
    return list(name.items()) if name else [("any", "anybody")]


def _strangers(where: str, found: list[tuple[str, str]], allowed: frozenset[str]) -> Iterator[str]:
    if not found:
        yield f"{where} lets in whoever has any certificate"
    for how, text in found:
        if how != "exact" or text not in allowed:
            yield f"{where} lets {text} in ({how}), to whom the owner grants no such deed"


def _allowed(environment: str, promise: Promise, deeds: set[str]) -> frozenset[str]:
    granted = {name for name, may in promise.grants.items() if deeds <= may}
    return frozenset(_identity(environment, each) for each in (promise.institution, *granted))


def _identity(environment: str, institution: str) -> str:
    return f"spiffe://imaging/{environment}/institution/{institution}"


def _certificate(resource: Resource) -> Iterator[str]:
    environment, institution = resource.stack.environment, resource.stack.institution
    spec = resource.spec
    if not institution:
        if spec.get("isCA") is True and spec["issuerRef"]["name"] not in _ISSUERS:
            yield f"its issuer is {spec['issuerRef']['name']}; allowed are {', '.join(_ISSUERS)}"
        return
    if spec.get("isCA"):
        yield "an institution's certificate may sign others"
    uris = list(spec["uris"])
    if uris != [_identity(environment, institution)]:
        yield f"it says that it is {', '.join(uris) or 'nobody'}, and it is {institution}'s"
    if spec["issuerRef"]["name"] != _ISSUERS[0]:
        yield f"its issuer is {spec['issuerRef']['name']}; the environment's is {_ISSUERS[0]}"
    hours = float(str(spec["duration"]).removesuffix("h"))
    if hours > DAYS.of(resource) * _HOURS:
        yield f"it holds for {spec['duration']}; allowed are {DAYS.of(resource):g} days"
    if spec["privateKey"].get("rotationPolicy") != "Always":
        yield "its key stays the same when it is renewed: rotationPolicy: Always"
    for host in spec.get("dnsNames") or ():
        if institution not in host.split("."):
            yield f"it is for the host {host}, which isn't {institution}'s"


RULES: Final = (
    Rule(
        "gateways-ask-for-grants",
        "A gateway lets in its institution, and whom the owner granted the deed.",
        "Grant it in the owner's stack file (access:); components/gateway does the rest.",
        frozenset({CONFIG_MAP}),
        _gateway,
    ),
    Rule(
        "certificates-name-their-owner",
        "A certificate names its own institution, for a short time, and signs no other.",
        "Take the certificates of components/gateway/certificates.py.",
        frozenset({CERTIFICATE}),
        _certificate,
        settings=(DAYS,),
    ),
)
