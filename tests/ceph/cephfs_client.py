"""One client of one filesystem, with one key: mounts, does one job, unmounts; system's Python only.

Owns what is done to files. Doesn't own any judgement: it reports each deed as a line of JSON.
Called as ``cephfs_client.py CONF KEYRING CLIENT FILESYSTEM PATH``; the job comes as one line of
JSON. Its first line of output is ``{"mounted": true}``, or ``{"refused": errno's name}``.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import select
import sys
import time
from collections.abc import Callable
from typing import Any

import cephfs  # type: ignore[import-not-found]  # Debian's, for the system's Python alone

Job = dict[str, Any]
_STREAM_BYTES = 20_000
_STREAM_PAUSE = 0.04


def report(**values: object) -> None:
    """Print one line of JSON."""
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()


def store(mount: cephfs.LibCephFS, name: str, content: bytes) -> None:
    """Write a file and wait until it lies on as many disks as Ceph acknowledges."""
    opened = mount.open(name.encode(), "w", 0o644)
    try:
        mount.write(opened, content, 0)
        mount.fsync(opened, 0)
    finally:
        mount.close(opened)


def digest(mount: cephfs.LibCephFS, name: str) -> str:
    """The SHA-256 of what a file holds."""
    opened = mount.open(name.encode(), "r")
    try:
        found, offset = hashlib.sha256(), 0
        while block := mount.read(opened, offset, 2**20):
            found.update(block)
            offset += len(block)
        return found.hexdigest()
    finally:
        mount.close(opened)


def write(mount: cephfs.LibCephFS, job: Job) -> None:
    """Write files of random bytes after a marker, and report what each holds."""
    mount.mkdirs(job["folder"].encode(), 0o755)
    for number in range(job["count"]):
        name = f"{job['folder']}/{job['prefix']}{number}"
        content = bytes.fromhex(job["marker"]) + os.urandom(job["bytes"])
        store(mount, name, content)
        report(file=name, sha256=hashlib.sha256(content).hexdigest())


def read(mount: cephfs.LibCephFS, job: Job) -> None:
    """Report what files hold."""
    for name in job["files"]:
        try:
            report(file=name, sha256=digest(mount, name))
        except cephfs.Error as error:
            report(file=name, failed=named(error))


def stream(mount: cephfs.LibCephFS, job: Job) -> None:
    """Write small files, one after the other, until the input ends."""
    mount.mkdirs(job["folder"].encode(), 0o755)
    number = 0
    while not select.select([sys.stdin], [], [], _STREAM_PAUSE)[0]:
        name, content = f"{job['folder']}/{number}", os.urandom(_STREAM_BYTES)
        began = time.monotonic()
        try:
            store(mount, name, content)
        except cephfs.Error as error:
            report(file=name, failed=named(error), began=began)
        else:
            report(
                file=name,
                sha256=hashlib.sha256(content).hexdigest(),
                began=began,
                ended=time.monotonic(),
            )
        number += 1


def attempt(mount: cephfs.LibCephFS, job: Job) -> None:
    """Try everything that changes a file or a folder, and report how each ended."""
    name = job["file"].encode()
    folder, _, _ = name.rpartition(b"/")
    deeds: dict[str, Callable[[], object]] = {
        "create": lambda: mount.close(mount.open(folder + b"/made", "w", 0o644)),
        "append": lambda: mount.close(mount.open(name, os.O_WRONLY | os.O_APPEND, 0o644)),
        "overwrite": lambda: mount.close(mount.open(name, "r+", 0o644)),
        "chmod": lambda: mount.chmod(name, 0o600),
        "rename": lambda: mount.rename(name, name + b".moved"),
        "make a folder": lambda: mount.mkdir(folder + b"/folder", 0o755),
        "unlink": lambda: mount.unlink(name + job["moved"].encode()),
    }
    each_tried(deeds)


def snapshots(mount: cephfs.LibCephFS, job: Job) -> None:
    """Try to make a snapshot of the path that was mounted, and to remove one of its own."""
    each_tried(
        {
            "make": lambda: mount.mkdir(b"/.snap/made", 0o755),
            "remove": lambda: mount.rmdir(b"/.snap/" + job["snapshot"].encode()),
        }
    )


def each_tried(deeds: dict[str, Callable[[], object]]) -> None:
    """Do each, and report how it ended."""
    for deed, do in deeds.items():
        try:
            do()
        except cephfs.Error as error:
            report(deed=deed, result=named(error))
        else:
            report(deed=deed, result="done")


def entries(mount: cephfs.LibCephFS, job: Job) -> None:
    """Report the names in a folder."""
    with mount.opendir(job["folder"].encode()) as opened:
        while entry := mount.readdir(opened):
            if entry.d_name not in {b".", b".."}:
                report(entry=entry.d_name.decode())


def remove(mount: cephfs.LibCephFS, job: Job) -> None:
    """Delete files."""
    for name in job["files"]:
        mount.unlink(name.encode())


def quota(mount: cephfs.LibCephFS, _job: Job) -> None:
    """Report the quota in bytes of the path that was mounted."""
    report(quota=int(mount.getxattr(b"/", b"ceph.quota.max_bytes")))


def named(error: cephfs.Error) -> str:
    """The name of an error's number, for example EACCES."""
    return errno.errorcode.get(abs(error.errno), str(error.errno))


JOBS = {
    "write": write,
    "read": read,
    "stream": stream,
    "attempt": attempt,
    "snapshots": snapshots,
    "entries": entries,
    "remove": remove,
    "quota": quota,
}


def main() -> None:
    """Mount, do the job, unmount."""
    conf, keyring, client, filesystem, path = sys.argv[1:]
    job = json.loads(sys.stdin.readline())
    mount = cephfs.LibCephFS(conffile=conf, auth_id=client, conf={"keyring": keyring})
    try:
        mount.mount(mount_root=path.encode(), filesystem_name=filesystem.encode())
    except cephfs.Error as error:
        report(refused=named(error))
        mount.shutdown()
        return
    report(mounted=True)
    JOBS[job["do"]](mount, job)
    mount.unmount()
    mount.shutdown()


if __name__ == "__main__":
    main()
