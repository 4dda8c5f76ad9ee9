"""Which gate holds which promise: the one thing on the compliance page that isn't in the sources.

Owns that assignment. Doesn't own the page (:mod:`tests.compliance.page`); a test finds a rule, an
admission policy or an observed promise that stands in no row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Row:
    """A promise, and what holds it.

    Attributes:
        promise: for people.
        catalogue: modules that refuse what can't be kept, each with the test of it.
        rules: of the policy packs, as ``pack/rule``.
        admission: policies of the API server.
        observed: promises that are told as kept or broken.
    """

    promise: str
    catalogue: tuple[tuple[str, str], ...] = ()
    rules: tuple[str, ...] = ()
    admission: tuple[str, ...] = ()
    observed: tuple[str, ...] = ()


def _of(pack: str, names: str) -> tuple[str, ...]:
    return tuple(f"{pack}/{name}" for name in names.split())


_PLACEMENT: Final = "components/placement"
_CATALOG: Final = "components/catalog"

ROWS: Final = (
    Row(
        "Examinations lie in every data centre, or never outside the home",
        (
            (f"{_PLACEMENT}/decision.py", f"tests/{_PLACEMENT}/test_placement_promises.py"),
            (f"{_PLACEMENT}/residency.py", "tests/crush/test_crush_environments.py"),
        ),
        _of(
            "replication",
            "filesystem-says-the-truth filesystem-keeps-promises group-lies-in-its-boundary "
            "storage-class-is-the-institutions claims-bind-their-own-volumes no-file-server "
            "nodes-stand-where-they-say ceph-spans-its-data-centres pods-keep-nothing "
            "promises-never-shrink promises-have-their-objects",
        ),
        ("residency", "group", "volumes", "promises"),
        ("residency",),
    ),
    Row(
        "As many copies as promised, and no loss that was promised to be survived takes the last",
        (
            (f"{_PLACEMENT}/decision.py", f"tests/{_PLACEMENT}/test_placement_refusals.py"),
            (f"{_PLACEMENT}/reach.py", "tests/crush/test_crush_reach.py"),
            (f"{_PLACEMENT}/losses.py", f"tests/{_PLACEMENT}/test_placement_losses.py"),
        ),
        _of("replication", "copies-above-floor writes-rest-on-two-copies"),
        ("residency",),
        ("copies", "survival"),
    ),
    Row(
        "The capacity that was promised, with a failure to spare",
        ((f"{_PLACEMENT}/capacity.py", f"tests/{_PLACEMENT}/test_placement_capacity.py"),),
        _of("replication", "disks-have-head-room"),
        ("group",),
        ("capacity",),
    ),
    Row(
        "What somebody deletes or damages by mistake can be had back; nothing else deletes it",
        ((f"{_CATALOG}/institution.py", f"tests/{_CATALOG}/test_catalog_refused_values.py"),),
        (
            *_of("replication", "snapshots-keep-the-recovery-point nothing-deletes-examinations"),
            *_of("operations", "data-is-protected no-change-is-ignored"),
        ),
        ("residency", "group", "volumes", "namespace"),
    ),
    Row(
        "Nobody reads, sends or deletes without the owner's grant",
        ((f"{_CATALOG}/crosschecks.py", f"tests/{_CATALOG}/test_catalog_crosschecks.py"),),
        (
            *_of(
                "access",
                "objects-stay-at-home no-foreign-names networks-are-closed "
                "addresses-are-for-named-networks transport-is-encrypted routes-lead-home "
                "gateways-ask-for-grants certificates-name-their-owner keys-open-one-repository "
                "readers-never-write secrets-are-secret no-secret-in-a-pod no-default-credentials "
                "roles-are-narrow roles-are-given-to-somebody no-token-is-mounted "
                "admission-refuses institutions-are-closed",
            ),
            *_of("replication", "reader-volume-is-read-only"),
        ),
        ("keys", "network", "namespace", "promises"),
    ),
    Row(
        "Answers in time, as available as promised, and readers that follow the load",
        (
            ("components/monitoring/fit.py", "tests/components/monitoring/test_monitoring_fit.py"),
            (f"{_CATALOG}/institution.py", f"tests/{_CATALOG}/test_catalog_service.py"),
        ),
        _of(
            "operations",
            "autoscaling-is-guarded one-owner-of-external-metrics replicas-are-spread "
            "disruptions-are-bounded servers-have-budgets servers-are-probed "
            "resources-are-bounded ends-in-order jobs-end",
        ),
        ("replicas",),
        ("latency", "availability", "readers"),
    ),
    Row(
        "What runs is what was tried, confined, and on the cluster that is meant",
        ((f"{_CATALOG}/stack_files.py", f"tests/{_CATALOG}/test_catalog_refused_files.py"),),
        _of(
            "operations",
            "images-are-pinned versions-are-allowed charts-are-pinned kinds-are-judged "
            "pods-are-restricted no-host-access no-node-port namespaces-are-restricted "
            "no-ambient-provider machines-are-told-apart steps-show-no-secret "
            "machines-leave-in-order",
        ),
        ("pods", "namespace"),
    ),
)
HOUSE: Final = ("waivers-are-valid", "waivers-in-force")
"""Rules that every pack has, about waivers and no promise."""
_EDITS: Final = "tests/environment/test_environment_d_guardrails"
TRIED: Final = {
    "residency": f"{_EDITS}_storage.py::TestCopies",
    "group": f"{_EDITS}_storage.py::TestRepository",
    "keys": f"{_EDITS}_storage.py::TestRepository",
    "volumes": f"{_EDITS}_storage.py::TestVolumes",
    "network": f"{_EDITS}_archive.py::TestNetwork",
    "namespace": f"{_EDITS}_archive.py::TestNamespace",
    "pods": f"{_EDITS}_archive.py::TestPods",
    "replicas": f"{_EDITS}_archive.py::TestReplicas",
    "promises": f"{_EDITS}_roles.py::TestPromises",
}
"""Where each admission policy is tried on a real API server."""
