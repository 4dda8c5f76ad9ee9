"""A device goes to Ceph only under a name that stays, and never with the operating system on it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.components.builders import Stacks, changed, good_platform


def refusals(name: str, *, system_disk: str | None = None, kind: str = "existing") -> list[str]:
    """The sentences about worker-1, with this name for its only device."""
    platform = changed(good_platform(), ("cluster", "kind"), kind)
    for number, machine in enumerate(platform["machines"]):
        stable = f"/dev/disk/by-id/disk-{number}"
        machine["devices"] = [{**machine["devices"][0], "name": stable}] if number else []
    one: dict[str, Any] = platform["machines"][1]
    one["devices"][0]["name"] = name
    if system_disk is not None:
        one["systemDisk"] = system_disk
    stacks = Stacks(platform, institutions={})
    try:
        stacks.load()
    except Exception:  # noqa: BLE001 - asked again for its refusals
        found = stacks.refusals()
        assert {"imaging:platform.machines[1].devices"} == {each.key for each in found}
        return [each.sentence for each in found]
    return []


class TestNamesThatStay:
    """A restart never gives the name to another disk (research/rook.md §7, trap 1)."""

    @pytest.mark.parametrize(
        "name",
        [
            "/dev/disk/by-partuuid/6f2d5c1e-90a1-4b7e-8c55-1d1f6a0b3c01",
            "/dev/disk/by-id/nvme-eui.0025388b01c3d8f1",
            "/dev/disk/by-path/pci-0000:41:00.0-nvme-1",
            "/dev/disk/by-partlabel/examinations",
        ],
    )
    def test_a_path_that_udev_keeps_is_taken(self, name: str) -> None:
        assert [] == refusals(name)

    @pytest.mark.parametrize("name", ["sdb1", "/dev/sdb1", "nvme0n1", "/dev/disk/by-uuid/1-2"])
    def test_a_name_that_the_kernel_deals_out_is_refused(self, name: str) -> None:
        (sentence,) = refusals(name)

        assert sentence.startswith(
            f"found {name!r} on worker-1; the kernel may give that name to another disk"
        )
        assert "/dev/disk/by-partuuid/" in sentence

    def test_simulated_machines_have_no_disks_whose_names_could_change(self) -> None:
        assert [] == refusals("vdb", kind="simulated")

    def test_a_label_that_rook_passes_over_is_refused(self) -> None:
        (sentence,) = refusals("/dev/disk/by-partlabel/Ceph-data")

        assert "Rook passes over a partition whose label contains 'ceph'" in sentence


class TestSystemDisk:
    """No partition of the disk that holds the operating system."""

    @pytest.mark.parametrize(
        ("device", "disk"),
        [
            ("/dev/disk/by-id/wwn-0x5000-part3", "/dev/disk/by-id/wwn-0x5000"),
            (
                "/dev/disk/by-path/pci-0000:00:17.0-ata-1-part2",
                "/dev/disk/by-path/pci-0000:00:17.0-ata-1",
            ),
            ("/dev/disk/by-id/wwn-0x5000", "/dev/disk/by-id/wwn-0x5000"),
        ],
    )
    def test_a_partition_of_it_is_refused(self, device: str, disk: str) -> None:
        (sentence,) = refusals(device, system_disk=disk)

        expected = f"{device!r} of worker-1 lies on the disk of its operating system, {disk}"
        assert sentence.startswith(expected)

    @pytest.mark.parametrize(("device", "disk"), [("sda3", "/dev/sda"), ("nvme0n1p2", "nvme0n1")])
    def test_also_by_the_kernels_names(self, device: str, disk: str) -> None:
        (sentence,) = refusals(device, system_disk=disk, kind="simulated")

        assert "lies on the disk of its operating system" in sentence

    def test_another_disk_is_taken(self) -> None:
        assert [] == refusals(
            "/dev/disk/by-id/wwn-0x50001", system_disk="/dev/disk/by-id/wwn-0x5000"
        )
        assert [] == refusals("sdab1", system_disk="sda", kind="simulated")
