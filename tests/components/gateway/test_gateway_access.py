"""Every endpoint of Dicoogle, asked by every kind of caller, at a real Envoy."""

from __future__ import annotations

import pytest

from components.catalog import Deed
from components.gateway.endpoint import Endpoint
from components.gateway.endpoints import OPEN, REFUSED
from tests.components.gateway.lab import SPEC, Lab

MAY = {
    "aveiro": {Deed.QUERY, Deed.RETRIEVE, Deed.STORE},
    "evora": {Deed.QUERY, Deed.RETRIEVE},
    "beja": {Deed.QUERY},
    "viseu": {Deed.STORE},
    "lagos": set[Deed](),
}
"""Own, granted both, granted one, granted to store only, granted nothing."""
CALLED = [(endpoint, method) for endpoint in (*OPEN, *REFUSED) for method in endpoint.methods]


def target(endpoint: Endpoint) -> str:
    path = endpoint.path.replace("/*", "/anything")
    return f"{path}?{endpoint.example}" if endpoint.example else path


def named(each: tuple[Endpoint, str]) -> str:
    return f"{each[1]} {each[0].path}"


class TestEveryEndpointAnswersWhomTheTableNames:
    @pytest.mark.parametrize("called", CALLED, ids=named)
    def test_with_a_certificate(self, lab: Lab, called: tuple[Endpoint, str]) -> None:
        endpoint, method = called
        expected = {name: 200 if endpoint.deed in may else 403 for name, may in MAY.items()}

        found = {name: lab.ask(lab.callers[name], target(endpoint), method) for name in expected}

        assert expected == found

    @pytest.mark.parametrize("called", CALLED, ids=named)
    def test_nothing_that_is_refused_reaches_dicoogle(
        self, lab: Lab, called: tuple[Endpoint, str]
    ) -> None:
        endpoint, method = called
        allowed = [name for name, may in MAY.items() if endpoint.deed in may]

        for caller in lab.callers.values():
            lab.ask(caller, target(endpoint), method)

        assert [(method, target(endpoint))] * len(allowed) == lab.web.requests

    def test_without_a_certificate_there_is_no_answer_at_all(self, lab: Lab) -> None:
        found = {lab.ask(None, target(endpoint), method) for endpoint, method in CALLED}

        assert {None} == found
        assert [] == lab.web.requests
        asked = len(CALLED) * (len(MAY) + 1)
        print(f"\n{len(CALLED)} calls x {len(MAY) + 1} callers = {asked} answers")  # noqa: T201 - the figure is the point

    def test_every_open_endpoint_has_an_example_that_its_pattern_takes(self) -> None:
        assert {Deed.QUERY, Deed.RETRIEVE} == {endpoint.deed for endpoint in OPEN}
        assert not [
            endpoint.path for endpoint in OPEN if endpoint.required and not endpoint.example
        ]

    def test_the_lab_grants_what_its_gateway_was_told(self) -> None:
        assert {grant.institution: {*grant.may} for grant in SPEC.access} == {
            name: may for name, may in MAY.items() if name not in {"aveiro", "lagos"}
        }
