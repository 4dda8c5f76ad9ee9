"""The Debian that every machine starts from: one tree, made once, never written to again.

Owns what is in it, and the Debian packages that machines install later. Doesn't own the files of
one machine. It comes from the mirror that this system's own apt uses, or else debootstrap's own.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from local.paths import cache_dir
from local.toolchain.progress import step
from local.toolchain.store import exclusive, publish

RELEASE: Final = "bookworm"
PACKAGES: Final = (
    "ca-certificates",
    "conntrack",
    "curl",
    "dbus",
    "e2fsprogs",
    "ethtool",
    "fdisk",
    "gpgv",
    "iproute2",
    "iptables",
    "kmod",
    "libpam-systemd",
    "nftables",
    "openssh-server",
    "procps",
    "socat",
    "sudo",
    "systemd",
    "systemd-sysv",
    "systemd-timesyncd",
    "util-linux",
)
LATER: Final = ("haproxy", "jq", "runc")
"""Installed on machines, or packed into others, from the laboratory's own repository."""
BUILT_IN: Final = ("fs/overlayfs/overlay", "net/bridge/br_netfilter")
"""Kernel modules that the kernel must have, so that a machine's modprobe finds nothing to do."""
_LONGEST: Final = 900
_STAMP: Final = "whole"
_WRITES_TO_THE_KERNEL: Final = "usr/lib/sysctl.d"
_MASKED: Final = (
    "console-getty.service",
    "dev-hugepages.mount",
    "sys-fs-fuse-connections.mount",
    "sys-kernel-debug.mount",
    "sys-kernel-tracing.mount",
)
"""Units for a console that isn't there, and for parts of the kernel that aren't the machine's."""
_SSH: Final = "PasswordAuthentication no\nPermitRootLogin prohibit-password\nUseDNS no\n"


class BaseTreeError(Exception):
    """The tree can't be made; the message says why."""


@dataclass(frozen=True)
class BaseTree:
    """The tree, and packages that aren't installed in it, with all that those need."""

    tree: Path
    packages: Path


def base_tree() -> BaseTree:
    """The tree, made where it isn't there.

    Raises:
        BaseTreeError: debootstrap or apt failed; with its last line.
    """
    digest = hashlib.sha256(Path(__file__).read_bytes() + platform.release().encode())
    target = cache_dir() / "machines" / "base" / digest.hexdigest()[:12]
    if not (target / _STAMP).exists():
        with (
            step(f"Debian {RELEASE} for machines") as shown,
            exclusive(target, lambda: shown.doing("waiting for another run that makes it")),
        ):
            if not (target / _STAMP).exists():
                shown.doing("about 1 min")
                publish(target, _fill)
            shown.outcome = "made"
    return BaseTree(target / "tree", target / "packages")


def _fill(folder: Path) -> None:
    tree = folder / "tree"
    include = f"--include={','.join(PACKAGES)}"
    _run("debootstrap", "--variant=minbase", include, RELEASE, str(tree), *_mirror())
    _fetch_later(tree, folder / "packages")
    _settle(tree)
    (folder / _STAMP).touch()


def _mirror() -> list[str]:
    """The address from which this system's apt has the release, as an argument; none where not."""
    wanted = ("Created-By: Packages", f"Codename: {RELEASE}", "Component: main", "Origin: Debian")
    said = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)", *wanted],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    ).stdout.split()
    return said[:1]


def _fetch_later(tree: Path, packages: Path) -> None:
    apt = ("chroot", str(tree), "apt-get", "--quiet", "--yes")
    _run(*apt, "update")
    _run(*apt, "clean")
    _run(*apt, "--no-install-recommends", "--download-only", "install", *LATER)
    packages.mkdir()
    for each in (tree / "var/cache/apt/archives").glob("*.deb"):
        shutil.move(each, packages)


def _settle(tree: Path) -> None:
    """Leave nothing that two machines may not share, and nothing that sets a shared kernel."""
    (tree / "etc/apt/sources.list").unlink()
    for path in ("etc/ssh", "var/lib/apt/lists", _WRITES_TO_THE_KERNEL):
        for each in (tree / path).glob("ssh_host_*" if path == "etc/ssh" else "*"):
            shutil.rmtree(each) if each.is_dir() else each.unlink()
    (tree / "etc/machine-id").write_text("")
    (tree / "etc/ssh/sshd_config.d/laboratory.conf").write_text(_SSH)
    for unit in _MASKED:
        (tree / "etc/systemd/system" / unit).symlink_to("/dev/null")
    modules = tree / "lib/modules" / platform.release()
    modules.mkdir(parents=True)
    (modules / "modules.order").touch()
    (modules / "modules.builtin").write_text("".join(f"kernel/{each}.ko\n" for each in BUILT_IN))
    _run("chroot", str(tree), "depmod", platform.release())


def _run(*command: str) -> None:
    """Run a command in mount and process namespaces of its own, so that a kill leaves no mount."""
    own = ("unshare", "--mount", "--pid", "--fork", "--kill-child", "--")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(
            [*own, *command],
            env=quiet,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise BaseTreeError(f"{command[0]} took longer than {_LONGEST} s") from error
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip() or "it said nothing").splitlines()[-1]
        raise BaseTreeError(f"{command[0]} failed: {last}")
