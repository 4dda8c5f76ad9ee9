"""In which order the program registers promises, and what is judged by them."""

from __future__ import annotations

import pytest

from tests.recording import Recording, Registration, record

PLATFORM = {
    "kubeconfig": "kubeconfig",
    "residencyClasses": ["every-x3-8870cf", "home-faro-x2-2aa0e9"],
}
JUDGED = {
    *("Namespace", "NetworkPolicy", "PersistentVolumeClaim", "PersistentVolume", "StorageClass"),
    *("CephFilesystemSubVolumeGroup", "CephClient", "StatefulSet", "Deployment", "CronJob"),
}


@pytest.fixture(scope="module")
def evora() -> Recording:
    return record("local.evora", PLATFORM)


@pytest.fixture(scope="module")
def platform() -> Recording:
    return record("local")


def kind(found: Registration) -> str:
    return found.type.rpartition(":")[2]


def before(recording: Recording, found: Registration) -> set[str]:
    """Everything that must be there before a resource, by URN; its parent counts, too."""
    seen: set[str] = set()
    waiting = {*found.dependencies, found.parent}
    while waiting:
        urn = waiting.pop()
        seen.add(urn)
        known = recording.resources.get(urn)
        waiting |= ({*known.dependencies, known.parent} if known else set()) - seen
    return seen


class TestInstitution:
    """A promise comes before everything that is judged by it, and so goes after it."""

    def test_the_promise_is_before_all_that_is_judged(self, evora: Recording) -> None:
        (promise,) = [
            each.urn
            for each in evora.resources.values()
            if each.name == "configmap-institution-evora"
        ]
        judged = [each for each in evora.resources.values() if kind(each) in JUDGED]

        assert set(JUDGED) == {kind(each) for each in judged}
        assert [] == [each.urn for each in judged if promise not in before(evora, each)]


class TestPlatform:
    """Policies are there before what holds data; each is there before its binding."""

    def test_every_filesystem_comes_after_every_binding(self, platform: Recording) -> None:
        bindings = {
            each.urn
            for each in platform.resources.values()
            if kind(each) == "ValidatingAdmissionPolicyBinding"
        }
        guarded = [
            each
            for each in platform.resources.values()
            if kind(each) in {"CephCluster", "CephFilesystem", "CephClient"}
        ]

        assert bindings
        assert guarded
        assert [] == [each.urn for each in guarded if not bindings <= before(platform, each)]

    def test_a_binding_comes_after_its_policy_and_its_parameters(self, platform: Recording) -> None:
        by_name = {each.name: each for each in platform.resources.values()}
        for name, binding in by_name.items():
            if kind(binding) == "ValidatingAdmissionPolicyBinding":
                policy = name.replace("policybinding", "policy")
                assert {by_name[policy].urn, by_name["configmap-residency-classes"].urn} <= before(
                    platform, binding
                )
