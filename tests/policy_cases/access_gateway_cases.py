"""The cases of the pack ``access``: gateways and certificates.

Owns what each of its rules must refuse. Doesn't own how it is asked. The stack files that it is
asked with give production a domain, and aveiro networks (:mod:`tests.policy_cases.checkout`).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from tests.policy_cases.case import Case, Fail

_CERTIFICATE: Final = "production.aveiro Certificate/certificate-gateway"
_ENVOY: Final = "data|envoy.json"
_STRANGER: Final = "spiffe://imaging/production/institution/braga"


def _envoy(change: Callable[[Any], None]) -> Callable[[str], str]:
    """Make a change of the listeners in a gateway's configuration."""

    def changed(said: str) -> str:
        envoy = json.loads(said)
        change(envoy["static_resources"]["listeners"])
        return json.dumps(envoy)

    return changed


def _tls(listener: Any) -> Any:  # noqa: ANN401 - JSON
    return listener["filter_chains"][0]["transport_socket"]["typed_config"]


def _certified(listener: Any) -> Any:  # noqa: ANN401 - JSON
    context = _tls(listener)["common_tls_context"]["combined_validation_context"]
    return context["default_validation_context"]["match_typed_subject_alt_names"]


def _filters(listener: Any) -> Any:  # noqa: ANN401 - JSON
    return listener["filter_chains"][0]["filters"][0]["typed_config"]["http_filters"]


def _policies(listener: Any) -> Any:  # noqa: ANN401 - JSON
    (found,) = [each for each in _filters(listener) if each["name"].endswith("http.rbac")]
    return found["typed_config"]["rules"]["policies"]


def _plain(listeners: Any) -> None:  # noqa: ANN401 - JSON
    del listeners[1]["filter_chains"][0]["transport_socket"]


def _uncertified(listeners: Any) -> None:  # noqa: ANN401 - JSON
    _tls(listeners[0])["require_client_certificate"] = False


def _ungranted(listeners: Any) -> None:  # noqa: ANN401 - JSON
    _certified(listeners[2])[0]["matcher"]["exact"] = _STRANGER


def _nobody(listeners: Any) -> None:  # noqa: ANN401 - JSON
    _certified(listeners[1]).clear()


def _everybody(listeners: Any) -> None:  # noqa: ANN401 - JSON
    _policies(listeners[0])["query"]["principals"] = [{"any": True}]


def _foreign(listeners: Any) -> None:  # noqa: ANN401 - JSON
    name = _policies(listeners[0])["retrieve"]["principals"][0]["authenticated"]["principal_name"]
    name["exact"] = _STRANGER


def _unjudged(listeners: Any) -> None:  # noqa: ANN401 - JSON
    filters = _filters(listeners[0])
    filters[:] = [each for each in filters if not each["name"].endswith("http.rbac")]


def _another_deed(listeners: Any) -> None:  # noqa: ANN401 - JSON
    _policies(listeners[0])["manage"] = _policies(listeners[0])["query"]


def _foreign_environment(listeners: Any) -> None:  # noqa: ANN401 - JSON
    _certified(listeners[0])[0]["matcher"]["prefix"] = "spiffe://"


CASES: Final = (
    Case(
        "gateways-ask-for-grants",
        "production.aveiro ConfigMap/configmap-gateway",
        (
            Fail("has no TLS", {_ENVOY: _envoy(_plain)}),
            Fail("no client certificate", {_ENVOY: _envoy(_uncertified)}),
            Fail("institution/braga in (exact)", {_ENVOY: _envoy(_ungranted)}),
            Fail("has any certificate", {_ENVOY: _envoy(_nobody)}),
            Fail("lets anybody in", {_ENVOY: _envoy(_everybody)}),
            Fail("retrieve lets spiffe", {_ENVOY: _envoy(_foreign)}),
            Fail("no one filter", {_ENVOY: _envoy(_unjudged)}),
            Fail("which is no deed", {_ENVOY: _envoy(_another_deed)}),
            Fail("others than the environment's", {_ENVOY: _envoy(_foreign_environment)}),
        ),
        _ENVOY,
    ),
    Case(
        "certificates-name-their-owner",
        _CERTIFICATE,
        (
            Fail("and it is aveiro's", {"spec|uris": [_STRANGER]}),
            Fail("may sign others", {"spec|isCA": True}),
            Fail("allowed are 90 days", {"spec|duration": "87600h"}),
            Fail("its issuer is mine", {"spec|issuerRef|name": "mine"}),
            Fail("rotationPolicy", {"spec|privateKey|rotationPolicy": "Never"}),
            Fail("isn't aveiro's", {"spec|dnsNames": ["gateway.evora.svc"]}),
        ),
        "spec|uris",
    ),
)
