"""Copying a source to a remote host over SFTP.

Owns where each file lands, exactly as in the official plugin (``sftpCopy`` in
``copyController.go``):

    source | remote path is a folder | does not exist | is a file
    -------|-------------------------|----------------|-----------------
    folder | path/folder             | path/folder    | refused
    folder/| its files in path       | its files      | refused
    file   | path/file               | path           | overwritten
    text   | refused                 | path           | overwritten

Nothing is ever deleted. A copy that broke off leaves part of a file; the resource then failed, and
the next run copies again.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import asyncssh

from local.providers.command.connections import Connection
from local.providers.command.dialling import Report, dial
from local.providers.command.sources import PathSource, TextSource
from local.providers.failures import ProviderError


async def copy_to_remote(
    source: TextSource | PathSource, remote_path: str, connection: Connection, report: Report
) -> None:
    """Copy `source` to `remote_path`, making missing parent folders.

    Raises:
        ProviderError: the source is not there, the remote path does not fit it, or no connection.
    """
    copy = _copier(source)
    async with dial(connection, report) as ssh:
        try:
            async with ssh.start_sftp_client() as sftp:
                await copy(sftp, remote_path)
        except (OSError, asyncssh.Error) as error:
            reason = str(error).rstrip(".") or type(error).__name__
            raise ProviderError(
                f"The copy to {remote_path!r} on {connection.address} failed: {reason}. "
                "Check the path's permissions and space; the next run copies again."
            ) from None


def _copier(
    source: TextSource | PathSource,
) -> Callable[[asyncssh.SFTPClient, str], Awaitable[None]]:
    match source:
        case TextSource(text):
            return partial(_copy_text, text)
        case PathSource(path) if Path(path).is_dir():
            return partial(_copy_folder, path)
        case PathSource(path) if Path(path).exists():
            return partial(_copy_file, path)
        case PathSource(path):
            raise ProviderError(f"The source {path!r} of the copy does not exist.")


async def _copy_text(text: str, sftp: asyncssh.SFTPClient, remote_path: str) -> None:
    if await sftp.isdir(remote_path):
        raise ProviderError(
            f"The remote path {remote_path!r} is a folder; a text needs the path of a file."
        )
    await _make_parents(sftp, remote_path)
    async with sftp.open(remote_path, "wb") as remote:
        await remote.write(text.encode())


async def _copy_file(path: str, sftp: asyncssh.SFTPClient, remote_path: str) -> None:
    if await sftp.isdir(remote_path):
        remote_path = posixpath.join(remote_path, Path(path).name)
    else:
        await _make_parents(sftp, remote_path)
    await sftp.put(path, remote_path)


async def _copy_folder(path: str, sftp: asyncssh.SFTPClient, remote_path: str) -> None:
    target = remote_path
    if not path.endswith("/"):
        target = posixpath.join(remote_path, Path(path).name)
    for folder, _, files in os.walk(path):
        inside = Path(folder).relative_to(path).as_posix()
        remote_folder = posixpath.normpath(posixpath.join(target, inside))
        await _make_folder(sftp, remote_folder)
        for name in files:
            await sftp.put(str(Path(folder, name)), posixpath.join(remote_folder, name))


async def _make_parents(sftp: asyncssh.SFTPClient, remote_path: str) -> None:
    if parent := posixpath.dirname(remote_path):
        await _make_folder(sftp, parent)


async def _make_folder(sftp: asyncssh.SFTPClient, path: str) -> None:
    if await sftp.exists(path) and not await sftp.isdir(path):
        raise ProviderError(f"The remote path {path!r} exists, but is not a folder.")
    await sftp.makedirs(path, exist_ok=True)
