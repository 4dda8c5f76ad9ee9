"""What is mended when something died, and what `make down` leaves."""

from __future__ import annotations

from tests.environment.copies import Copy, Result, refused


class TestHealing:
    """What has died since the last run is mended by the next."""

    def test_a_dead_control_plane_is_started_again(self, checkout: Copy, up: Result) -> None:
        assert up.status == 0
        before = (checkout.state / "kubeconfig").read_text()
        checkout.kill()
        again = checkout.make("up", "INSTITUTION=evora")

        assert 0 == again.status, again.text
        assert "nothing changed" in again.out
        assert before == (checkout.state / "kubeconfig").read_text()


class TestDestruction:
    """It takes a line in the stack file and an update before examinations can be destroyed."""

    def test_unarmed_it_is_refused_with_what_would_be_lost(
        self, checkout: Copy, up: Result
    ) -> None:
        assert up.status == 0
        said = refused(checkout.make("destroy", "INSTITUTION=evora"))

        assert (
            "It would lose every examination of Hospital of Évora (evora), up to 10Ti: all 2 "
            "copies in faro" in said
        )
        assert "evora" in names(checkout, "cephfilesystemsubvolumegroups")

    def test_armed_it_takes_an_update_before_it_is_done(self, checkout: Copy, up: Result) -> None:
        assert up.status == 0
        arm(checkout, "local.evora")
        said = refused(checkout.make("destroy", "INSTITUTION=evora"))
        assert "protect" in said
        assert "evora" in names(checkout, "cephfilesystemsubvolumegroups")

        armed = checkout.make("up", "INSTITUTION=evora")
        assert "local.evora is armed: pulumi destroy will delete every examination of" in armed.text
        done = checkout.make("destroy", "INSTITUTION=evora")

        assert 0 == done.status, done.text
        assert {"aveiro"} == names(checkout, "cephfilesystemsubvolumegroups")

    def test_a_platform_goes_last(self, checkout: Copy, up: Result) -> None:
        assert up.status == 0
        arm(checkout, "local")
        said = refused(checkout.make("destroy"))

        assert "local still holds the examinations of aveiro; destroy these first" in said


def arm(checkout: Copy, stack: str) -> None:
    """Write the line that arms a stack into its file."""
    path = checkout.folder / "stacks" / f"Pulumi.{stack}.yaml"
    path.write_text(
        path.read_text().replace("config:\n", f"config:\n  imaging:armDestroy: {stack}\n")
    )


def names(checkout: Copy, kind: str) -> set[str]:
    """The names of all objects of a kind in Rook's namespace."""
    found = checkout.objects(kind, "--namespace=rook-ceph")
    return {str(each["metadata"]["name"]) for each in found}


class TestDown:
    """`make down` leaves nothing behind."""

    def test_no_process_and_no_file_is_left(
        self, checkout: Copy, up: Result, files: set[str]
    ) -> None:
        assert up.status == 0
        down = checkout.make("down")

        assert 0 == down.status, down.text
        assert [] == checkout.processes()
        assert files == checkout.files()

    def test_a_second_down_has_nothing_to_do(self, checkout: Copy) -> None:
        again = checkout.make("down")

        assert 0 == again.status, again.text
        assert "local isn't up; there is nothing to remove." in again.out
