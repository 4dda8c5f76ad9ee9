"""Flat apt repositories, signed by a key of their own, as files that any web server serves.

Owns their indexes. Doesn't own the packages. Each has its key beside it as ``Release.key``, where
the Kubernetes project has it too.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import subprocess
from collections.abc import Sequence
from email.utils import formatdate
from pathlib import Path
from typing import Final

KEY: Final = "Release.key"
_WHO: Final = "laboratory"
_LONGEST: Final = 120


def index(folder: Path, keys: Path) -> None:
    """Index a folder of packages and sign the index; `keys` is the folder of the signing key."""
    packages = _run(["dpkg-scanpackages", "--multiversion", "."], folder)
    (folder / "Packages").write_bytes(packages)
    (folder / "Packages.gz").write_bytes(gzip.compress(packages, mtime=0))
    release = _release(folder, ("Packages", "Packages.gz"))
    (folder / "Release").write_text(release)
    _gpg(keys, folder, "--yes", "--clearsign", "--output", "InRelease", "Release")
    _gpg(keys, folder, "--yes", "--armor", "--export", "--output", KEY, _WHO)


def make_key(keys: Path) -> None:
    """Make the key that signs."""
    keys.mkdir(mode=0o700)
    kind = ("--quick-generate-key", _WHO, "ed25519", "sign", "never")
    _gpg(keys, keys, "--pinentry-mode=loopback", "--passphrase=", *kind)


def _release(folder: Path, names: Sequence[str]) -> str:
    lines = [
        f"Origin: {_WHO}",
        f"Label: {_WHO}",
        f"Date: {formatdate(usegmt=True)}",
        "SHA256:",
    ]
    for name in names:
        content = (folder / name).read_bytes()
        lines.append(f" {hashlib.sha256(content).hexdigest()} {len(content)} {name}")
    return "\n".join(lines) + "\n"


def _gpg(keys: Path, folder: Path, *command: str) -> None:
    """Run gpg with an agent that doesn't outlive it."""
    own = ["unshare", "--pid", "--fork", "--kill-child", "--"]
    _run([*own, "gpg", "--batch", "--quiet", f"--homedir={keys}", *command], folder)


def _run(command: Sequence[str], folder: Path) -> bytes:
    """Run a command in a folder and return what it prints."""
    return subprocess.run(
        command,
        cwd=folder,
        env=os.environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=_LONGEST,
        check=True,
    ).stdout
