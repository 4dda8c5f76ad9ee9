"""What a real Ceph loses when disks, hosts, data centres and daemons are lost: nothing.

And what stalls meanwhile, with the copies and minimum sizes that we render for `local`: aveiro has
three copies and works with two; evora has two, in Faro only, and works with both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from typing import Protocol

import pytest

from tests.ceph.administrator import wait_until
from tests.ceph.birth import destroy_disk, make_disks
from tests.ceph.clients import Hashes, Stalled, reader
from tests.ceph.faults import Work, at_work
from tests.ceph.figures import Figures
from tests.ceph.laboratory import Laboratory

pytestmark = [pytest.mark.ceph, pytest.mark.timeout(600)]


class Losing(Protocol):
    def __call__(self, fault: str) -> AbstractContextManager[Work]: ...


@pytest.fixture
def losing(
    laboratory: Laboratory, figures: Figures, examinations: Mapping[str, Hashes]
) -> Iterator[Losing]:
    laboratory.wait_until_whole()
    yield lambda fault: at_work(laboratory, figures, examinations, fault)
    laboratory.wait_until_whole()


class TestDisk:
    """The loss of a disk loses nothing; who has a copy to spare goes on."""

    def test_one_of_porto_stops_nobody(self, laboratory: Laboratory, losing: Losing) -> None:
        with losing("a disk of porto is down") as work:
            laboratory.kill_osds(laboratory.disks_in("porto")[:1])
            wait_until("it shows", lambda: work.degraded("aveiro"))

            work.goes_on("aveiro")
            work.goes_on("evora")
            work.stays_inside()

    def test_one_of_faro_pauses_evora_and_never_sends_it_elsewhere(
        self, laboratory: Laboratory, losing: Losing, examinations: Mapping[str, Hashes]
    ) -> None:
        (disk, _) = laboratory.disks_in("faro")
        with (
            ThreadPoolExecutor(max_workers=1) as pool,
            losing("a disk of faro is down, then out") as work,
        ):
            laboratory.kill_osds([disk])
            wait_until("it shows", lambda: work.degraded("evora"))
            work.goes_on("aveiro")
            work.stalls("evora")
            reading = pool.submit(reader(laboratory, "evora").read, examinations["evora"])

            laboratory.admin.mon("osd out", ids=[str(disk.number)])
            wait_until("aveiro has three copies again", lambda: not work.incomplete("aveiro"))
            work.stays_inside()
            work.stalls("evora")
            assert not wait([reading], timeout=0).done

            laboratory.admin.mon("osd in", ids=[str(disk.number)])
            laboratory.bring_back()
            assert examinations["evora"] == reading.result(timeout=120)

    def test_one_that_is_destroyed_is_rebuilt_from_its_own_data_centre(
        self, laboratory: Laboratory, losing: Losing
    ) -> None:
        (disk, _) = laboratory.disks_in("faro")
        with losing("a disk of faro is destroyed and rebuilt") as work:
            destroy_disk(laboratory, disk)
            work.stays_inside()
            work.goes_on("aveiro")
            work.stalls("evora")

            make_disks(laboratory, [disk])

        filled = {osd for group in laboratory.admin.groups() for osd in group.acting}
        assert disk.number in filled


class TestHost:
    """The loss of a host stops the home that has no other, and nobody else."""

    def test_the_host_of_faro_pauses_evora_alone(
        self, laboratory: Laboratory, losing: Losing
    ) -> None:
        with losing("the host of faro is down") as work:
            laboratory.kill_osds(laboratory.disks_in("faro"))
            wait_until("it shows", lambda: work.degraded("aveiro"))

            work.goes_on("aveiro")
            work.stalls("evora")
            work.stays_inside()


class TestDataCentre:
    """The loss of a data centre with its monitor and metadata server stops nobody elsewhere."""

    def test_without_porto_both_go_on(self, laboratory: Laboratory, losing: Losing) -> None:
        with losing("the data centre porto is down") as work:
            servers = [each.name for each in laboratory.servers if each.centre == "porto"]
            states = laboratory.admin.servers(laboratory.plan.promise("aveiro").filesystem)
            assert ["up:active"] == [states[name] for name in servers], "the worst case"
            laboratory.daemons.kill("mon.porto", *(f"mds.{name}" for name in servers))
            laboratory.kill_osds(laboratory.disks_in("porto"))
            wait_until("it shows", lambda: work.degraded("aveiro"))

            work.goes_on("aveiro")
            work.goes_on("evora")
            work.stays_inside()


class TestMonitors:
    """A documented limit: home residency isn't home autonomy."""

    def test_without_the_majority_evora_stalls_though_all_of_faro_is_up(
        self, laboratory: Laboratory, losing: Losing
    ) -> None:
        with losing("two of three monitors are down") as work:
            laboratory.daemons.kill("mon.lisbon", "mon.porto")

            work.stalls("evora")
            work.stalls("aveiro")
            running = laboratory.daemons.running()
            assert {"mon.faro", *(f"osd.{each.number}" for each in laboratory.plan.disks)} < running
            with pytest.raises(Stalled):
                reader(laboratory, "evora").do("read", seconds=10, files=[])


class TestMetadataServer:
    """The loss of an active metadata server is taken over by its standby."""

    def test_the_standby_serves_evora(self, laboratory: Laboratory, losing: Losing) -> None:
        filesystem = laboratory.plan.promise("evora").filesystem
        with losing("the metadata server of evora is down") as work:
            active = {
                name: state
                for name, state in laboratory.admin.servers(filesystem).items()
                if state == "up:active"
            }
            laboratory.daemons.kill(*(f"mds.{name}" for name in active))
            wait_until(
                "the standby is active",
                lambda: (
                    "up:active"
                    in {
                        state
                        for name, state in laboratory.admin.servers(filesystem).items()
                        if name not in active
                    }
                ),
            )

            work.goes_on("evora")
            work.goes_on("aveiro")
