"""Two scanners of others judge what the program renders for an institution.

Where a scanner can't be had, its tests are skipped with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from local.bootstrap import BootstrapError
from local.toolchain.errors import ToolchainError
from tests.scanners import checkov_scanner, kube_score_scanner
from tests.scanners.findings import Finding, Waiver, idle, unwaived
from tests.scanners.rendered import rendered, write
from tests.scanners.waivers import WAIVERS

pytestmark = pytest.mark.timeout(600)  # the first run builds one scanner and installs the other
Scan = Callable[[Sequence[Path]], list[Finding]]
SCANNERS = ("kube-score", "checkov")


@pytest.fixture(scope="module")
def kube_score() -> Scan:
    try:
        program = kube_score_scanner.program()
    except ToolchainError as error:
        pytest.skip(f"kube-score can't be had: {error}")
    return lambda files: kube_score_scanner.scan(program, files)


@pytest.fixture(scope="module")
def checkov() -> Scan:
    try:
        python = checkov_scanner.python()
    except BootstrapError as error:
        pytest.skip(f"checkov can't be had: {error}")
    return lambda files: checkov_scanner.scan(python, files[0].parent)


@pytest.fixture(scope="module")
def aveiro(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """All objects of an institution, one a file."""
    return write(rendered("local.aveiro"), tmp_path_factory.mktemp("aveiro"))


@pytest.fixture(scope="module", params=SCANNERS)
def scan(request: pytest.FixtureRequest) -> Scan:
    """Each of the scanners."""
    found: Scan = request.getfixturevalue(request.param.replace("-", "_"))
    return found


@pytest.fixture(scope="module")
def findings(scan: Scan, aveiro: list[Path]) -> list[Finding]:
    """What a scanner finds on the institution."""
    return scan(aveiro)


def careless() -> dict[str, Any]:
    """What both scanners must object to."""
    container = {"name": "c", "image": "c:latest", "securityContext": {"privileged": True}}
    pod = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [container]}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "careless", "namespace": "aveiro"},
        "spec": {"replicas": 1, "selector": {"matchLabels": {"a": "b"}}, "template": pod},
    }


class TestInstitution:
    """No object of an institution fails a check, but for the waivers; and these are all needed."""

    def test_no_check_fails_without_a_waiver(self, findings: list[Finding]) -> None:
        assert [] == unwaived(findings, WAIVERS)

    def test_no_waiver_is_idle(
        self, findings: list[Finding], request: pytest.FixtureRequest
    ) -> None:
        scanner = request.node.callspec.params["scan"]

        assert [] == idle(findings, [each for each in WAIVERS if scanner == each.scanner])

    def test_the_archive_and_its_isolation_are_among_the_objects(self, aveiro: list[Path]) -> None:
        names = {each.stem for each in aveiro}

        assert {
            "statefulset-ingest",
            "statefulset-readers",
            "deployment-gateway",
            "networkpolicy-default-deny",
            "namespace-aveiro",
        } <= names


class TestScanners:
    """The scanners work: they find what is wrong, and say on which object."""

    EXPECTED: Final[Mapping[str, set[str]]] = {
        "kube-score": {
            "container-security-context-privileged",
            "container-image-tag",
            "pod-networkpolicy",
        },
        "checkov": {"CKV_K8S_16", "CKV_K8S_14", "CKV2_K8S_6"},  # the same three
    }

    def test_a_careless_deployment_is_found(
        self, scan: Scan, tmp_path: Path, request: pytest.FixtureRequest
    ) -> None:
        found = {
            each.check for each in scan(write([careless()], tmp_path)) if each.name == "careless"
        }

        assert self.EXPECTED[request.node.callspec.params["scan"]] <= found


class TestWaivers:
    """A waiver is about one check on named objects, and says why."""

    FINDING = Finding("checkov", "CKV_1", "Job", "some", "words")
    WAIVER = Waiver("checkov", "CKV_1", frozenset({"Job/some"}), "It is right so.")

    def test_it_covers_its_check_on_its_objects_alone(self) -> None:
        others = [
            Finding("kube-score", "CKV_1", "Job", "some", "words"),
            Finding("checkov", "CKV_2", "Job", "some", "words"),
            Finding("checkov", "CKV_1", "Job", "other", "words"),
            Finding("checkov", "CKV_1", "Pod", "some", "words"),
        ]

        assert sorted(map(str, others)) == unwaived([self.FINDING, *others], [self.WAIVER])

    def test_it_is_idle_once_nothing_fails(self) -> None:
        assert [] == idle([self.FINDING], [self.WAIVER])
        assert ["checkov CKV_1 on Job/some"] == idle([], [self.WAIVER])

    def test_every_waiver_has_a_reason_in_a_sentence(self) -> None:
        assert [] == [each.check for each in WAIVERS if not each.reason.endswith(".")]
