"""What preflight finds on a machine, run for real on one that is made up."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.components.cluster.cluster_plans import GIB
from tests.components.cluster.fake_machine import FakeMachine
from tests.components.cluster.preflights import SUMMARY, preflight


def one(sentence: str) -> str:
    """All that is said where there is one finding."""
    return f"control-1: {sentence}\n{SUMMARY.format(1)}"


class TestGoodMachine:
    """A machine that can become a node passes in silence."""

    def test_it_passes(self, machine: FakeMachine) -> None:
        assert "" == preflight(machine)

    def test_it_passes_with_an_empty_device(self, machine: FakeMachine, device: str) -> None:
        assert "" == preflight(machine, device)

    @pytest.mark.parametrize(
        ("system", "version"),
        [("debian", "12"), ("debian", "13"), ("ubuntu", "22.04"), ("ubuntu", "24.04")],
    )
    def test_each_allowed_system_passes(
        self, machine: FakeMachine, system: str, version: str
    ) -> None:
        machine.system = f'ID={system}\nVERSION_ID="{version}"\n'

        assert "" == preflight(machine)

    @pytest.mark.parametrize("kernel", ["5.10", "5.10.0-33-amd64", "5.15.0-119-generic", "6.12.1"])
    def test_each_kernel_from_5_10_on_passes(self, machine: FakeMachine, kernel: str) -> None:
        machine.said["uname"] = f"{kernel}\n"

        assert "" == preflight(machine)

    def test_the_memory_that_the_kernel_keeps_isnt_missed(self, machine: FakeMachine) -> None:
        machine.memory = 60 * 2**20

        assert "" == preflight(machine)


class TestFindings:
    """Each bad property gives its own sentence: what was found and what to do."""

    @pytest.mark.parametrize(
        ("system", "found"),
        [
            ("ID=debian\nVERSION_ID=11\n", "debian 11"),
            ("ID=rocky\nVERSION_ID=9\n", "rocky 9"),
            ("ID=debian\n", "debian "),
            ("ID=ubuntu\nVERSION_ID=20.04\nID_LIKE=debian\n", "ubuntu 20.04"),
        ],
    )
    def test_another_system(self, machine: FakeMachine, system: str, found: str) -> None:
        machine.system = system

        assert one(
            f"found {found}; allowed are Debian 12 and 13, Ubuntu 22.04 and 24.04 (system)"
        ) == preflight(machine)

    @pytest.mark.parametrize("kernel", ["5.9.16", "5.4.0-200-generic", "4.19.0-27-amd64"])
    def test_an_old_kernel(self, machine: FakeMachine, kernel: str) -> None:
        machine.said["uname"] = f"{kernel}\n"

        assert one(
            f"found kernel {kernel}; Cilium needs 5.10 or later: install the distribution's "
            "current one (kernel)"
        ) == preflight(machine)

    def test_the_first_cgroups(self, machine: FakeMachine) -> None:
        machine.said["stat"] = "tmpfs\n"

        assert one(
            "cgroup v2 isn't mounted on /sys/fs/cgroup; remove "
            "systemd.unified_cgroup_hierarchy=0 from the kernel's command line and restart "
            "(cgroup-v2)"
        ) == preflight(machine)

    def test_swap(self, machine: FakeMachine) -> None:
        machine.swaps = "/dev/vdb partition 1048572 0 -2\n"

        assert one(
            "swap is on, and the kubelet refuses to start; run swapoff -a and remove it from "
            "/etc/fstab (swap)"
        ) == preflight(machine)

    @pytest.mark.parametrize("said", ["no\n", ""])
    def test_a_clock_that_runs_alone(self, machine: FakeMachine, said: str) -> None:
        machine.said["timedatectl"] = said

        assert one(
            "the clock isn't synchronised; etcd, Ceph and certificates need it: install chrony "
            "(time)"
        ) == preflight(machine)

    def test_no_clock_service_at_all(self, machine: FakeMachine) -> None:
        del machine.said["timedatectl"]

        assert "(time)" in preflight(machine)

    def test_too_few_processors(self, machine: FakeMachine) -> None:
        machine.said["nproc"] = "7\n"

        assert one(
            "found 7 processors; the stack file says 8: correct it, since readers are placed by it "
            "(processors)"
        ) == preflight(machine)

    def test_too_little_memory(self, machine: FakeMachine) -> None:
        machine.memory = 59 * 2**20

        assert one(
            f"found {59 * GIB} bytes of memory; the stack file says {64 * GIB}: correct it, since "
            "Ceph's are sized by it (memory)"
        ) == preflight(machine)

    def test_a_full_disk(self, machine: FakeMachine) -> None:
        machine.said["df"] = "  Avail\n  20479\n"

        assert one(
            "less than 20480 MiB are free in /var; images, logs and etcd lie there: make room "
            "(disk-space)"
        ) == preflight(machine)

    def test_another_address(self, machine: FakeMachine) -> None:
        machine.address = "10.20.0.2"

        assert one(
            "no interface has the address 10.20.0.1, which the stack file says; correct it "
            "(address)"
        ) == preflight(machine)

    @pytest.mark.parametrize("port", [10250, 7443, 6443, 2379, 2380, 10257, 10259])
    def test_a_port_that_is_taken(self, machine: FakeMachine, port: int) -> None:
        machine.listening = (port, 22)

        assert one(
            f"something listens on port {port}, which Kubernetes needs; stop it (ss -ltnp shows "
            "it) (port)"
        ) == preflight(machine)

    def test_a_device_that_is_missing(self, machine: FakeMachine) -> None:
        assert one(
            "there is no block device /dev/disk/by-id/no such; name one that exists (ls -l "
            "/dev/disk/by-id /dev/disk/by-partuuid) (device)"
        ) == preflight(machine, "/dev/disk/by-id/no such")

    def test_a_device_that_is_a_file(self, machine: FakeMachine) -> None:
        assert "(device)" in preflight(machine, "/etc/os-release")

    def test_a_device_that_is_mounted(self, machine: FakeMachine, device: str) -> None:
        machine.said["lsblk"] = "\n/srv\n"

        assert one(
            f"{device} is mounted on /srv; Ceph would destroy what is there: name another, or "
            "unmount and wipe it (device-mounted)"
        ) == preflight(machine, device)

    def test_a_device_with_data(self, machine: FakeMachine, device: str) -> None:
        machine.said["wipefs"] = "vdb 0x438 ext4\n"

        assert one(
            f"{device} holds data (wipefs --no-act {device} shows what); if nobody needs it: "
            f"wipefs --all {device} (device-data)"
        ) == preflight(machine, device)

    def test_a_member_of_another_cluster(self, machine: FakeMachine) -> None:
        machine.has("/etc/kubernetes/kubelet.conf")

        assert one(
            "it belongs to a cluster that this program didn't make; if nobody needs it: kubeadm "
            "reset (other-cluster)"
        ) == preflight(machine)

    @pytest.mark.parametrize(
        "take",
        [
            lambda machine: machine.said.pop("apt-get"),
            lambda machine: (machine.folder / "run/systemd/system").rmdir(),
        ],
        ids=["apt-get", "systemd"],
    )
    def test_a_machine_without_tools(
        self, machine: FakeMachine, take: Callable[[FakeMachine], object]
    ) -> None:
        take(machine)

        assert one(
            "apt-get or systemd is missing; this needs an ordinary Debian or Ubuntu (tools)"
        ) == preflight(machine)
