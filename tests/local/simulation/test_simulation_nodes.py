"""Nodes follow the document: added, resized, removed; foreign ones are left alone."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from local.simulation.machines import ROLES, Machine
from local.simulation.nodes import SIMULATED, compare, manifest, ready

_machines = st.lists(
    st.builds(
        Machine,
        name=st.sampled_from(["a", "b", "c", "d"]),
        role=st.sampled_from(ROLES),
        cpu=st.integers(1, 3),
        memory=st.sampled_from(["1Gi", "2Gi"]),
    ),
    unique_by=lambda machine: machine.name,
)
_CONTROL = Machine("control-1", "control-plane", 4, "16Gi")
_WORKER = Machine("worker-1", "worker", 8, "32Gi")


def _applied(existing: list[dict[str, Any]], machines: list[Machine]) -> list[dict[str, Any]]:
    changes = compare(existing, machines)
    resized = {node["metadata"]["name"]: node for node in changes.resize}
    kept = [
        resized.get(node["metadata"]["name"], node)
        for node in existing
        if node["metadata"]["name"] not in changes.remove
    ]
    return [*kept, *changes.create]


class TestManifest:
    def test_a_worker_takes_pods_and_has_its_resources(self) -> None:
        node = manifest(_WORKER)
        expected = {"cpu": "8", "memory": "32Gi", "pods": "110", "ephemeral-storage": "100Gi"}
        assert expected == node["status"]["allocatable"]
        assert {} == node["spec"]
        assert "worker-1" == node["metadata"]["labels"]["kubernetes.io/hostname"]

    def test_a_control_plane_refuses_ordinary_pods(self) -> None:
        node = manifest(_CONTROL)
        taint = {"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}
        assert [taint] == node["spec"]["taints"]
        assert "" == node["metadata"]["labels"]["node-role.kubernetes.io/control-plane"]

    def test_it_says_that_it_is_simulated_and_has_no_topology(self) -> None:
        metadata = manifest(_WORKER)["metadata"]
        assert SIMULATED in metadata["annotations"]
        assert not [label for label in metadata["labels"] if label.startswith("topology.")]


class TestComparing:
    @given(_machines, _machines)
    def test_changes_lead_to_the_document_in_two_rounds(
        self, before: list[Machine], after: list[Machine]
    ) -> None:
        nodes = _applied(_applied([manifest(machine) for machine in before], after), after)
        assert not compare(nodes, after)
        assert {machine.name for machine in after} == {node["metadata"]["name"] for node in nodes}

    def test_a_foreign_node_is_left_alone(self) -> None:
        foreign = manifest(Machine("foreign", "worker", 1, "1Gi"))
        del foreign["metadata"]["annotations"][SIMULATED]
        assert not compare([foreign, manifest(_WORKER)], [_WORKER])

    def test_a_label_of_somebody_else_is_no_difference(self) -> None:
        node = manifest(_WORKER)
        node["metadata"]["labels"]["topology.rook.io/datacenter"] = "porto"
        assert not compare([node], [_WORKER])

    def test_a_changed_size_keeps_the_node(self) -> None:
        changes = compare([manifest(_WORKER)], [Machine("worker-1", "worker", 16, "32Gi")])
        assert ((), ()) == (changes.create, changes.remove)
        assert ["16"] == [node["status"]["capacity"]["cpu"] for node in changes.resize]


class TestReadiness:
    def _node(self, status: str, *taints: str) -> dict[str, Any]:
        return {
            "spec": {"taints": [{"key": key} for key in taints]},
            "status": {"conditions": [{"type": "Ready", "status": status}]},
        }

    def test_a_control_planes_own_taint_does_not_count(self) -> None:
        assert ready(self._node("True", "node-role.kubernetes.io/control-plane"))

    def test_a_node_that_still_keeps_pods_off_is_not_ready(self) -> None:
        assert not ready(self._node("True", "node.kubernetes.io/not-ready"))

    def test_a_node_without_the_condition_is_not_ready(self) -> None:
        assert not ready(self._node("Unknown"))
        assert not ready({"spec": {}, "status": {}})
