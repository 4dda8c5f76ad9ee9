"""What the rendered keys open on a real Ceph, and what they don't: each denial with its control."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from tests.ceph.blueprint import NEIGHBOUR
from tests.ceph.clients import Client, Hashes, ingest, reader
from tests.ceph.figures import Figures
from tests.ceph.laboratory import Laboratory

pytestmark = [pytest.mark.ceph, pytest.mark.timeout(600)]
DEEDS = ("create", "append", "overwrite", "chmod", "rename", "make a folder", "unlink")


def attempts(client: Client, file: str, moved: str = "") -> dict[str, str]:
    """Try every change to a file and its folder: deed to result."""
    lines = client.do("attempt", file=file, moved=moved)[1:]
    return {line["deed"]: line["result"] for line in lines}


def mounting(client: Client) -> object:
    """Whether a client may mount: True, or the error's name."""
    (line, *_) = client.do("read", files=[])
    return line.get("mounted") or line["refused"]


class TestReader:
    """The reader's key reads everything of its institution and changes nothing."""

    @pytest.mark.parametrize("institution", ["aveiro", "evora"])
    def test_it_reads_what_ingest_wrote(
        self,
        laboratory: Laboratory,
        examinations: Mapping[str, Hashes],
        figures: Figures,
        institution: str,
    ) -> None:
        wrote = examinations[institution]

        assert [] == figures.compare(wrote, reader(laboratory, institution).read(wrote))

    @pytest.mark.parametrize("institution", ["aveiro", "evora"])
    def test_it_can_change_nothing_that_ingest_can_change(
        self, laboratory: Laboratory, institution: str
    ) -> None:
        wrote = ingest(laboratory, institution).write("/to-be-changed", 1)
        (file,) = wrote

        denied = attempts(reader(laboratory, institution), file)
        intact = reader(laboratory, institution).read(wrote)
        allowed = attempts(ingest(laboratory, institution), file, moved=".moved")

        assert dict.fromkeys(DEEDS, "EACCES") == denied
        assert wrote == intact
        assert dict.fromkeys(DEEDS, "done") == allowed


class TestOtherInstitutions:
    """A key mounts its own institution's path and no other, in its own filesystem and no other."""

    @pytest.mark.parametrize("of", [ingest, reader])
    @pytest.mark.parametrize("path", [f"/volumes/{NEIGHBOUR}", "/volumes", "/"])
    def test_a_path_that_is_not_its_own_is_refused(
        self, laboratory: Laboratory, of: Callable[[Laboratory, str], Client], path: str
    ) -> None:
        own = of(laboratory, "aveiro")

        assert True is mounting(own)
        assert "EPERM" == mounting(replace(own, path=path))

    @pytest.mark.parametrize(("mine", "other"), [("aveiro", "evora"), ("evora", "aveiro")])
    def test_another_filesystem_does_not_exist_for_it(
        self, laboratory: Laboratory, mine: str, other: str
    ) -> None:
        own, theirs = ingest(laboratory, mine), ingest(laboratory, other)

        assert True is mounting(own)
        assert True is mounting(theirs)
        assert "ENOENT" == mounting(replace(own, filesystem=theirs.filesystem, path=theirs.path))
        assert "ENOENT" == mounting(replace(own, filesystem=theirs.filesystem, path="/"))

    def test_the_neighbour_mounts_what_others_are_refused(self, laboratory: Laboratory) -> None:
        shared = ingest(laboratory, "aveiro").filesystem
        own = Client(laboratory, f"{NEIGHBOUR}-reader", shared, f"/volumes/{NEIGHBOUR}")

        assert True is mounting(own)
