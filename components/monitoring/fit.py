"""Whether the workers have room for all institutions' readers at a time.

Owns that count and its refusals. Doesn't own what Ceph needs (:mod:`components.placement.memory`)
nor a pod's size. Autoscalers take it for granted: where they can't read the load they ask for the
most readers that are promised (:mod:`components.monitoring.scaling`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from components.catalog import Refusal, Role
from components.catalog.stack_files import PLATFORM_KEY

if TYPE_CHECKING:
    from components.catalog import Catalog, Machine

_MIB: Final = 2**20


@dataclass(frozen=True)
class Claims:
    """What pods claim of the workers.

    Attributes:
        reader_cpu, reader_memory: of one reader: thousandths of a processor, MiB.
        others_cpu, others_memory: of an institution's other pods together; they are spread, so
            each data centre bears its part.
        share: the part of a machine that pods other than these leave; the operating system,
            Kubernetes and Ceph take the rest.
    """

    reader_cpu: int
    reader_memory: int
    others_cpu: int
    others_memory: int
    share: Fraction = Fraction(1, 2)


def fits(catalog: Catalog, claims: Claims) -> Iterator[Refusal]:
    """All refusals of data centres that can't hold their part of all readers that are promised.

    Readers spread evenly over the data centres that have workers, and one that is full stops all
    others, so each has to hold its part rounded up.
    """
    workers: dict[str, list[Machine]] = {}
    for machine in catalog.platform.machines:
        if machine.role is Role.WORKER:
            workers.setdefault(machine.data_centre, []).append(machine)
    most = {name: each.service.readers.max for name, each in catalog.institutions.items()}
    for centre, machines in sorted(workers.items()):
        part = sum(-(-readers // len(workers)) for readers in most.values())
        room = _room(machines, claims, Fraction(len(most), len(workers)))
        if part > room:
            largest = max(most, key=lambda name: (most[name], name))
            yield Refusal(
                catalog.file(),
                f"{PLATFORM_KEY}.dataCentres.{centre}",
                f"all institutions may have {sum(most.values())} readers at a time, {part} of them "
                f"in {centre}, whose workers have room for {room} of {claims.reader_cpu}m "
                f"processors and {claims.reader_memory}Mi each. Add workers there, or lower "
                f"service.readers.max, of which {largest} has the highest, {most[largest]}",
            )


def _room(machines: list[Machine], claims: Claims, institutions: Fraction) -> int:
    """How many readers fit beside the other pods of that many institutions; each on one machine."""
    each = institutions / len(machines)
    room = 0
    for machine in machines:
        cpu = machine.cpu * 1000 * claims.share - claims.others_cpu * each
        memory = machine.memory // _MIB * claims.share - claims.others_memory * each
        room += max(0, int(min(cpu / claims.reader_cpu, memory / claims.reader_memory)))
    return room
