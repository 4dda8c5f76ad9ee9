"""The plugin and the SSH server of a test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.local.providers.command.harness import Plugin, SshServer


@pytest.fixture
def plugin() -> Iterator[Plugin]:
    """Give a plugin that is cancelled at the end."""
    started = Plugin()
    yield started
    started.cancel()


@pytest.fixture
def remote_folder(tmp_path: Path) -> Path:
    """Give the folder that the server's SFTP shows as its root."""
    folder = tmp_path / "remote"
    folder.mkdir()
    return folder


@pytest.fixture
def server(remote_folder: Path) -> Iterator[SshServer]:
    """Give a running server."""
    running = SshServer(remote_folder)
    yield running
    running.close()
