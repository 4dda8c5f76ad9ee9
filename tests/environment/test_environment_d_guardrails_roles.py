"""Who may do what, asked of the real API server; and that promises are out of others' reach."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest

from components.guardrails.policies import policies
from tests.environment.copies import Copy, Result, refused
from tests.environment.guardrail_edits import create, edit, replace
from tests.environment.strictness import manifests
from tests.recording import record

STAFF = "imaging:evora:staff"
OPERATORS = "imaging:operators"
PREVIEW = "imaging:preview"
PLATFORM = {
    "kubeconfig": "kubeconfig",
    "residencyClasses": ["every-x3-8870cf", "home-faro-x2-2aa0e9"],
}
WRITES = ("create", "update", "patch", "delete", "deletecollection")
ADMISSION = "admissionregistration.k8s.io"
PROMISES = "--namespace=imaging-promises"


@pytest.fixture(scope="module", autouse=True)
def _up(up: Result) -> None:
    assert up.status == 0


def groups(group: str) -> list[str]:
    """The groups of a member of a group; the API server puts everybody in the second."""
    return [group, "system:authenticated"]


def allowed(checkout: Copy, group: str, deeds: Iterable[str]) -> dict[str, bool]:
    """Which deeds, such as ``get pods/log in evora``, a member of a group may do."""
    asked = list(deeds)
    reviews = {
        "apiVersion": "v1",
        "kind": "List",
        "items": [review(group, deed) for deed in asked],
    }
    result = create(checkout, reviews, '--output=jsonpath={.status.allowed}{"\\n"}')
    assert result.status == 0, result.text
    answers = result.out.split()
    return {deed: answer == "true" for deed, answer in zip(asked, answers, strict=True)}


def review(group: str, deed: str) -> dict[str, Any]:
    """The question whether a member of a group may do a deed; no namespace means all of them."""
    what, _, namespace = deed.partition(" in ")
    verb, path = what.split()
    # statefulsets/scale.apps is a subresource of a resource of a group.
    target, _, api_group = path.partition(".")
    resource, _, subresource = target.partition("/")
    attributes = {
        "verb": verb,
        "group": api_group,
        "resource": resource,
        "subresource": subresource,
        "namespace": namespace,
    }
    return {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SubjectAccessReview",
        "spec": {"user": "someone", "groups": groups(group), "resourceAttributes": attributes},
    }


class TestStaff:
    """An institution's staff see their own namespace, and nothing else."""

    def test_they_may(self, checkout: Copy) -> None:
        deeds = [
            *(f"{verb} pods in evora" for verb in ("get", "list", "watch")),
            "get pods/log in evora",
            "list events in evora",
            "list events.events.k8s.io in evora",
            "get pods.metrics.k8s.io in evora",
            "get statefulsets.apps in evora",
            "get persistentvolumeclaims in evora",
            "list networkpolicies.networking.k8s.io in evora",
            "list horizontalpodautoscalers.autoscaling in evora",
        ]

        assert dict.fromkeys(deeds, True) == allowed(checkout, STAFF, deeds)

    def test_they_may_not(self, checkout: Copy) -> None:
        deeds = [
            *(f"{verb} secrets in evora" for verb in ("get", "list", "watch", "create")),
            *(f"{verb} pods in evora" for verb in WRITES),
            *(f"{verb} statefulsets.apps in evora" for verb in WRITES),
            "create pods/exec in evora",
            "get pods/exec in evora",
            "create pods/portforward in evora",
            "update statefulsets/scale.apps in evora",
            "delete networkpolicies.networking.k8s.io in evora",
            "create rolebindings.rbac.authorization.k8s.io in evora",
            "get pods in aveiro",
            "get pods/log in aveiro",
            "list pods",
            "get nodes",
            "get cephclients.ceph.rook.io in rook-ceph",
            "get configmaps in imaging-promises",
        ]

        assert dict.fromkeys(deeds, False) == allowed(checkout, STAFF, deeds)

    def test_they_see_it_in_fact(self, checkout: Copy) -> None:
        member = ("--as=someone", *(f"--as-group={each}" for each in groups(STAFF)))
        own = checkout.kubectl("get", "pods", "--namespace=evora", *member)
        other = checkout.kubectl("get", "pods", "--namespace=aveiro", *member)

        assert "ingest-0" in own.out
        assert 'cannot list resource "pods"' in refused(other)


class TestOperators:
    """The platform's operators see all but Secrets, and do what runbooks ask for."""

    def test_they_may(self, checkout: Copy) -> None:
        deeds = [
            "list pods",
            "get cephclusters.ceph.rook.io in rook-ceph",
            f"get validatingadmissionpolicies.{ADMISSION}",
            "delete pods in evora",
            "create pods/eviction in evora",
            "create pods/exec in evora",
            "patch nodes",
            "patch statefulsets.apps in evora",
            "patch statefulsets/scale.apps in evora",
            "patch cronjobs.batch in evora",
            "create jobs.batch in rook-ceph",
        ]

        assert dict.fromkeys(deeds, True) == allowed(checkout, OPERATORS, deeds)

    def test_they_may_not(self, checkout: Copy) -> None:
        deeds = [
            "get secrets in evora",
            "list secrets in rook-ceph",
            *(f"{verb} configmaps in imaging-promises" for verb in WRITES),
            *(f"{verb} validatingadmissionpolicies.{ADMISSION}" for verb in WRITES),
            *(f"{verb} validatingadmissionpolicybindings.{ADMISSION}" for verb in WRITES),
            "change promises.guardrails.imaging",
            "delete persistentvolumeclaims in evora",
            "delete persistentvolumes",
            "patch cephfilesystems.ceph.rook.io in rook-ceph",
            "patch cephclients.ceph.rook.io in rook-ceph",
            "patch networkpolicies.networking.k8s.io in evora",
            "patch namespaces",
            "patch clusterroles.rbac.authorization.k8s.io",
            "bind clusterroles.rbac.authorization.k8s.io",
            "impersonate users",
        ]

        assert dict.fromkeys(deeds, False) == allowed(checkout, OPERATORS, deeds)


class TestPreview:
    """CI's preview reads everything that the program deploys but Secrets, and changes nothing."""

    def test_it_reads_every_kind_that_is_deployed_but_secrets(self, checkout: Copy) -> None:
        deployed = kinds(checkout)
        expected = {f"get {kind}": kind != "secrets" for kind in deployed}

        assert "secrets" in deployed
        assert expected == allowed(checkout, PREVIEW, expected)

    def test_it_changes_none(self, checkout: Copy) -> None:
        deeds = [f"{verb} {kind}" for kind in sorted(kinds(checkout)) for verb in WRITES]

        assert dict.fromkeys(deeds, False) == allowed(checkout, PREVIEW, deeds)

    def test_it_enters_no_pod(self, checkout: Copy) -> None:
        deeds = ["create pods/exec in evora", "get pods/exec in evora", "patch nodes"]

        assert dict.fromkeys(deeds, False) == allowed(checkout, PREVIEW, deeds)


def kinds(checkout: Copy) -> set[str]:
    """The resources of every kind that the program deploys, as kubectl names them."""
    stacks = ("local", "local.aveiro", "local.evora")
    sent = [each for stack in stacks for each in manifests(record(stack, PLATFORM))]
    listed = checkout.kubectl("api-resources", "--no-headers")
    assert listed.status == 0, listed.text
    names = {}
    for line in listed.out.splitlines():
        resource, *_, version, _, kind = line.split()
        group = version.rpartition("/")[0]
        names[version, kind] = f"{resource}.{group}" if group else resource
    return {names[each["apiVersion"], each["kind"]] for each in sent}


class TestPromises:
    """What was promised is out of the reach of whoever doesn't deploy it."""

    @pytest.mark.parametrize("name", ["institution-evora", "residency-classes"])
    def test_they_are_not_deleted_unless_armed(self, checkout: Copy, name: str) -> None:
        said = refused(checkout.kubectl("delete", "configmap", name, PROMISES))

        assert f"promise {name} is not deleted; it takes imaging:armDestroy" in said

    @pytest.mark.parametrize(
        ("path", "value"),
        [("/data/institution", "aveiro"), ("/metadata/labels/imaging~1promise", "other")],
    )
    def test_they_stay_promises_to_the_same(self, checkout: Copy, path: str, value: str) -> None:
        change = replace(path, value)
        said = refused(edit(checkout, "configmap", "institution-evora", change, PROMISES))

        assert "evora was promised: what was promised is changed by an update of its stack" in said

    def test_the_right_to_edit_their_namespace_is_not_enough(self, checkout: Copy) -> None:
        binding = ("rolebinding", "tried", PROMISES)
        made = checkout.kubectl("create", *binding, "--clusterrole=admin", "--user=tried")
        change = replace("/data/replicas.ingest", "2")
        try:
            result = edit(
                checkout, "configmap", "institution-evora", change, PROMISES, "--as=tried"
            )
        finally:
            checkout.kubectl("delete", *binding)

        assert 0 == made.status, made.text
        assert "you may not change promise institution-evora" in refused(result)


class TestPolicies:
    """All policies are there, and the API server finds no fault in their expressions."""

    def test_it_finds_no_fault_in_any(self, checkout: Copy) -> None:
        found = checkout.objects(f"validatingadmissionpolicies.{ADMISSION}")
        checked = {
            each["metadata"]["name"]: json.dumps(each["status"]["typeChecking"]) for each in found
        }

        assert {f"imaging-{policy.name}": "{}" for policy in policies()} == checked
