"""The checks that an institution's objects fail on purpose, each with its reason.

Owns the list. A waiver that nothing needs any more fails a test, so the list stays short.
"""

from __future__ import annotations

from typing import Final

from tests.scanners.findings import Waiver

_ARCHIVE: Final = frozenset({"StatefulSet/ingest", "StatefulSet/readers", "CronJob/reconciliation"})
_DICOOGLES: Final = frozenset({"StatefulSet/ingest", "StatefulSet/readers"})
_GATEWAY: Final = frozenset({"Deployment/gateway"})
_CEPH_JOB: Final = frozenset({"Job/snapshots-aveiro"})
_ALL: Final = _ARCHIVE | _GATEWAY | _CEPH_JOB

_PULLED: Final = (
    "Every image has an exact tag or a digest, so Always brings nothing new; but with it no pod "
    "starts while the registry is away."
)
_UNLIMITED: Final = (
    "A limit on processors throttles a cold JVM, whose slowness is what readers are added for; "
    "requests keep institutions apart."
)
_SPREAD: Final = (
    "Topology spread constraints put the pods on different hosts, and on different data centres "
    "first; anti-affinity would say the same twice."
)

WAIVERS: Final = (
    Waiver("kube-score", "container-image-pull-policy", _ALL, _PULLED),
    Waiver("checkov", "CKV_K8S_15", _ALL, _PULLED),
    Waiver("kube-score", "container-resources", _DICOOGLES, _UNLIMITED),
    Waiver("checkov", "CKV_K8S_11", _DICOOGLES, _UNLIMITED),
    Waiver(
        "kube-score",
        "statefulset-has-host-podantiaffinity",
        frozenset({"StatefulSet/readers"}),
        _SPREAD,
    ),
    Waiver("kube-score", "deployment-has-host-podantiaffinity", _GATEWAY, _SPREAD),
    Waiver(
        "checkov",
        "CKV_K8S_43",
        _ALL,
        "Tags are exact. Dicoogle's image is each environment's own, and its stack may name a "
        "digest; publishers of the others never move a version's tag.",
    ),
    Waiver(
        "kube-score",
        "pod-networkpolicy",
        _CEPH_JOB,
        "It runs in Ceph's namespace and talks to Ceph, whose daemons use the host's network, "
        "which policies don't police.",
    ),
    Waiver(
        "kube-score",
        "container-security-context-user-group-id",
        _CEPH_JOB,
        "167 is the user of Ceph's image, and of nobody else on a host.",
    ),
    Waiver("checkov", "CKV_K8S_40", _CEPH_JOB, "167 is the user of Ceph's image."),
    Waiver(
        "checkov",
        "CKV_K8S_35",
        _CEPH_JOB,
        "The key may do little more than the Job does, and the pod lives as long as the command "
        "that needs it.",
    ),
)
