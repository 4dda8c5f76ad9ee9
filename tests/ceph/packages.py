"""Ceph's programs from Debian's packages: found, else installed once, else a reason why not.

Owns which packages the laboratory needs. Doesn't own any daemon.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import Final

from tests.apt import install

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


def provide() -> str | None:
    """Install what is missing where this user may; return why the laboratory can't run, or None."""
    if os.geteuid() != 0:
        return "a real Ceph is started by root; run make test-ceph as root"
    lacking = _lacking()
    if lacking is None:
        return None
    if shutil.which("apt-get") is None:
        return f"{lacking}, and there is no apt-get; install {' '.join(PACKAGES)}"
    failed = install(PACKAGES)
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
