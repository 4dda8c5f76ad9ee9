"""Institutions at work while something is lost: the frame of every fault.

Owns what must hold after any fault, whatever it was. Doesn't own the faults, nor what stalls.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from tests.ceph.administrator import wait_until
from tests.ceph.clients import Hashes, Stream, ingest, reader
from tests.ceph.figures import Figures
from tests.ceph.judge import incomplete, outside
from tests.ceph.laboratory import Laboratory

_SETTLED = 5.0
_WATCHED = 5.0


@dataclass(frozen=True)
class Work:
    """Both institutions, writing."""

    laboratory: Laboratory
    figures: Figures
    streams: Mapping[str, Stream]

    def goes_on(self, institution: str) -> None:
        """Fails unless the institution stores a file whose writing begins now."""
        self.streams[institution].wait_for_a_write()

    def stalls(self, institution: str) -> None:
        """Fails unless the institution's writes come to rest, and stay so while we watch."""
        stream = self.streams[institution]
        wait_until(f"{institution} stalls", lambda: stream.rests(_SETTLED))
        assert stream.rests(_WATCHED), f"{institution} wrote again while the fault lasted"

    def stays_inside(self) -> None:
        """Fails where any copy lies outside its boundary."""
        groups = self.laboratory.admin.groups()
        for promise in self.laboratory.plan.promises:
            found = outside(groups, promise, self.laboratory.centre_of)
            self.figures.checked += len(groups)
            self.figures.outside += len(found)
            assert [] == found

    def incomplete(self, institution: str) -> list[str]:
        """The institution's placement groups that lack a copy, in words."""
        promise = self.laboratory.plan.promise(institution)
        groups = self.laboratory.admin.groups()
        return incomplete(groups, promise, self.laboratory.centre_of)

    def degraded(self, institution: str) -> bool:
        """Tell whether Ceph reports groups of the institution that lack a copy."""
        pools = self.laboratory.plan.promise(institution).filesystem
        groups = [each for each in self.laboratory.admin.groups() if each.pool.startswith(pools)]
        return any("undersized" in each.state for each in groups)


@contextmanager
def at_work(
    laboratory: Laboratory,
    figures: Figures,
    examinations: Mapping[str, Hashes],
    fault: str,
) -> Iterator[Work]:
    """Let both institutions write while the body of the context loses something.

    Afterwards everything is started again; then both write without an error, every file that was
    ever acknowledged is read back by the readers' keys and compared, and every copy is in place.
    """
    folder = fault.replace(" ", "-")
    streams = {name: Stream(ingest(laboratory, name), folder) for name in examinations}
    work = Work(laboratory, figures, streams)
    try:
        for stream in streams.values():
            stream.start()
        yield work
        laboratory.bring_back()
        laboratory.wait_until_whole()
        for name in streams:
            work.goes_on(name)
        wrote = {name: stream.stop() for name, stream in streams.items()}
        figures.stalls[fault] = {name: stream.longest for name, stream in streams.items()}
    finally:
        for stream in streams.values():
            stream.kill()
        laboratory.bring_back()
    _nothing_is_lost(work, examinations, wrote)
    work.stays_inside()
    for name in streams:
        assert [] == work.incomplete(name)


def _nothing_is_lost(
    work: Work, examinations: Mapping[str, Hashes], wrote: Mapping[str, Hashes]
) -> None:
    for name, files in wrote.items():
        work.figures.written += len(files)
        every = {**examinations[name], **files}
        assert [] == work.figures.compare(every, reader(work.laboratory, name).read(every))
