"""The document of machines: read whole or refused with every fault at once."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.simulation.failure import SimulationError
from local.simulation.machines import ROLES, Machine, read, write

_names = st.from_regex(r"[a-z0-9]([-a-z0-9]{0,20}[a-z0-9])?", fullmatch=True)
_machines = st.builds(
    Machine,
    name=_names,
    role=st.sampled_from(ROLES),
    cpu=st.integers(min_value=1, max_value=512),
    memory=st.from_regex(r"[1-9][0-9]{0,3}(Ki|Gi|Pi|G|)", fullmatch=True),
)
_WORKER = {"name": "worker-1", "role": "worker", "cpu": 8, "memory": "32Gi"}


def _refusal(*nodes: Any) -> str:  # noqa: ANN401 - what a wrong document may hold
    with pytest.raises(SimulationError) as refused:
        read(json.dumps({"nodes": nodes}))
    return str(refused.value)


class TestReading:
    @given(st.lists(_machines, min_size=1, unique_by=lambda machine: machine.name))
    def test_what_was_written_is_read_back(self, machines: list[Machine]) -> None:
        assert tuple(machines) == read(write(tuple(machines)))

    def test_a_document_gives_its_machines(self) -> None:
        expected = (Machine("worker-1", "worker", 8, "32Gi"),)
        assert expected == read(json.dumps({"nodes": [_WORKER]}))


class TestRefusing:
    @pytest.mark.parametrize("document", ["nodes: []", "{", "[]", "{}", '{"nodes": []}'])
    def test_what_is_no_document_is_refused(self, document: str) -> None:
        with pytest.raises(SimulationError):
            read(document)

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"name": "Worker_1"}, "nodes[0]: name is 'Worker_1'; a host name"),
            ({"name": "w" * 64}, "nodes[0]: name is 'wwww"),
            ({"role": "boss"}, "nodes[0]: role is 'boss'; it is one of control-plane, worker"),
            ({"role": ["worker"]}, "nodes[0]: role is ['worker']; it is one of"),
            ({"cpu": 0}, "nodes[0]: cpu is 0; a whole number"),
            ({"cpu": True}, "nodes[0]: cpu is True; a whole number"),
            ({"cpu": "8"}, "nodes[0]: cpu is '8'; a whole number"),
            ({"memory": 32}, "nodes[0]: memory is 32; a quantity such as 32Gi"),
            ({"memory": "32GB"}, "nodes[0]: memory is '32GB'; a quantity such as 32Gi"),
            ({"disk": 1}, "nodes[0]: unknown key 'disk'; known are cpu, memory, name, role"),
        ],
    )
    def test_a_wrong_value_is_named_with_what_is_allowed(
        self, change: dict[str, Any], said: str
    ) -> None:
        assert said in _refusal({**_WORKER, **change})

    def test_all_faults_are_named_at_once(self) -> None:
        said = _refusal({**_WORKER, "cpu": 0, "memory": ""}, {"name": "worker-2"}, 7)
        expected = [
            "nodes[0]: cpu is 0",
            "nodes[0]: memory is ''",
            "nodes[1]: cpu is missing",
            "nodes[1]: memory is missing",
            "nodes[1]: role is missing",
            "nodes[2]: 7 is not an object",
        ]
        assert expected == [fault for fault in expected if fault in said]

    def test_a_name_given_twice_is_refused(self) -> None:
        assert "the name 'worker-1' is given 2 times" in _refusal(_WORKER, _WORKER)
