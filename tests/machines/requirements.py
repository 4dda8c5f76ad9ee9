"""What this system must have so that machines can be made of namespaces, or why it can't.

Owns the reasons, and the few Debian packages that it installs where this user may. Doesn't own what
is made with them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import MappingProxyType
from typing import Final

from tests.apt import install
from tests.machines import control_groups

PACKAGES: Final = MappingProxyType(
    {
        "debootstrap": "debootstrap",
        "dpkg-scanpackages": "dpkg-dev",
        "gpg": "gpg",
        "ip": "iproute2",
        "nsenter": "util-linux",
        "setpriv": "util-linux",
        "unshare": "util-linux",
    }
)
"""Each program that the laboratory runs here, and the package it is in."""


def lacking() -> str | None:
    """Install what is missing where this user may; return why there can be no machines, or None."""
    if sys.platform != "linux":
        return "machines are made of Linux's namespaces; this is another system"
    if os.geteuid() != 0:
        return "machines are made of namespaces by root; run make test-machines as root"
    return _kernel() or control_groups.lacking() or _programs() or _namespaces()


def _kernel() -> str | None:
    if "overlay" not in Path("/proc/filesystems").read_text().split():
        return "this kernel has no overlay filesystem (modprobe overlay)"
    if not Path("/proc/sys/net/bridge").exists():
        return "this kernel has no br_netfilter, which kubeadm asks for (modprobe br_netfilter)"
    return None


def _programs() -> str | None:
    missing = _missing()
    if not missing:
        return None
    names = ", ".join(missing)
    if shutil.which("apt-get") is None:
        return f"{names} not found on PATH, and there is no apt-get"
    failed = install(sorted({PACKAGES[name] for name in missing}))
    if failed is not None:
        return f"{names} not found on PATH, and {failed}"
    missing = _missing()
    return f"{', '.join(missing)} not found on PATH although installed" if missing else None


def _missing() -> list[str]:
    return [name for name in PACKAGES if shutil.which(name) is None]


def _namespaces() -> str | None:
    command = ["unshare", "--net", "--mount", "--pid", "--cgroup", "--fork", "--kill-child", "true"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    return f"no namespaces can be made: {done.stderr.strip()}" if done.returncode else None
