"""CRUSH as far as Rook checks it: buckets from labels, and which pools are refused."""

from typing import Any

import pytest

from local.simulation.operators.crush import buckets, fault

_ALL_NODES = {"spec": {"storage": {"useAllNodes": True}}}


def _node(name: str, *, leads: bool = False, **labels: str) -> dict[str, Any]:
    taints = [{"key": "node-role.kubernetes.io/control-plane"}] if leads else []
    topology = {f"topology.rook.io/{kind}": value for kind, value in labels.items()}
    return {
        "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name, **topology}},
        "spec": {"taints": taints},
    }


_NODES = [
    _node("control-1", leads=True, datacenter="lisbon"),
    _node("worker-1", datacenter="porto"),
    _node("worker-2", datacenter="faro.south"),
]


class TestBuckets:
    def test_hosts_and_data_centres_of_nodes_that_take_pods(self) -> None:
        expected = {"default", "worker-1", "worker-2", "porto", "faro-south"}
        assert expected == buckets(_NODES, _ALL_NODES)

    def test_only_listed_nodes_count_where_the_cluster_lists_them(self) -> None:
        listed = {"spec": {"storage": {"useAllNodes": False, "nodes": [{"name": "worker-1"}]}}}
        assert {"default", "worker-1", "porto"} == buckets(_NODES, listed)

    def test_without_nodes_there_is_the_root(self) -> None:
        assert {"default"} == buckets([], {"spec": {}})


class TestPools:
    @pytest.mark.parametrize(
        ("pool", "said"),
        [
            ({"crushRoot": "nowhere"}, "unrecognized crush root nowhere"),
            ({"failureDomain": "continent"}, "unrecognized failure domain continent"),
            (
                {"failureDomain": "host", "replicated": {"subFailureDomain": "host", "size": 4}},
                "failure and subfailure domain cannot be identical",
            ),
            (
                {"replicated": {"size": 4, "subFailureDomain": "shelf"}},
                "unrecognized crush sub domain shelf",
            ),
            (
                {"replicated": {"size": 1, "requireSafeReplicaSize": True}},
                "error pool size is 1 and requireSafeReplicaSize is true, must be false",
            ),
            (
                {"replicated": {"size": 2, "replicasPerFailureDomain": 2}},
                "error pool size is 2 and replicasPerFailureDomain is 2, size must be greater",
            ),
            (
                {"replicated": {"size": 5, "replicasPerFailureDomain": 2}},
                "error replicasPerFailureDomain is 2 must be a factor of the replica count 5",
            ),
        ],
    )
    def test_what_rook_refuses_is_refused_in_its_words(
        self, pool: dict[str, Any], said: str
    ) -> None:
        assert said == fault(pool, frozenset({"default", "porto"}))

    @pytest.mark.parametrize(
        "pool",
        [
            {},
            {"crushRoot": "porto", "failureDomain": "osd", "replicated": {"size": 2}},
            {"failureDomain": "datacenter", "replicated": {"size": 99}},
            {"replicated": {"size": 1, "requireSafeReplicaSize": False}},
            {"replicated": {"size": 4, "replicasPerFailureDomain": 2}},
        ],
    )
    def test_what_rook_accepts_is_accepted(self, pool: dict[str, Any]) -> None:
        assert fault(pool, frozenset({"default", "porto"})) is None
