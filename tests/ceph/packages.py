"""Ceph's programs from Debian's packages: found, else installed once, else a reason why not.

Owns which packages the laboratory needs. Doesn't own any daemon.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import Final

PYTHON: Final = "/usr/bin/python3"
"""The system's Python: Debian's bindings of libcephfs and librados are built for it alone."""
PACKAGES: Final = (
    "ceph-mon",
    "ceph-mgr",
    "ceph-osd",
    "ceph-mds",
    "ceph-base",
    "python3-cephfs",
    "python3-rados",
)
_PROGRAMS: Final = (
    "ceph-mon",
    "ceph-mgr",
    "ceph-osd",
    "ceph-mds",
    "ceph-authtool",
    "monmaptool",
    "setpriv",
)
_LONGEST: Final = 540
_APT: Final = ("apt-get", "--quiet", "--option=DPkg::Lock::Timeout=240")


def provide() -> str | None:
    """Install what is missing where this user may; return why the laboratory can't run, or None."""
    if os.geteuid() != 0:
        return "a real Ceph is started by root; run make test-ceph as root"
    lacking = _lacking()
    if lacking is None:
        return None
    if shutil.which("apt-get") is None:
        return f"{lacking}, and there is no apt-get; install {' '.join(PACKAGES)}"
    failed = _install()
    if failed is not None:
        return f"{lacking}, and {failed}"
    lacking = _lacking()
    return None if lacking is None else f"{lacking} although apt-get installed its packages"


def _lacking() -> str | None:
    missing = [name for name in _PROGRAMS if shutil.which(name) is None]
    if missing:
        return f"{', '.join(missing)} not found on PATH"
    bindings = [PYTHON, "-I", "-c", "import cephfs, rados"]
    if subprocess.run(bindings, capture_output=True, timeout=60, check=False).returncode:
        return f"{PYTHON} can't import cephfs and rados"
    return None


def _install() -> str | None:
    """Run apt-get; return why it failed, or None."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    wanted = ("install", "--yes", "--no-install-recommends", *PACKAGES)
    for command in (("update",), wanted):
        try:
            done = subprocess.run(
                [*_APT, *command],
                env=quiet,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=_LONGEST // 2,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return f"apt-get {command[0]} took longer than {_LONGEST // 2} s"
        if done.returncode:
            last = (done.stderr.strip() or "it said nothing").splitlines()[-1]
            return f"apt-get {command[0]} failed: {last}"
    return None
