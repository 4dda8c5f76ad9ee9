"""Promises that can't be kept, code that breaks one, and edits that would lose data."""

from __future__ import annotations

from tests.environment.copies import Copy, Result, refused


class TestRefusals:
    """A promise that can't be kept, and code that breaks one, stop at the preview."""

    def test_more_copies_than_the_data_centre_holds(self, checkout: Copy, up: Result) -> None:
        assert up.status == 0
        path = checkout.folder / "stacks" / "Pulumi.local.evora.yaml"
        good = path.read_text()
        path.write_text(good.replace("copies: 2", "copies: 3"))
        try:
            said = refused(checkout.make("preview"))
        finally:
            path.write_text(good)

        assert (
            "stacks/Pulumi.local.evora.yaml: imaging:institution.replication: evora asks for 3 "
            "copies, but data centre faro has two storage devices on one host" in said
        )

    def test_plain_pulumi_refuses_it_too(self, checkout: Copy, up: Result) -> None:
        assert up.status == 0
        path = checkout.folder / "stacks" / "Pulumi.local.evora.yaml"
        good = path.read_text()
        path.write_text(good.replace("home: faro", "home: fero"))
        try:
            said = refused(checkout.make("preview", "INSTITUTION=aveiro"))
        finally:
            path.write_text(good)

        assert "did you mean 'faro'?" in said

    def test_code_that_stores_fewer_copies_than_promised(self, checkout: Copy, up: Result) -> None:
        assert up.status == 0
        path = checkout.folder / "components" / "storage" / "filesystem.py"
        good = path.read_text()
        assert '"size": spread.size,' in good
        path.write_text(good.replace('"size": spread.size,', '"size": spread.size - 1,'))
        try:
            said = refused(checkout.make("preview"))
        finally:
            path.write_text(good)

        # Of the other filesystem little may be heard: the first failure ends a preview.
        assert "size is 1, and the name promises 2 copies" in said
        assert "filesystem-says-the-truth" in said


class TestData:
    """Nothing that holds examinations goes, or is left behind empty, by an edit of a stack file."""

    def test_another_placement_is_no_silent_move_to_an_empty_filesystem(
        self, checkout: Copy, up: Result
    ) -> None:
        assert up.status == 0
        platform = checkout.folder / "stacks" / "Pulumi.local.yaml"
        evora = checkout.folder / "stacks" / "Pulumi.local.evora.yaml"
        good = platform.read_text(), evora.read_text()
        second, third = (f"{{name: {name}, size: 48Ti, class: ssd}}" for name in ("vdc", "vdd"))
        platform.write_text(good[0].replace(f"- {second}", f"- {second}\n          - {third}"))
        evora.write_text(good[1].replace("copies: 2", "copies: 3"))
        try:
            said = refused(checkout.make("preview"))
        finally:
            platform.write_text(good[0])
            evora.write_text(good[1])

        assert (
            "pulumi state unprotect 'urn:pulumi:local::imaging::imaging:storage:Ceph$kubernetes:"
            "ceph.rook.io/v1:CephFilesystem::cephfilesystem-home-faro-x2-2aa0e9'" in said
        )
        assert (
            "stacks/Pulumi.local.evora.yaml: evora's examinations lie in home-faro-x2-2aa0e9, and "
            "this file asks for home-faro-x3-2aa0e9" in said
        )

    def test_copies_are_never_dropped_in_place(self, checkout: Copy, up: Result) -> None:
        assert up.status == 0
        path = checkout.folder / "stacks" / "Pulumi.local.evora.yaml"
        good = path.read_text()
        path.write_text(
            good.replace("copies: 2", "copies: 1").replace("survive: disk", "survive: none")
        )
        try:
            said = refused(checkout.make("preview", "INSTITUTION=evora"))
        finally:
            path.write_text(good)

        assert "They are never moved, and no copy is ever dropped, in place" in said
