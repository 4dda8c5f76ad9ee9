"""Four bare machines become a cluster by the project's own update, over SSH."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from local.toolchain.pins import KUBERNETES
from tests.local.simulation.running_cluster import eventually
from tests.machines.installation import Installation, Outcome
from tests.machines.laboratory import Laboratory
from tests.machines.machine import Machine
from tests.machines.machine_figures import Figures

pytestmark = [pytest.mark.machines, pytest.mark.timeout(3600)]

_NAMES: Final = ("control-1", "worker-1", "worker-2", "worker-3")
_ADDED: Final = "worker-4"
_BEGUN: Final = "/etc/kubernetes/imaging-begun"
_SECONDS: Final = 60
"""A machine that can't be reached is told of within this time, however the plugin redials."""


class Witness:
    """Every command line that any process of this system had while it watched."""

    def __init__(self) -> None:
        self.seen: set[bytes] = set()
        self._stop = threading.Event()

    def watch(self) -> None:
        """Look at all processes, the machines' own among them, until told to stop."""
        while not self._stop.wait(0.02):
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    self.seen.add(path.read_bytes())
                except OSError:
                    continue

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch while a block runs."""
        thread = threading.Thread(target=self.watch)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()


@pytest.fixture(scope="module")
def machines(laboratory: Laboratory) -> Iterator[dict[str, Machine]]:
    found = {name: laboratory.machine(name, n) for n, name in enumerate((*_NAMES, _ADDED), 1)}
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
        control_planes=[machines["control-1"]],
        workers=[machines[name] for name in _NAMES[1:]],
        version=KUBERNETES,
    )


@pytest.fixture(scope="module")
def witness() -> Witness:
    return Witness()


@pytest.fixture(scope="module")
def made(installation: Installation, witness: Witness, figures: Figures) -> Outcome:
    with witness.watching():
        outcome = installation.up()
    assert outcome.code == 0, outcome.printed[-6000:]
    figures.seconds["four bare machines to a cluster"] = outcome.seconds
    return outcome


def nodes(machine: Machine) -> dict[str, Any]:
    """The nodes, by name, as a control plane tells them."""
    told = machine.told(
        "kubectl", "--kubeconfig=/etc/kubernetes/admin.conf", "get", "nodes", "-ojson"
    )
    return {each["metadata"]["name"]: each for each in json.loads(told)["items"]}


def ready(machine: Machine) -> dict[str, str]:
    """Whether each node is Ready."""
    return {
        name: next(c["status"] for c in each["status"]["conditions"] if c["type"] == "Ready")
        for name, each in nodes(machine).items()
    }


class TestMachinesThatCannotBeUsedAreTold:
    """Before anything changes, every fault of a machine is told, and the way out."""

    @pytest.fixture(autouse=True)
    def nothing_changed(self, machines: dict[str, Machine]) -> Iterator[None]:
        yield
        assert not machines["worker-1"].run("command -v kubelet").stdout

    def test_a_machine_that_is_off(
        self, installation: Installation, machines: dict[str, Machine], figures: Figures
    ) -> None:
        machines["worker-3"].power_cut()
        outcome = installation.up()
        machines["worker-3"].start()
        machines["worker-3"].wait()
        figures.faults["a machine that is off"] = f"told after {outcome.seconds:.1f} s"
        assert outcome.code != 0
        assert f"No SSH connection to {machines['worker-3'].address}" in outcome.printed
        assert outcome.seconds < _SECONDS

    def test_a_host_key_that_is_not_the_pinned_one(
        self, installation: Installation, machines: dict[str, Machine], figures: Figures
    ) -> None:
        installation.changed["worker-3"] = {"hostKey": machines[_ADDED].host_key}
        outcome = installation.up()
        installation.changed.clear()
        figures.faults["a wrong host key"] = f"refused after {outcome.seconds:.1f} s"
        assert outcome.code != 0
        assert "is not the pinned one" in outcome.printed
        assert outcome.seconds < _SECONDS

    def test_a_login_that_is_refused(
        self, installation: Installation, machines: dict[str, Machine], figures: Figures
    ) -> None:
        keys = "/root/.ssh/authorized_keys"
        machines["worker-3"].told("mv", keys, f"{keys}.away")
        outcome = installation.up()
        machines["worker-3"].told("mv", f"{keys}.away", keys)
        figures.faults["a wrong key"] = f"refused after {outcome.seconds:.1f} s"
        assert outcome.code != 0
        assert "refused the login of user 'root'" in outcome.printed
        assert outcome.seconds < _SECONDS

    def test_all_findings_of_a_machine_at_once(
        self, installation: Installation, figures: Figures
    ) -> None:
        installation.changed["worker-3"] = {"cpu": 1000, "memory": "100Ti"}
        outcome = installation.up()
        installation.changed.clear()
        figures.faults["a machine smaller than its stack file says"] = "two findings, at once"
        assert outcome.code != 0
        assert "the stack file says 1000" in outcome.printed
        assert "bytes of memory; the stack file says" in outcome.printed


def serves(machines: dict[str, Machine], name: str) -> bool:
    """Whether a kubelet serves with a certificate of the cluster."""
    done = machines["control-1"].run(
        "curl --silent --output /dev/null --cacert /etc/kubernetes/pki/ca.crt "
        f"https://{machines[name].address}:10250/healthz"
    )
    return done.returncode == 0


class TestFourMachinesBecomeACluster:
    """One update, from bare Debian to a Ready cluster."""

    def test_every_node_is_ready(self, made: Outcome, machines: dict[str, Machine]) -> None:
        del made
        assert dict.fromkeys(_NAMES, "True") == ready(machines["control-1"])

    def test_nodes_carry_their_data_centre(
        self, made: Outcome, machines: dict[str, Machine]
    ) -> None:
        del made
        found = nodes(machines["control-1"])
        centres = {
            name: each["metadata"]["labels"]["topology.rook.io/datacenter"]
            for name, each in found.items()
        }
        expected = {
            "control-1": "lisbon",
            "worker-1": "lisbon",
            "worker-2": "porto",
            "worker-3": "faro",
        }
        assert expected == centres

    def test_kubelets_serve_certificates_of_the_cluster(
        self, made: Outcome, machines: dict[str, Machine]
    ) -> None:
        del made
        for name in _NAMES:
            assert serves(machines, name), name

    def test_secrets_lie_encrypted_in_etcd(
        self, made: Outcome, machines: dict[str, Machine]
    ) -> None:
        del made
        kubectl = "kubectl --kubeconfig=/etc/kubernetes/admin.conf"
        machine = machines["control-1"]
        assert (
            machine.run(
                f"{kubectl} create secret generic canary --from-literal=word=nightingale"
            ).returncode
            == 0
        )
        assert (
            machine.run("grep --recursive --text --quiet nightingale /var/lib/etcd").returncode == 1
        )

    def test_a_second_update_changes_nothing(
        self, made: Outcome, installation: Installation, figures: Figures
    ) -> None:
        del made
        outcome = installation.up("--expect-no-changes")
        figures.seconds["a second update"] = outcome.seconds
        assert outcome.code == 0, outcome.printed[-3000:]


class TestNoSecretIsSeen:
    """Neither in what the engine prints, nor in its state, nor on any command line."""

    def test_no_secret_stands_in_the_clear(
        self,
        made: Outcome,
        installation: Installation,
        machines: dict[str, Machine],
        witness: Witness,
    ) -> None:
        state = installation.told("stack", "export")
        shown = installation.told("stack", "export", "--show-secrets")
        secrets = set(re.findall(r"\b[a-z0-9]{6}\.[a-z0-9]{16}\b", shown))
        secrets |= set(re.findall(r"client-key-data: ([A-Za-z0-9+/=]{40,})", shown))
        secrets.add(installation.key.splitlines()[2])
        key = machines["control-1"].told("cat", "/etc/kubernetes/imaging/encryption.yaml")
        secrets |= set(re.findall(r"secret: (\S+)", key))
        assert len(secrets) >= 6, "the test found fewer secrets than there must be"
        lines = b"\n".join(witness.seen).decode(errors="replace")
        assert "kubeadm" in lines, "the witness saw nothing"
        for secret in secrets:
            assert secret not in state
            assert secret not in made.printed
            assert secret not in lines


class TestMachinesComeAndGo:
    """A worker is added alone, drained and taken back; a power cut mends itself."""

    def test_a_join_cut_from_its_power_half_way_begins_anew(
        self,
        made: Outcome,
        installation: Installation,
        machines: dict[str, Machine],
        figures: Figures,
    ) -> None:
        del made
        added = machines[_ADDED]

        def cut() -> None:
            if eventually(lambda: not added.run(f"test -f {_BEGUN}").returncode, 120):
                added.power_cut()

        installation.workers = [*installation.workers, added]
        thread = threading.Thread(target=cut)
        thread.start()
        outcome = installation.up()
        thread.join()
        assert outcome.code != 0
        assert added.address in outcome.printed
        added.start()
        added.wait()
        assert not added.run(f"test -f {_BEGUN}").returncode
        again = installation.up()
        figures.faults["a power cut in the middle of a join"] = (
            f"told after {outcome.seconds:.1f} s; joined by the next in {again.seconds:.1f} s"
        )
        assert again.code == 0, again.printed[-3000:]
        assert ready(machines["control-1"])[_ADDED] == "True"

    def test_a_worker_cut_from_its_power_comes_back_by_itself(
        self, made: Outcome, machines: dict[str, Machine], figures: Figures
    ) -> None:
        del made
        machines["worker-2"].power_cut()
        machines["worker-2"].start()
        machines["worker-2"].wait()
        began = time.monotonic()
        assert eventually(lambda: serves(machines, "worker-2"), 120)
        figures.faults["a worker's power cut"] = (
            f"its kubelet answers {time.monotonic() - began:.1f} s after SSH does"
        )

    def test_removing_a_worker_takes_it_back(
        self,
        made: Outcome,
        installation: Installation,
        machines: dict[str, Machine],
        figures: Figures,
    ) -> None:
        del made
        installation.workers = [each for each in installation.workers if each.name != _ADDED]
        outcome = installation.up()
        figures.seconds["a worker removed"] = outcome.seconds
        assert outcome.code == 0, outcome.printed[-3000:]
        assert _ADDED not in nodes(machines["control-1"])
        assert machines[_ADDED].run("test -e /etc/kubernetes/kubelet.conf").returncode == 1

    def test_adding_a_worker_adds_only_it(
        self,
        made: Outcome,
        installation: Installation,
        machines: dict[str, Machine],
        figures: Figures,
    ) -> None:
        del made
        installation.workers = [*installation.workers, machines[_ADDED]]
        outcome = installation.up()
        figures.seconds["a worker added"] = outcome.seconds
        assert outcome.code == 0, outcome.printed[-3000:]
        assert not re.findall(r"~ +command:remote:Command", outcome.printed)
        assert ready(machines["control-1"])[_ADDED] == "True"
