"""The laboratory's machines are machines: Debian, systemd, SSH, apt, containers, power."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import asyncssh
import pytest

from local.toolchain.pins import KUBERNETES
from tests.machines.debian_packages import CONTAINERD_PACKAGE, revision
from tests.machines.first_files import REPOSITORY
from tests.machines.laboratory import Laboratory
from tests.machines.machine import Machine
from tests.machines.machine_figures import Figures
from tests.machines.over_ssh import over_ssh
from tests.machines.supplies import Supplies

pytestmark = [pytest.mark.machines, pytest.mark.timeout(3600)]

_NUMBERS: Final = {"lab-a": 17, "lab-b": 18, "lab-c": 19, "lab-d": 20}
_INSTALL: Final = f"""set -eu
for name in kubernetes containerd; do
    curl -fsS {REPOSITORY}/$name/Release.key >/etc/apt/trusted.gpg.d/$name.asc
    echo "deb {REPOSITORY}/$name/ ./" >/etc/apt/sources.list.d/$name.list
done
export DEBIAN_FRONTEND=noninteractive
apt-get --quiet update
apt-get --quiet --yes --no-install-recommends install haproxy \
    containerd.io={CONTAINERD_PACKAGE} kubelet={revision(KUBERNETES)}
"""
_PAUSE: Final = "registry.k8s.io/pause:3.10.2"
_CONTAINER: Final = f"""set -eu
ctr images pull --hosts-dir /etc/containerd/certs.d {_PAUSE} >&2
ctr run --detach {_PAUSE} held
ctr tasks ls
"""


def kernel_settings() -> Mapping[str, str]:
    """What can be set of the kernel, and isn't a network's own."""
    found = {}
    for top in ("fs", "kernel", "vm"):
        for path in sorted(Path("/proc/sys", top).rglob("*")):
            settable = path.is_file() and path.stat().st_mode & 0o200
            if settable and path.name != "ns_last_pid" and "random" not in path.parts:
                with contextlib.suppress(OSError):
                    found[str(path)] = path.read_text()
    return found


@pytest.fixture(scope="module")
def settings_before(supplied: Supplies) -> Mapping[str, str]:
    del supplied
    return kernel_settings()


@pytest.fixture(scope="module")
def machines(
    laboratory: Laboratory, settings_before: Mapping[str, str], figures: Figures
) -> Iterator[list[Machine]]:
    """Four machines, up."""
    del settings_before
    found = [laboratory.machine(name, number) for name, number in _NUMBERS.items()]
    with figures.timed("four machines boot until SSH answers"):
        for each in found:
            each.start()
        for each in found:
            each.wait()
    yield found
    for each in found:
        each.discard()


@pytest.fixture(scope="module")
def installed(machines: list[Machine], laboratory: Laboratory, figures: Figures) -> list[Machine]:
    """The four, with packages from the laboratory's own repository."""
    with figures.timed("apt on four machines"), ThreadPoolExecutor() as pool:
        list(pool.map(lambda each: over_ssh(each, laboratory.key, _INSTALL), machines))
    return machines


class TestMachine:
    """A machine is Debian with systemd, in a network of its own."""

    def test_systemd_is_content_on_each(self, machines: list[Machine]) -> None:
        said = [each.run("systemctl is-system-running --wait").stdout.strip() for each in machines]

        assert ["running"] * 4 == said, machines[0].run("systemctl --failed").stdout

    def test_each_has_its_own_name_address_and_identity(self, machines: list[Machine]) -> None:
        ask = "hostname; hostname -I; cat /etc/machine-id /proc/sys/kernel/random/boot_id"
        said = [each.run(ask).stdout.split() for each in machines]

        assert [[name, f"10.77.0.{10 + n}"] for name, n in _NUMBERS.items()] == [
            each[:2] for each in said
        ]
        assert 8 == len({identity for each in said for identity in each[2:]})

    def test_one_reaches_another_and_nothing_else(self, machines: list[Machine]) -> None:
        first, second, *_ = machines
        connect = "timeout 5 bash -c '</dev/tcp/{}/22'"

        assert 0 == first.run(connect.format(second.address)).returncode
        assert "unreachable" in first.run(connect.format("192.0.2.1")).stderr.lower()

    def test_the_clock_and_the_kernel_are_not_a_machines_to_set(
        self, machines: list[Machine]
    ) -> None:
        machine = machines[0]

        assert 0 != machine.run("date --set=@0").returncode
        assert 0 != machine.run("sysctl -w vm.swappiness=1").returncode
        assert 0 == machine.run("sysctl -w net.ipv4.ip_forward=1").returncode


class TestSsh:
    """SSH answers to the run's key, and the host proves who it is."""

    def test_root_gets_in_with_the_key_of_the_run(
        self, machines: list[Machine], laboratory: Laboratory
    ) -> None:
        said = [over_ssh(each, laboratory.key, "hostname").strip() for each in machines]

        assert [*_NUMBERS] == said

    def test_another_key_is_refused(self, machines: list[Machine]) -> None:
        stranger = asyncssh.generate_private_key("ssh-ed25519")

        with pytest.raises(asyncssh.PermissionDenied):
            over_ssh(machines[0], stranger, "true")

    def test_another_machines_host_key_is_not_taken(
        self, machines: list[Machine], laboratory: Laboratory
    ) -> None:
        first, second, *_ = machines

        with pytest.raises(asyncssh.HostKeyNotVerifiable):
            over_ssh(first, laboratory.key, "true", second.host_key)


class TestPackages:
    """apt installs what a hospital's machines install, and containers run."""

    def test_the_pinned_versions_are_installed(self, installed: list[Machine]) -> None:
        ask = (
            "dpkg-query --show --showformat '${Version} ' containerd.io kubelet; kubelet --version"
        )

        assert [f"{CONTAINERD_PACKAGE} {revision(KUBERNETES)} Kubernetes v{KUBERNETES}\n"] * 4 == [
            each.run(ask).stdout for each in installed
        ]

    def test_containerd_runs_an_image_of_the_mirror(
        self, installed: list[Machine], laboratory: Laboratory
    ) -> None:
        said = over_ssh(installed[0], laboratory.key, _CONTAINER)

        assert "RUNNING" == said.split()[-1]

    def test_the_hosts_kernel_is_set_as_before(
        self, installed: list[Machine], settings_before: Mapping[str, str]
    ) -> None:
        del installed

        assert settings_before == kernel_settings()


class TestPower:
    """A machine keeps its disk, and nothing else, when its power is cut or it is shut down."""

    @pytest.mark.parametrize("way", [Machine.power_cut, Machine.stop])
    def test_it_comes_back_with_its_disk(
        self,
        machines: list[Machine],
        laboratory: Laboratory,
        figures: Figures,
        way: Callable[[Machine], None],
    ) -> None:
        machine = machines[-1]
        boot = "/proc/sys/kernel/random/boot_id"
        before = machine.told("cat", boot)
        machine.told(
            "bash", "-c", "echo kept >/root/kept; echo lost >/run/lost; nft add table ip lost"
        )

        with figures.timed(f"{way.__name__} and boot"):
            way(machine)
            machine.start()
            machine.wait()

        assert "kept\n" == over_ssh(machine, laboratory.key, "cat /root/kept")
        assert before != machine.told("cat", boot)
        assert 0 != machine.run("cat /run/lost").returncode
        assert "" == machine.told("nft", "list", "tables")
        figures.faults[way.__name__] = "back with its disk, a new boot and a new network"

    def test_the_others_go_on(self, machines: list[Machine], laboratory: Laboratory) -> None:
        *others, machine = machines
        machine.power_cut()
        try:
            said = [over_ssh(each, laboratory.key, "hostname").strip() for each in others]
        finally:
            machine.start()
            machine.wait()

        assert [each.name for each in others] == said
