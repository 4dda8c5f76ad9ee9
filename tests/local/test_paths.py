"""Where the project keeps its files."""

from pathlib import Path

import pytest

from local.paths import cache_dir, checkout, state_dir


class TestTheCache:
    """The cache is the user's, as the XDG base directory specification has it."""

    def test_lies_where_the_user_keeps_caches(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

        assert tmp_path / "imaging-repository" == cache_dir()

    @pytest.mark.parametrize("configured", ["", "relative/folder"])
    def test_falls_back_to_the_home_folder(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, configured: str
    ) -> None:
        monkeypatch.setenv("XDG_CACHE_HOME", configured)
        monkeypatch.setenv("HOME", str(tmp_path))

        assert tmp_path / ".cache" / "imaging-repository" == cache_dir()


class TestTheState:
    """Every environment has a folder of its own, in the checkout unless told otherwise."""

    def test_lies_in_the_checkout(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("IMAGING_STATE", raising=False)

        assert checkout() / ".state" / "local" == state_dir("local")

    def test_moves_as_a_whole(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("IMAGING_STATE", str(tmp_path))

        assert tmp_path / "poc" == state_dir("poc")

    def test_is_absolute(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("IMAGING_STATE", "elsewhere")

        assert state_dir("local").is_absolute()


def test_the_checkout_holds_this_file() -> None:
    """The checkout is found from where the code lies, not from the working directory."""
    assert (checkout() / "tests" / "local" / Path(__file__).name).is_file()
