"""What a real Envoy refuses, counts and never forwards."""

from __future__ import annotations

import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from components.gateway.access import identity
from tests.components.gateway.authority import SERVER, Authority
from tests.components.gateway.lab import ENVIRONMENT, HOST, SPEC, Lab

FILE = "/legacy/file?uid=1.2.840.1"
TRICKS = {
    "/%2e%2e/management/tasks/index": 403,
    "/search/../management/tasks/index": 403,
    "/search/..;/management/tasks/index": 403,
    "/search;/..;/management/tasks/index": 403,
    "//management/tasks/index": 403,
    "/.//management/tasks/index": 403,
    "/legacy%2ffile?uid=1.2": 400,
    "/legacy%2Ffile?uid=1.2": 400,
    "/legacy%5cfile?uid=1.2": 400,
    "/legacy\\..\\user": 403,
    "/Legacy/File?uid=1.2": 403,
    "/legacy/file/?uid=1.2": 403,
    "/legacy/file": 403,
    "/legacy/file?uid=": 403,
    "/legacy/file?uid=*": 403,
    "/legacy/file?uid=%2A": 403,
    "/legacy/file?uid=1.2%20OR%201.3": 403,
    "/legacy/file?uid=1.2+OR+1.3": 403,
    "/legacy/file?uid=1.2&uid=*": 403,
    "/legacy/file?uid=*&uid=1.2": 403,
    "/legacy/file?%75id=*": 403,
    "/legacy/file?%75id=*&uid=1.2": 403,
    "/legacy/file?uid=1.2&provider=file": 403,
    "/legacy/file?uid=1.2;uid=*": 403,
    "/legacy/file?uid=1.2#/../user": 400,
    "/legacy/file;a=b?uid=1.2": 403,
    "/dic2png?uri=file:///etc/passwd": 403,
    "/dic2png?SOPInstanceUID=1.2&uri=file:///etc/passwd": 403,
    "/legacy/img?path=/etc/passwd": 403,
    "/search?query=*:*": 403,
    "/search?query=*:*&psize=": 403,
    "/search?query=*:*&psize=99999": 403,
    "/search?query=*:*&psize=-1": 403,
    "/search?query=*:*&psize=1&psize=99999": 403,
    "/search?query=*:*&psize=1&depth=image": 403,
    "/search?query=*:*&psize=1&provider=other": 403,
    "/searchDIM?query=*:*&psize=1": 403,
    "/ext/version?x=1": 403,
    "/providers?type=all": 403,
    "/": 403,
    "*": 400,
    "/nothing": 403,
}
"""Targets, each with the refusal: 400 where the target itself is malformed."""


class TestUnknownRequests:
    @pytest.mark.parametrize("target", TRICKS)
    def test_a_trick_in_the_target_is_refused_and_never_forwarded(
        self, lab: Lab, target: str
    ) -> None:
        status = lab.ask(lab.callers["aveiro"], target)

        assert TRICKS[target] == status
        assert [] == lab.web.requests

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "HEAD", "TRACE"])
    def test_another_method_is_refused(self, lab: Lab, method: str) -> None:
        assert 403 == lab.ask(lab.callers["aveiro"], FILE, method)
        assert [] == lab.web.requests

    def test_a_method_that_http_does_not_know_is_malformed(self, lab: Lab) -> None:
        assert 400 == lab.ask(lab.callers["aveiro"], FILE, "BREW")
        assert [] == lab.web.requests

    def test_a_tunnel_is_refused(self, lab: Lab) -> None:
        assert lab.ask(lab.callers["aveiro"], "10.0.0.1:6666", "CONNECT") in {403, 404}
        assert [] == lab.web.requests

    @pytest.mark.parametrize("host", ["evora.example.org", "localhost", "aveiro.example.org.evil"])
    def test_another_host_name_is_refused(self, lab: Lab, host: str) -> None:
        assert 403 == lab.ask(lab.callers["aveiro"], FILE, headers={"Host": host})
        assert [] == lab.web.requests

    def test_a_port_behind_the_host_name_is_no_other_host(self, lab: Lab) -> None:
        assert 200 == lab.ask(lab.callers["aveiro"], FILE, headers={"Host": f"{HOST}:8443"})

    @pytest.mark.parametrize(
        ("expected", "headers"),
        [
            (431, {"X-Large": "x" * 9000}),
            (431, {f"X-{number}": "x" for number in range(60)}),
            (400, {"x_spoofed": "1"}),
            (400, {"Transfer-Encoding": "nonsense"}),
        ],
        ids=["large", "many", "underscore", "encoding"],
    )
    def test_headers_that_nobody_needs_are_refused(
        self, lab: Lab, expected: int, headers: dict[str, str]
    ) -> None:
        status = lab.ask(lab.callers["aveiro"], FILE, headers=headers)

        # Envoy closes at once where it can't trust what follows.
        assert status in {expected, 501}
        assert [] == lab.web.requests

    def test_a_body_is_refused(self, lab: Lab) -> None:
        form = {"Content-Type": "application/x-www-form-urlencoded"}

        assert 413 == lab.ask(lab.callers["aveiro"], FILE, headers=form, body=b"uid=*")
        assert [] == lab.web.requests

    def test_a_refusal_is_counted(self, lab: Lab) -> None:
        before = lab.envoy.stat("http.web.rbac.denied")
        lab.ask(lab.callers["lagos"], FILE)
        lab.ask(lab.callers["aveiro"], "/user", "POST")

        assert before + 2 == lab.envoy.stat("http.web.rbac.denied")

    def test_nobody_tells_the_gateway_how_to_treat_him(self, lab: Lab) -> None:
        lab.web.hold = 0.3
        spoofed = {
            "x-envoy-upstream-rq-timeout-ms": "1",
            "x-forwarded-client-cert": f"URI={identity(ENVIRONMENT, 'aveiro')}",
        }

        assert 200 == lab.ask(lab.callers["evora"], FILE, headers=spoofed)
        assert 403 == lab.ask(lab.callers["lagos"], FILE, headers=spoofed)
        assert not {*spoofed} & {*lab.web.headers[0]}


class TestCertificates:
    def test_one_that_this_environment_did_not_sign_for_a_caller_opens_nothing(
        self, lab: Lab, tmp_path: Path
    ) -> None:
        own = identity(ENVIRONMENT, "aveiro")
        stranger = Authority(tmp_path, "stranger")
        sign = lab.authority.sign
        bad = {
            "another authority": stranger.sign("self", own),
            "expired": sign("expired", own, ends=timedelta(days=-1)),
            "for servers": sign("for-servers", own, usage=SERVER),
            "no identity": sign("nobody"),
            "host name": sign("host", hosts=(HOST,)),
            "another environment": sign("foreign", identity("production", "aveiro")),
            "another trust domain": sign("domain", "spiffe://evil/test/institution/aveiro"),
        }
        before = lab.envoy.stat("listener..*.ssl.fail_verify_.*")

        found = {name: lab.ask(leaf, FILE) for name, leaf in bad.items()}

        assert dict.fromkeys(bad) == found
        assert [] == lab.web.requests
        assert before < lab.envoy.stat("listener..*.ssl.fail_verify_.*")

    def test_a_name_that_only_begins_like_a_known_one_is_another_institution(
        self, lab: Lab
    ) -> None:
        own = identity(ENVIRONMENT, "aveiro")
        near = [f"{own}-2", f"{own}/x", own.upper(), f"{own[:-1]}"]

        found = [
            lab.ask(lab.authority.sign(f"near-{number}", uri), FILE)
            for number, uri in enumerate(near)
        ]

        assert {403, None} >= {*found}
        assert [] == lab.web.requests


class TestFloods:
    def test_requests_beyond_places_and_queue_are_refused_at_once(self, lab: Lab) -> None:
        lab.web.hold = 1.5
        places = SPEC.limits.requests + SPEC.limits.queue
        connections = [lab.connect(lab.callers["aveiro"]) for _ in range(2 * places)]
        for connection in connections:
            connection.connect()

        for connection in connections:
            connection.request("GET", FILE, headers={"Host": HOST})
            # A request that waits for its connection to open would take a place in the queue.
            time.sleep(0.02)
        found = [connection.getresponse().status for connection in connections]

        for connection in connections:
            connection.close()
        assert {200: places, 503: places} == Counter(found)
        assert places == len(lab.web.requests)

    def test_one_institution_has_a_rate_and_does_not_use_up_anothers(self, lab: Lab) -> None:
        connection = lab.connect(lab.callers["beja"])
        burst = 2 * SPEC.limits.rate
        found = []
        for _ in range(10 * burst):
            connection.request("GET", "/ext/version", headers={"Host": HOST})
            answer = connection.getresponse()
            answer.read()
            found.append(answer.status)
            if answer.status == 429:
                break
        connection.close()

        assert 429 == found[-1]
        assert len(found) > burst
        assert 200 == lab.ask(lab.callers["evora"], "/ext/version")
