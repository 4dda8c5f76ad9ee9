"""Copies to a remote host, against a real SFTP server on loopback."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from local.providers.command.sources import ARCHIVE, ASSET
from local.providers.failures import ProviderError
from local.providers.values import SIGNATURE, UNKNOWN, Secret
from tests.local.providers.command.harness import COPY, Plugin, SshServer

SECRET = "s3cr3t-file-content"  # noqa: S105 the test's own


def text(content: Any) -> dict[str, Any]:  # noqa: ANN401 a text or a secret one
    """Give a StringAsset as the engine sends it."""
    return {SIGNATURE: ASSET, "text": content, "hash": f"hash of {content}"}


def file(path: object) -> dict[str, Any]:
    """Give a FileAsset as the engine sends it."""
    return {SIGNATURE: ASSET, "path": str(path), "hash": "0"}


def folder(path: object) -> dict[str, Any]:
    """Give a FileArchive as the engine sends it."""
    return {SIGNATURE: ARCHIVE, "path": str(path), "hash": "0"}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Give a local folder with a file, a folder in it and an empty one."""
    root = tmp_path / "tree"
    (root / "deep").mkdir(parents=True)
    (root / "empty").mkdir()
    (root / "top.txt").write_text("top")
    (root / "deep" / "bottom.txt").write_bytes(b"\0" * 200_000)
    return root


class TestLanding:
    """Every source lands where the official plugin puts it."""

    def copy(self, plugin: Plugin, server: SshServer, source: Any, path: str) -> None:  # noqa: ANN401 JSON-like
        plugin.create(
            COPY, {"connection": server.connection(), "source": source, "remotePath": path}
        )

    def test_a_text_is_written_with_its_missing_folders(
        self, plugin: Plugin, server: SshServer, remote_folder: Path
    ) -> None:
        self.copy(plugin, server, text("hello\n"), "/etc/new/hello.conf")

        assert "hello\n" == (remote_folder / "etc/new/hello.conf").read_text()

    def test_a_text_overwrites_a_longer_file(
        self, plugin: Plugin, server: SshServer, remote_folder: Path
    ) -> None:
        (remote_folder / "file").write_text("something longer")

        self.copy(plugin, server, text("short"), "/file")

        assert "short" == (remote_folder / "file").read_text()

    def test_a_text_at_a_folder_is_refused(
        self, plugin: Plugin, server: SshServer, remote_folder: Path
    ) -> None:
        (remote_folder / "folder").mkdir()

        with pytest.raises(ProviderError, match="is a folder; a text needs the path of a file"):
            self.copy(plugin, server, text("x"), "/folder")

    def test_a_file_lands_at_the_path_or_inside_the_folder(
        self, plugin: Plugin, server: SshServer, remote_folder: Path, tree: Path
    ) -> None:
        (remote_folder / "folder").mkdir()

        self.copy(plugin, server, file(tree / "top.txt"), "/a/renamed")
        self.copy(plugin, server, file(tree / "top.txt"), "/folder")

        assert "top" == (remote_folder / "a/renamed").read_text()
        assert "top" == (remote_folder / "folder/top.txt").read_text()

    def test_a_folder_lands_inside_the_path(
        self, plugin: Plugin, server: SshServer, remote_folder: Path, tree: Path
    ) -> None:
        self.copy(plugin, server, folder(tree), "/opt")

        assert b"\0" * 200_000 == (remote_folder / "opt/tree/deep/bottom.txt").read_bytes()
        assert (remote_folder / "opt/tree/empty").is_dir()

    def test_a_folder_with_a_slash_lands_as_the_path(
        self, plugin: Plugin, server: SshServer, remote_folder: Path, tree: Path
    ) -> None:
        self.copy(plugin, server, folder(f"{tree}/"), "/opt")

        assert "top" == (remote_folder / "opt/top.txt").read_text()

    def test_a_folder_at_a_file_is_refused(
        self, plugin: Plugin, server: SshServer, remote_folder: Path, tree: Path
    ) -> None:
        (remote_folder / "file").write_text("x")

        with pytest.raises(ProviderError, match="exists, but is not a folder"):
            self.copy(plugin, server, folder(f"{tree}/"), "/file")

    def test_a_source_that_is_not_there_is_told_before_connecting(
        self, plugin: Plugin, server: SshServer, tmp_path: Path
    ) -> None:
        with pytest.raises(ProviderError, match="does not exist"):
            self.copy(plugin, server, file(tmp_path / "none"), "/file")

    def test_what_the_server_refuses_is_told_with_path_and_address(
        self, plugin: Plugin, server: SshServer, remote_folder: Path
    ) -> None:
        (remote_folder / "file").write_text("x")

        with pytest.raises(ProviderError, match=r"/file/below.* on 127\.0\.0\.1:|not a folder"):
            self.copy(plugin, server, text("x"), "/file/below")


class TestLifeCycle:
    """A copy is made at creation and at any change; nothing is deleted."""

    def inputs(self, server: SshServer, source: dict[str, Any]) -> dict[str, Any]:
        return {"connection": server.connection(), "source": source, "remotePath": "/file"}

    def test_a_preview_copies_nothing(
        self, plugin: Plugin, server: SshServer, remote_folder: Path
    ) -> None:
        plugin.create(COPY, self.inputs(server, text("x")), preview=True)
        plugin.create(COPY, {**self.inputs(server, text("x")), "source": UNKNOWN}, preview=True)

        assert [] == list(remote_folder.iterdir())

    def test_an_update_copies_again(
        self, plugin: Plugin, server: SshServer, remote_folder: Path
    ) -> None:
        old = plugin.create(COPY, self.inputs(server, text("first")))

        plugin.update(COPY, old, self.inputs(server, text("second")))

        assert "second" == (remote_folder / "file").read_text()

    def test_deletion_leaves_the_file(
        self, plugin: Plugin, server: SshServer, remote_folder: Path
    ) -> None:
        plugin.delete(COPY, plugin.create(COPY, self.inputs(server, text("stays"))))

        assert "stays" == (remote_folder / "file").read_text()

    def test_a_secret_text_is_copied_and_stays_secret(
        self, plugin: Plugin, server: SshServer, remote_folder: Path
    ) -> None:
        source = Secret(text(SECRET))

        state = plugin.create(COPY, {**self.inputs(server, text("")), "source": source})

        assert SECRET == (remote_folder / "file").read_text()
        assert source == state["source"]
        assert SECRET not in plugin.shown


class TestRefusing:
    """Sources that the stand-in can't copy are refused when they are checked."""

    @pytest.mark.parametrize(
        ("source", "words"),
        [
            ({SIGNATURE: ASSET, "uri": "https://example.org/x"}, "a source behind a URL"),
            ({SIGNATURE: ARCHIVE, "assets": {}}, "an archive made of assets"),
            ({"path": "x"}, "neither an asset nor an archive"),
        ],
    )
    def test_the_reason_is_told(self, plugin: Plugin, source: dict[str, Any], words: str) -> None:
        inputs = {"connection": {"host": "h"}, "source": source, "remotePath": "/x"}

        (failure,) = plugin.check(COPY, inputs).failures

        assert "source" == failure.property
        assert words in failure.reason
