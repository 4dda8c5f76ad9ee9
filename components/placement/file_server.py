"""A file server in place of Ceph: what it can't promise, and how placement counts it.

Owns the refusals. Doesn't own its volumes (:mod:`components.storage.nfs`). It is one machine with
one directory, so it is counted as one host with one device: what holds for a single disk holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.catalog import DeviceClass, Isolation, Where
from components.catalog.platform import NfsStorage
from components.placement.decision import Impossible
from components.placement.topology import Host, Site, Topology

if TYPE_CHECKING:
    from components.catalog import Platform
    from components.catalog.institution import Institution
    from components.catalog.platform import CephStorage


def topology(platform: Platform, storage: NfsStorage) -> Topology:
    """The data centres, of which one has the server; its disks' class is nobody's business."""
    server = Host("file-server", (storage.capacity,))
    return Topology(
        {
            name: Site(name, (server,) if name == storage.data_centre else ())
            for name in platform.data_centres
        },
        DeviceClass.HDD,
    )


def refuse_what_it_cannot_keep(institution: Institution, storage: CephStorage | NfsStorage) -> None:
    """Raises Impossible for the first thing that a file server doesn't do; Ceph does them all.

    What asks to survive a loss asks for copies, as the catalogue sees to, and is refused for them.
    """
    if not isinstance(storage, NfsStorage):
        return
    promise, server = institution.replication, f"one file server in {storage.data_centre}"
    unkept = {
        f"asks for a copy in all data centres, and {server} stores in one place": (
            promise.where is Where.ALL_DATA_CENTRES
        ),
        f"is at home in {institution.home}, and its examinations would lie on {server}": (
            institution.home != storage.data_centre
        ),
        f"asks for {promise.copies} copies, and {server} promises one": promise.copies > 1,
        f"asks for a recovery point, and {server} takes no snapshots": (
            institution.recovery_point is not None
        ),
        f"asks for hard isolation, and {server} keeps institutions apart by directory only": (
            institution.isolation is Isolation.HARD
        ),
    }
    for sentence, asked in unkept.items():
        if asked:
            raise Impossible(f"{sentence}; use storage.backend: ceph, or don't ask for it")
