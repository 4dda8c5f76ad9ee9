"""Institutions at work: files written, read and streamed with their own keys.

Owns the client's processes and their time-outs. Doesn't own what is asserted. A client of a stopped
Ceph hangs rather than fails, so each is a process of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from components import naming
from tests.ceph.administrator import wait_until
from tests.ceph.daemons import bound, configuration
from tests.ceph.laboratory import Laboratory
from tests.ceph.packages import PYTHON
from tests.ceph.provisioning import keyring

_SCRIPT: Final = Path(__file__).with_name("cephfs_client.py")
_LONGEST: Final = 120
Hashes = dict[str, str]
"""File, below the institution's group, to the SHA-256 of what it holds."""


class Stalled(Exception):  # noqa: N818 - Ceph didn't fail; it waits
    """A client didn't finish within its time."""


@dataclass(frozen=True)
class Client:
    """One key on one path of one filesystem."""

    laboratory: Laboratory
    name: str
    filesystem: str
    path: str

    def command(self) -> list[str]:
        """Build the command line of a client's process."""
        conf = str(configuration(self.laboratory.folder))
        ring = str(keyring(self.laboratory, self.name))
        script = [PYTHON, "-I", str(_SCRIPT), conf, ring, self.name, self.filesystem, self.path]
        return bound(script)

    def do(self, job: str, seconds: float = _LONGEST, **values: object) -> list[dict[str, Any]]:
        """Do one job and return what was reported. Raises Stalled."""
        given = json.dumps({"do": job, **values}) + "\n"
        try:
            done = subprocess.run(
                self.command(),
                input=given,
                capture_output=True,
                text=True,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise Stalled(f"{self.name} waited {seconds:.0f} s to {job}") from None
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def write(self, folder: str, count: int, size: int = 100_000, **how: str) -> Hashes:
        """Write ``count`` files; returns what they hold. ``how``: prefix and marker (hex)."""
        how = {"folder": folder, "prefix": "", "marker": "", **how}
        return _hashes(self.do("write", _LONGEST, count=count, bytes=size, **how)[1:])

    def read(self, files: Mapping[str, str] | Sequence[str]) -> Hashes:
        """Read files with a new client; what can't be read is an error's name, not a hash."""
        lines = self.do("read", files=list(files))[1:]
        return {line["file"]: line.get("sha256") or line["failed"] for line in lines}


def ingest(laboratory: Laboratory, institution: str) -> Client:
    """The client that writes an institution's examinations."""
    return _client(laboratory, naming.ingest_client(institution), institution)


def reader(laboratory: Laboratory, institution: str) -> Client:
    """The client that only reads them."""
    return _client(laboratory, naming.reader_client(institution), institution)


def _client(laboratory: Laboratory, name: str, institution: str) -> Client:
    filesystem = laboratory.plan.promise(institution).filesystem
    path = f"/volumes/{naming.subvolume_group(institution)}"
    return Client(laboratory, name, filesystem, path)


def _hashes(lines: Sequence[Mapping[str, Any]]) -> Hashes:
    return {line["file"]: line["sha256"] for line in lines}


@dataclass
class Stream:
    """An institution that writes without a pause while something happens to Ceph.

    Attributes:
        client: who writes.
        folder: where it writes.
    """

    client: Client
    folder: str
    _process: subprocess.Popen[str] | None = field(default=None)
    _reports: Path | None = field(default=None)

    def start(self) -> None:
        """Start, and wait for the first file."""
        self._reports = self.client.laboratory.folder / f"stream-{self.client.name}-{self.folder}"
        with self._reports.open("wb") as out, Path(os.devnull).open("wb") as nothing:
            self._process = subprocess.Popen(
                self.client.command(), stdin=subprocess.PIPE, stdout=out, stderr=nothing, text=True
            )
        job = {"do": "stream", "folder": f"/{self.folder}"}
        _input(self._process).write(json.dumps(job) + "\n")
        _input(self._process).flush()
        self.wait_for_a_write()

    def wait_for_a_write(self) -> None:
        """Wait until a file is stored whose writing began after now."""
        now = time.monotonic()
        wait_until(f"{self.client.name} writes", lambda: self.wrote_since(now))

    def wrote_since(self, moment: float) -> bool:
        """Tell whether a file was stored whose writing began after a moment."""
        return any(line["began"] > moment for line in self._stored())

    def rests(self, seconds: float) -> bool:
        """Watch for some time; tell whether nothing was stored in it."""
        now = time.monotonic()
        time.sleep(seconds)
        return not any(line["ended"] > now for line in self._stored())

    def stop(self) -> Hashes:
        """End it properly, and return what it stored; fails where a write failed."""
        assert self._process is not None
        _input(self._process).close()
        self._process.wait(_LONGEST)
        failed = [line for line in self._lines() if "failed" in line]
        assert failed == [], f"{self.client.name} got errors: {failed[:3]}"
        return _hashes(self._stored())

    def kill(self) -> None:
        """End it at once, if it still runs."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    @property
    def longest(self) -> float:
        """The longest time that a file took, in seconds."""
        return max(float(line["ended"] - line["began"]) for line in self._stored())

    def _stored(self) -> list[dict[str, Any]]:
        return [line for line in self._lines() if "sha256" in line]

    def _lines(self) -> list[dict[str, Any]]:
        assert self._reports is not None
        whole = self._reports.read_text().rpartition("\n")[0]
        return [json.loads(line) for line in whole.splitlines()]


def _input(process: subprocess.Popen[str]) -> IO[str]:
    assert process.stdin is not None
    return process.stdin
