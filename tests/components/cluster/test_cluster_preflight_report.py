"""How preflight reports: all at once, without what is tolerated, and writing nothing."""

from __future__ import annotations

import pytest

from tests.components.cluster.fake_machine import FakeMachine
from tests.components.cluster.preflights import SUMMARY, preflight


class TestSeveral:
    """All that is wrong is said at once, but for what somebody tolerates."""

    def test_all_findings_are_said(self, machine: FakeMachine) -> None:
        machine.said |= {"nproc": "2\n", "stat": "tmpfs\n"}
        machine.listening = (6443, 10250)
        *findings, last = preflight(machine, "/dev/one", "/dev/two").splitlines(keepends=True)

        assert ["cgroup-v2", "processors", "port", "port", "device", "device"] == [
            each.rpartition("(")[2].rstrip(")\n") for each in findings
        ]
        assert SUMMARY.format(6) == last

    def test_what_is_tolerated_isnt_said(self, machine: FakeMachine) -> None:
        machine.said |= {"nproc": "2\n", "stat": "tmpfs\n"}

        assert "" == preflight(machine, tolerated=("processors", "Swap", "cgroup-v2"))

    def test_the_others_are_said_still(self, machine: FakeMachine) -> None:
        machine.said |= {"nproc": "2\n", "stat": "tmpfs\n"}
        found = preflight(machine, tolerated=("processors",))

        assert "(processors)" not in found
        assert "(cgroup-v2)" in found
        assert found.endswith(SUMMARY.format(1))

    def test_half_a_name_tolerates_nothing(self, machine: FakeMachine) -> None:
        machine.said["nproc"] = "2\n"

        assert "(processors)" in preflight(machine, tolerated=("processor", "rocessors"))


class TestMember:
    """A node isn't blamed for being one."""

    @pytest.fixture
    def member(self, machine: FakeMachine) -> FakeMachine:
        machine.has("/etc/kubernetes/kubelet.conf")
        machine.has("/etc/kubernetes/imaging-member")
        return machine

    def test_its_own_ports_and_data_are_no_findings(self, member: FakeMachine, device: str) -> None:
        member.listening = (6443, 10250)
        member.said["wipefs"] = "vdb 0x0 ceph_bluestore\n"

        assert "" == preflight(member, device)

    def test_its_other_properties_are_still_looked_at(self, member: FakeMachine) -> None:
        member.said["nproc"] = "2\n"

        assert "(processors)" in preflight(member)

    def test_an_interrupted_try_belongs_to_no_other_cluster(self, machine: FakeMachine) -> None:
        machine.has("/etc/kubernetes/kubelet.conf")
        machine.has("/etc/kubernetes/imaging-begun")

        assert "" == preflight(machine)


class TestNothingIsWritten:
    """The machine of these tests is read-only, which a script that writes would notice."""

    @pytest.mark.parametrize("path", ["/etc/written", "/run/written", "/written"])
    def test_one_that_writes_fails(self, machine: FakeMachine, path: str) -> None:
        result = machine.run(f"set -e\n: >{path}\n")

        assert 1 == result.returncode
        assert "Read-only file system" in result.stderr
