"""In which order a cluster of machines is made, by which steps, and what each may change."""

from __future__ import annotations

from itertools import pairwise

import pytest

from components.cluster.plan import ClusterPlan
from tests.components.catalog.made_cluster import ed25519
from tests.components.cluster.cluster_plans import a_plan, worker
from tests.components.cluster.recorded_cluster import (
    COMMAND,
    LARGE,
    SMALL,
    RecordedCluster,
    plain,
    registered,
    step,
)
from tests.recording import Recording

# Pulumi's own module says it of a resource that nobody uses here, as soon as it is read.
pytestmark = pytest.mark.filterwarnings(
    "ignore:This resource is deprecated and will be removed:DeprecationWarning"
)


def directly_after(recording: Recording, name: str) -> set[str]:
    """The names of the steps for which a step waits itself."""
    names = {each.urn: each.name for each in recording.of_type(COMMAND).values()}
    return {names[urn] for urn in step(recording, name).dependencies if urn in names}


def before(recording: Recording, name: str) -> set[str]:
    """The names of all steps that must be done first."""
    direct = directly_after(recording, name)
    return direct.union(*(before(recording, each) for each in direct))


@pytest.fixture(scope="module")
def wider() -> RecordedCluster:
    return registered(a_plan(3, 3))


class TestOrder:
    """Every machine is looked at before the first is changed; then it goes node by node."""

    def test_every_machine_is_looked_at_before_the_first_is_changed(
        self, cluster: RecordedCluster
    ) -> None:
        names = set(cluster.of_type(COMMAND))
        looked = {name for name in names if name.startswith("preflight-")}
        prepared = {name for name in names if name.startswith("prepare-")}

        assert len(looked) == len(prepared)
        assert [set()] * len(looked) == [before(cluster, name) for name in looked]
        assert [looked] * len(prepared) == [before(cluster, name) for name in prepared]

    @pytest.mark.parametrize("plan", [SMALL, LARGE], ids=["small", "large"])
    def test_nodes_follow_one_another_control_planes_first(
        self, plan: ClusterPlan, request: pytest.FixtureRequest
    ) -> None:
        recording = request.getfixturevalue("small" if plan is SMALL else "large")
        expected = [
            f"{kind}-{machine.name}"
            for machine in plan.machines
            for kind in ("clear", "invite", "member", "admit")
            if kind != "invite" or machine != plan.founder
        ]
        found = [name for name in recording.of_type(COMMAND) if name in expected]
        done = sorted(found, key=lambda name: len(before(recording, name)))

        assert expected == done
        assert all(first in before(recording, later) for first, later in pairwise(done))

    def test_no_machine_joins_before_all_are_prepared(self, cluster: RecordedCluster) -> None:
        prepared = {name for name in cluster.of_type(COMMAND) if name.startswith("prepare-")}

        assert prepared <= before(cluster, "clear-control-1")

    def test_the_kubeconfig_is_read_last(self, cluster: RecordedCluster) -> None:
        assert set(cluster.of_type(COMMAND)) - {"kubeconfig"} == before(cluster, "kubeconfig")

    def test_the_founder_is_invited_by_nobody(self, large: RecordedCluster) -> None:
        invited = {
            name.removeprefix("invite-")
            for name in large.of_type(COMMAND)
            if name.startswith("invite-")
        }

        assert {"control-2", "control-3", "worker-1", "worker-2"} == invited


class TestConnection:
    """Each step goes to its machine, and to no other that answers there."""

    @pytest.mark.parametrize(
        ("name", "number"),
        [
            ("preflight-worker-2", 102),
            ("prepare-worker-2", 102),
            ("member-worker-2", 102),
            ("clear-worker-2", 1),
            ("invite-worker-2", 1),
            ("admit-worker-2", 1),
            ("kubeconfig", 1),
        ],
    )
    def test_it_goes_to_the_machine_that_it_changes(
        self, small: RecordedCluster, name: str, number: int
    ) -> None:
        found = plain(step(small, name).inputs["connection"])

        assert (f"10.20.0.{number}", ed25519(number)) == (found["host"], found["hostKey"])

    def test_user_and_port_are_the_plans(self) -> None:
        recording = registered(a_plan(1, 1, user="operator", port=2222))
        found = [plain(each.inputs["connection"]) for each in recording.of_type(COMMAND).values()]

        assert {("operator", 2222)} == {(each["user"], each["port"]) for each in found}
        assert {"sudo -n bash -s --"} == {
            plain(each.inputs["create"]).rpartition(" ")[0]
            for each in recording.of_type(COMMAND).values()
        }

    def test_a_machine_that_is_silent_or_another_is_given_up_soon(
        self, cluster: RecordedCluster
    ) -> None:
        found = [plain(each.inputs["connection"]) for each in cluster.of_type(COMMAND).values()]

        assert {(3, 10)} == {(each["dialErrorLimit"], each["perDialTimeout"]) for each in found}


class TestVerbs:
    """What a step does when it comes, and when its machine leaves the plan."""

    @pytest.mark.parametrize(
        ("kind", "create", "delete"),
        [
            ("preflight", "look", None),
            ("prepare", "prepare", None),
            ("clear", "clear", "forget"),
            ("invite", "invite", None),
            ("member", "stay", "leave"),
            ("admit", "admit", "release"),
        ],
    )
    def test_each_has_its_own(
        self, small: RecordedCluster, kind: str, create: str, delete: str | None
    ) -> None:
        found = step(small, f"{kind}-worker-1").inputs
        shell = "bash -s -- {}"

        assert shell.format(create) == found["create"]
        assert (None if delete is None else shell.format(delete)) == found.get("delete")

    @pytest.mark.parametrize("verb", ["stay", "leave", "clear", "forget", "admit", "release"])
    def test_a_script_with_several_knows_each(self, small: RecordedCluster, verb: str) -> None:
        (asked,) = [
            each
            for each in small.of_type(COMMAND).values()
            if each.name.endswith("-worker-1")
            and f"bash -s -- {verb}" in {each.inputs["create"], each.inputs.get("delete")}
        ]

        assert f"\n    {verb})" in plain(asked.inputs["stdin"])


class TestAnotherWorker:
    """A machine that comes later touches no other."""

    def test_only_its_own_steps_are_new(
        self, large: RecordedCluster, wider: RecordedCluster
    ) -> None:
        kinds = ("preflight", "prepare", "clear", "invite", "member", "admit")

        assert {f"{kind}-worker-3" for kind in kinds} == set(wider.of_type(COMMAND)) - set(
            large.of_type(COMMAND)
        )

    def test_no_other_step_changes(self, large: RecordedCluster, wider: RecordedCluster) -> None:
        changed = [
            name
            for name, found in large.of_type(COMMAND).items()
            if found.inputs != step(wider, name).inputs
        ]

        assert [] == changed

    def test_a_machine_that_changes_its_size_is_only_looked_at_again(
        self, large: RecordedCluster
    ) -> None:
        smaller = registered(a_plan(3, 2, machines=(*LARGE.machines[:-1], worker(2, "/dev/vdb"))))

        assert ["preflight-worker-2"] == [
            name
            for name, found in large.of_type(COMMAND).items()
            if found.inputs != step(smaller, name).inputs
        ]
