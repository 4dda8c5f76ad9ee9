"""Three control planes: the cluster goes on without one of them, and takes it back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest

from local.toolchain.pins import KUBERNETES
from tests.local.simulation.running_cluster import eventually
from tests.machines.installation import Installation, Outcome
from tests.machines.laboratory import Laboratory
from tests.machines.machine import Machine
from tests.machines.machine_figures import Figures

pytestmark = [pytest.mark.machines, pytest.mark.timeout(3600)]

_CONTROL: Final = ("lisbon-control", "porto-control", "faro-control")
_WORKER: Final = "lisbon-worker"
_KUBECTL: Final = "kubectl --kubeconfig=/etc/kubernetes/admin.conf --request-timeout=30s"

_PKI: Final = "/etc/kubernetes/pki/etcd"
_MEMBERS: Final = (
    f"exec --namespace kube-system etcd-{_CONTROL[0]} -- etcdctl "
    "--endpoints https://127.0.0.1:2379 "
    f"--cacert {_PKI}/ca.crt --cert {_PKI}/server.crt --key {_PKI}/server.key member list"
)


@pytest.fixture(scope="module")
def machines(laboratory: Laboratory) -> Iterator[dict[str, Machine]]:
    found = {name: laboratory.machine(name, n) for n, name in enumerate((*_CONTROL, _WORKER), 6)}
    for each in found.values():
        each.start()
    for each in found.values():
        each.wait()
    yield found
    for each in found.values():
        each.discard()


@pytest.fixture(scope="module")
def installation(
    laboratory: Laboratory, machines: dict[str, Machine], tmp_path_factory: pytest.TempPathFactory
) -> Installation:
    return Installation(
        folder=tmp_path_factory.mktemp("installation"),
        key=laboratory.key.export_private_key("openssh").decode(),
        control_planes=[machines[name] for name in _CONTROL],
        workers=[machines[_WORKER]],
        version=KUBERNETES,
    )


@pytest.fixture(scope="module")
def made(installation: Installation, figures: Figures) -> Outcome:
    outcome = installation.up()
    assert outcome.code == 0, outcome.printed[-6000:]
    figures.seconds["three control planes and a worker to a cluster"] = outcome.seconds
    return outcome


def ready(machine: Machine) -> int:
    """How many nodes are Ready, as one machine's own HAProxy leads to an answer."""
    told = machine.run(f"{_KUBECTL} get nodes --no-headers")
    return sum(" Ready" in line for line in told.stdout.splitlines())


class TestThreeControlPlanes:
    """Nothing that one machine holds alone is needed."""

    def test_all_join_with_one_key_of_the_encryption(
        self, made: Outcome, machines: dict[str, Machine]
    ) -> None:
        del made
        keys = {
            machines[n].told("cat", "/etc/kubernetes/imaging/encryption.yaml") for n in _CONTROL
        }
        assert len(keys) == 1
        assert ready(machines["porto-control"]) == 4

    def test_the_founders_loss_stops_nothing(
        self, made: Outcome, machines: dict[str, Machine], figures: Figures
    ) -> None:
        del made
        founder, other = machines[_CONTROL[0]], machines[_CONTROL[1]]
        founder.power_cut()
        written = f"{_KUBECTL} create configmap written-without-the-founder"
        assert eventually(lambda: not other.run(written).returncode, 60)
        led = "curl --silent --insecure --fail --max-time 5 https://127.0.0.1:7443/readyz"
        assert eventually(lambda: machines[_WORKER].run(led).stdout == "ok", 60)
        founder.start()
        founder.wait()
        assert eventually(lambda: ready(founder) == 4, 180)
        figures.faults["the first of three control planes cut"] = "writes went on; it came back"

    def test_an_update_afterwards_changes_nothing(
        self, made: Outcome, installation: Installation
    ) -> None:
        del made
        outcome = installation.up("--expect-no-changes")
        assert outcome.code == 0, outcome.printed[-3000:]

    def test_a_control_plane_is_taken_back_without_a_stop(
        self, made: Outcome, installation: Installation, machines: dict[str, Machine]
    ) -> None:
        """Two go at once, since the catalogue refuses an even number."""
        del made
        installation.control_planes = [machines[_CONTROL[0]]]
        outcome = installation.up()
        assert outcome.code == 0, outcome.printed[-3000:]
        assert ready(machines[_CONTROL[0]]) == 2
        members = machines[_CONTROL[0]].run(f"{_KUBECTL} {_MEMBERS}")
        assert [_CONTROL[0]] == [line.split(", ")[2] for line in members.stdout.splitlines()]
