"""A real Ceph on loopback: its daemons, how they are lost, and how they come back.

Owns the daemons' command lines and names. Doesn't own how the cluster comes to be
(:mod:`tests.ceph.birth`), nor pools and clients' keys (:mod:`tests.ceph.provisioning`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.ceph import settings
from tests.ceph.administrator import Administrator, wait_until
from tests.ceph.blueprint import Blueprint, Disk
from tests.ceph.daemons import Daemons, configuration

MGR: Final = "a"
_WHOLE: Final = {"active+clean"}
_SERVING: Final = ["up:active", "up:standby-replay"]


@dataclass(frozen=True)
class Server:
    """A metadata server: its name, the filesystem it is for, and the data centre it runs in."""

    name: str
    filesystem: str
    centre: str


@dataclass(frozen=True)
class Laboratory:
    """One Ceph cluster in a folder of its own."""

    folder: Path
    plan: Blueprint
    daemons: Daemons
    admin: Administrator

    @property
    def centre_of(self) -> Mapping[int, str]:
        """OSD to the data centre in which it was started."""
        return {disk.number: disk.centre for disk in self.plan.disks}

    @property
    def servers(self) -> tuple[Server, ...]:
        """Two for each filesystem, in different data centres where its boundary has several."""
        return tuple(
            Server(f"{filesystem.name}-{letter}", filesystem.name, centre)
            for filesystem in self.plan.filesystems
            for letter, centre in zip("ab", 2 * filesystem.centres[::-1], strict=False)
        )

    def disks_in(self, *centres: str) -> tuple[Disk, ...]:
        """The disks of data centres."""
        return tuple(disk for disk in self.plan.disks if disk.centre in centres)

    def command(self, kind: str, identity: str, *more: str) -> list[str]:
        """Build the command line of a daemon."""
        conf = f"--conf={configuration(self.folder)}"
        return [f"ceph-{kind}", "--id", identity, conf, *more]

    def start_mons(self, *centres: str) -> None:
        """Start monitors."""
        for centre in centres:
            self.daemons.start(f"mon.{centre}", self.command("mon", centre, "-f"))

    def start_mgr(self, centre: str) -> None:
        """Start the one manager."""
        where = settings.address(centre, self.plan.centres)
        command = self.command("mgr", MGR, "-f", f"--public-addr={where}")
        self.daemons.start(f"mgr.{MGR}", command)

    def start_servers(self, *names: str) -> None:
        """Start metadata servers."""
        for server in self.servers:
            if server.name in names:
                where = settings.address(server.centre, self.plan.centres)
                command = self.command("mds", server.name, "-f", f"--public-addr={where}")
                self.daemons.start(f"mds.{server.name}", command)

    def start_osds(self, disks: Iterable[Disk]) -> None:
        """Start OSDs; each tells CRUSH where it is, as Rook's do."""
        for disk in disks:
            where = settings.address(disk.centre, self.plan.centres)
            place = f"root=default zone={disk.zone} datacenter={disk.centre} host={disk.host}"
            options = (
                "-f",
                f"--public-addr={where}",
                f"--cluster-addr={where}",
                f"--crush-location={place}",
            )
            command = self.command("osd", str(disk.number), *options)
            self.daemons.start(f"osd.{disk.number}", command)

    def kill_osds(self, disks: Iterable[Disk]) -> None:
        """Kill OSDs at once, and wait until Ceph has seen it."""
        numbers = {disk.number for disk in disks}
        self.daemons.kill(*(f"osd.{number}" for number in numbers))
        self.wait_for_osds(numbers, up=False)

    def bring_back(self) -> None:
        """Start every daemon that doesn't run, but the manager, which no fault takes."""
        running = self.daemons.running()
        self.start_mons(*(name for name in self.plan.mons if f"mon.{name}" not in running))
        self.start_osds(d for d in self.plan.disks if f"osd.{d.number}" not in running)
        self.start_servers(*(s.name for s in self.servers if f"mds.{s.name}" not in running))

    def wait_for_osds(self, numbers: set[int], *, up: bool) -> None:
        """Wait until Ceph has seen OSDs come or go."""
        wait_until(
            f"OSDs {sorted(numbers)} are {'up' if up else 'down'}",
            lambda: (numbers if up else set()) == numbers & self.admin.osds_up(),
        )

    def wait_until_whole(self) -> None:
        """Wait until every daemon is back and every copy of every object is in its place."""
        wait_until("every OSD is up", lambda: set(self.centre_of) == self.admin.osds_up())
        wait_until("every monitor agrees", lambda: set(self.plan.mons) == self.admin.quorum())
        wait_until("every filesystem has both its servers", self._is_served)
        wait_until(
            "every placement group is clean",
            lambda: _WHOLE == {group.state for group in self.admin.groups()},
        )

    def _is_served(self) -> bool:
        return all(
            _SERVING == sorted(self.admin.servers(filesystem.name).values())
            for filesystem in self.plan.filesystems
        )
