"""Ceph's daemons fit into the storage machines' memory, or the environment is refused."""

from __future__ import annotations

import pytest

from components.catalog import Refused
from components.placement import memory, place
from tests.components.builders import Stacks, changed, good_platform

GIB = 2**30


def stacks(size: str) -> Stacks:
    """Give every machine of the good platform this much memory."""
    platform = good_platform()
    for index in range(len(platform["machines"])):
        platform = changed(platform, ("machines", index, "memory"), size)
    return Stacks(platform=platform)


class TestMemory:
    """A quarter of the poorest machine is its OSDs', within Ceph's limits."""

    @pytest.mark.parametrize(("size", "osd"), [("64Gi", 8), ("32Gi", 4), ("1Ti", 8)])
    def test_an_osd_gets_its_share(self, size: str, osd: int) -> None:
        catalog = stacks(size).load()

        assert osd * GIB == memory.of_osd(catalog.platform)

    def test_too_little_is_refused_with_the_numbers(self) -> None:
        catalog = stacks("8Gi").load()
        with pytest.raises(Refused) as refused:
            place(catalog)

        expected = (
            "2 OSDs, 1 metadata servers, a monitor and a manager need 11Gi of memory in faro; its "
            "storage machines have 6Gi to give. Add memory or machines there, or let institutions "
            "share a class"
        )
        assert ("imaging:platform.dataCentres.faro", expected) == (
            refused.value.refusals[0].key,
            refused.value.refusals[0].sentence,
        )

    def test_enough_is_not_refused(self) -> None:
        assert place(stacks("64Gi").load()).classes
