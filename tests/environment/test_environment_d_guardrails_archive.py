"""Edits that would open an institution, or run what was not promised, refused by the API server.

A cluster's administrator tries all of them; whoever may edit everything in an institution's
namespace tries those that stay in it. Edits that break nothing pass.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from tests.environment.copies import Copy, Result, refused
from tests.environment.guardrail_edits import (
    ADMINISTRATOR,
    EVORA,
    TENANT,
    create,
    edit,
    found,
    maker,
    network_policy,
    pod_spec,
    remove,
    replace,
    tenant,
)

CLOSED = (
    "evora was promised: nobody reaches its pods, and its pods reach nobody, but by the promised "
    "flows. "
)
CONFINED = "evora was promised: its pods are confined, and run pinned images only. "
EITHER = pytest.mark.parametrize("who", [ADMINISTRATOR, TENANT])
ELSEWHERE = {"ipBlock": {"cidr": "0.0.0.0/0"}}


@pytest.fixture(scope="module", autouse=True)
def _tenant(checkout: Copy, up: Result) -> Iterator[None]:
    assert up.status == 0
    with tenant(checkout):
        yield


@EITHER
class TestNetwork:
    """Nobody gets a way to an institution's pods, or out of them, that wasn't promised."""

    @pytest.mark.parametrize(
        ("spec", "flow"),
        [
            ({"ingress": [{}]}, "ingress of pods all from anyone, any port"),
            ({"egress": [{}]}, "egress of pods all to anyone, any port"),
            ({"ingress": [{"from": [ELSEWHERE]}]}, "ingress of pods all from network 0.0.0.0/0"),
            ({"egress": [{"to": [ELSEWHERE]}]}, "egress of pods all to network 0.0.0.0/0"),
            (
                {"ingress": [{"from": [{"namespaceSelector": {}}]}]},
                "ingress of pods all from pods all in namespaces all, any port",
            ),
            (
                {"ingress": [{"from": [{"podSelector": {}}], "ports": [{"port": 8080}]}]},
                "ingress of pods all from pods all, TCP 8080",
            ),
        ],
    )
    def test_another_policy_opens_nothing(
        self, checkout: Copy, who: Sequence[str], spec: Mapping[str, Any], flow: str
    ) -> None:
        said = refused(create(checkout, network_policy(**spec), *who))

        assert f"{CLOSED}network policy tried would allow: {flow}" in said

    def test_no_policy_is_widened(self, checkout: Copy, who: Sequence[str]) -> None:
        change = remove("/spec/ingress/0/ports")
        said = refused(edit(checkout, "networkpolicy", "ingest", change, EVORA, *who))

        assert f"{CLOSED}network policy ingest would allow: ingress of pods app.kub" in said

    def test_no_policy_is_deleted(self, checkout: Copy, who: Sequence[str]) -> None:
        said = refused(checkout.kubectl("delete", "networkpolicy", "default-deny", EVORA, *who))

        assert f"{CLOSED}network policy default-deny is not deleted" in said

    @pytest.mark.parametrize(
        ("path", "value"),
        [("/spec/policyTypes", ["Ingress"]), ("/spec/podSelector", {"matchLabels": {"a": "b"}})],
    )
    def test_what_refuses_everything_stays(
        self, checkout: Copy, who: Sequence[str], path: str, value: object
    ) -> None:
        change = replace(path, value)
        said = refused(edit(checkout, "networkpolicy", "default-deny", change, EVORA, *who))

        assert f"{CLOSED}network policy default-deny is to refuse both directions" in said

    @pytest.mark.parametrize("path", ["/spec/ingress", "/spec/egress", "/spec/ingress/0"])
    def test_a_policy_that_allows_less_passes(
        self, checkout: Copy, who: Sequence[str], path: str
    ) -> None:
        was = found(checkout, "networkpolicy", "ingest", EVORA)
        less = edit(checkout, "networkpolicy", "ingest", remove(path), EVORA, *who)
        back = edit(checkout, "networkpolicy", "ingest", replace("/spec", was["spec"]), EVORA, *who)

        assert 0 == less.status, less.text
        assert 0 == back.status, back.text


class TestNamespace:
    """An institution's namespace stays its own, and its pods' confinement stays."""

    @pytest.mark.parametrize(
        "path",
        [
            "/metadata/labels/imaging~1institution",
            "/metadata/labels/pod-security.kubernetes.io~1enforce",
        ],
    )
    def test_it_keeps_its_labels(self, checkout: Copy, path: str) -> None:
        said = refused(edit(checkout, "namespace", "evora", remove(path)))

        assert "evora was promised: a namespace of its own, in which pods are confined" in said
        assert "its namespace is to have the labels imaging/institution, with its name" in said

    def test_it_is_not_deleted(self, checkout: Copy) -> None:
        said = refused(checkout.kubectl("delete", "namespace", "evora", "--wait=false"))

        assert "its namespace is not deleted; it takes imaging:armDestroy" in said

    def test_another_label_and_another_namespace_pass(self, checkout: Copy) -> None:
        for change in (replace("/metadata/labels/tried", "yes"), remove("/metadata/labels/tried")):
            result = edit(checkout, "namespace", "evora", change)
            assert 0 == result.status, result.text
        assert 0 == checkout.kubectl("create", "namespace", "tried").status
        assert 0 == checkout.kubectl("delete", "namespace", "tried").status


@EITHER
class TestPods:
    """What would run privileged, on its machine's own, or unpinned is refused before it runs."""

    @pytest.mark.parametrize("kind", ["Deployment", "DaemonSet", "Job", "CronJob"])
    @pytest.mark.parametrize(
        ("pod", "said"),
        [
            (pod_spec({}, {"securityContext": {"privileged": True}}), "tried is privileged"),
            (
                pod_spec({}, {"image": "registry.example.org/tool"}),
                "tried runs an image that isn't",
            ),
            (
                pod_spec({}, {"securityContext": {"capabilities": {"add": ["NET_ADMIN"]}}}),
                "tried is privileged",
            ),
            (
                pod_spec({}, {"ports": [{"containerPort": 104, "hostPort": 104}]}),
                "tried listens on its machine",
            ),
            (pod_spec({"hostNetwork": True}, {}), "its pod shares its machine's network"),
            (
                pod_spec({"volumes": [{"name": "machine", "hostPath": {"path": "/"}}]}, {}),
                "its pod mounts a folder of its machine",
            ),
        ],
    )
    def test_what_makes_such_pods_is_refused(
        self, checkout: Copy, who: Sequence[str], kind: str, pod: Mapping[str, Any], said: str
    ) -> None:
        result = create(checkout, maker(kind, pod), *who)

        assert f"{CONFINED}{kind} tried: {said}" in refused(result)

    @pytest.mark.parametrize("image", ["tool", "tool:latest", "registry.example.org:5000/tool"])
    def test_a_pod_with_an_unpinned_image_is_refused(
        self, checkout: Copy, who: Sequence[str], image: str
    ) -> None:
        result = create(checkout, maker("Pod", pod_spec({}, {"image": image})), *who)

        assert f"{CONFINED}Pod tried: tried runs an image that isn't pinned" in refused(result)

    def test_a_volume_that_no_claim_guards_is_refused(
        self, checkout: Copy, who: Sequence[str]
    ) -> None:
        source = {"driver": "rook-ceph.cephfs.csi.ceph.com"}
        pod = pod_spec({"volumes": [{"name": "any", "csi": source}]}, {})

        assert f"{CONFINED}Pod tried: its pod mounts a folder of its machine, or a volume" in (
            refused(create(checkout, maker("Pod", pod), *who))
        )

    @pytest.mark.parametrize("kind", ["Pod", "Deployment", "DaemonSet", "Job", "CronJob"])
    @pytest.mark.parametrize("tag", [":1.0.2", f"@sha256:{'a' * 64}"])
    def test_confined_and_pinned_it_passes(
        self, checkout: Copy, who: Sequence[str], kind: str, tag: str
    ) -> None:
        pod = pod_spec({}, {"image": f"registry.example.org/tool{tag}"})
        result = create(checkout, maker(kind, pod), "--dry-run=server", *who)

        assert 0 == result.status, result.text


@EITHER
class TestReplicas:
    """There is one ingest, and no more readers than were promised."""

    @pytest.mark.parametrize(
        ("name", "replicas", "most"), [("ingest", 2, 1), ("readers", 3, 2), ("readers", 100, 2)]
    )
    def test_more_are_refused(
        self, checkout: Copy, who: Sequence[str], name: str, replicas: int, most: int
    ) -> None:
        scaled = checkout.kubectl(
            "scale", "statefulset", name, f"--replicas={replicas}", EVORA, *who
        )
        edited = edit(
            checkout, "statefulset", name, replace("/spec/replicas", replicas), EVORA, *who
        )

        promised = "evora was promised: one ingest, since a second destroys the index, and no more"
        for result in (scaled, edited):
            assert promised in refused(result)
            assert f"{name} would have {replicas} replicas, and at most {most} was" in result.text

    def test_none_for_the_time_of_a_migration_passes(
        self, checkout: Copy, who: Sequence[str]
    ) -> None:
        for replicas in (0, 1):
            result = checkout.kubectl(
                "scale", "statefulset", "ingest", f"--replicas={replicas}", EVORA, *who
            )
            assert 0 == result.status, result.text
