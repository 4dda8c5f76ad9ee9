"""What is mended when something died, and what `make down` leaves."""

from __future__ import annotations

from tests.environment.copies import Copy, Result


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
