"""Debian packages as the publishers name them, made of the programs that we built.

Owns their names, files and units. Doesn't own the repository that serves them. The real ones'
signatures and scripts aren't tried here; what `apt` does with them is.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

from local.toolchain.provision import Toolchain
from local.toolchain.tools import go_machine
from tests.machines.programs import CNI, CONTAINERD

CONTAINERD_PACKAGE: Final = f"{CONTAINERD}-1~debian.12~bookworm"
_LONGEST: Final = 300
_UNITS: Final = "usr/lib/systemd/system"


@dataclass(frozen=True)
class Package:
    """One package.

    Attributes:
        name: as its publisher calls it.
        version: with the publisher's revision.
        depends: what must be there too.
        programs: where each program goes, by its path on the machine.
        texts: further files.
        configured: a shell line that runs once it is installed.
    """

    name: str
    version: str
    depends: str
    programs: Mapping[str, Path]
    texts: Mapping[str, str] = field(default_factory=dict)
    configured: str = ""


def revision(kubernetes: str) -> str:
    """The version of a Kubernetes package, for example ``1.36.3-1.1``."""
    return f"{kubernetes}-1.1"


def of_kubernetes(version: str, tools: Toolchain) -> tuple[Package, ...]:
    """What the Kubernetes project's repository has, for one version."""
    told = revision(version)
    needs = "iproute2, kubernetes-cni (>= 1.2.0), mount, util-linux"
    drop_in = f"{_UNITS}/kubelet.service.d/10-kubeadm.conf"
    return (
        Package(
            "kubelet", told, needs, _bin(tools, "kubelet"), {f"{_UNITS}/kubelet.service": _UNIT}
        ),
        Package("kubeadm", told, "kubelet", _bin(tools, "kubeadm"), {drop_in: _DROP_IN}),
        Package("kubectl", told, "", _bin(tools, "kubectl")),
    )


def of_others(tools: Toolchain, runc: Path) -> tuple[Package, ...]:
    """The network plugins, and containerd with its runc."""
    plugins = ("bridge", "loopback", "host-local", "portmap")
    in_place = {f"opt/cni/bin/{name}": tools.path(name) for name in plugins}
    daemons = _bin(tools, "containerd", "ctr", "containerd-shim-runc-v2")
    files = {
        f"{_UNITS}/containerd.service": _CONTAINERD_UNIT,
        "etc/containerd/config.toml": 'disabled_plugins = ["cri"]\n',
    }
    start = "systemctl daemon-reload; systemctl enable --now containerd"
    return (
        Package("kubernetes-cni", f"{CNI}-1.1", "", in_place),
        Package(
            "containerd.io",
            CONTAINERD_PACKAGE,
            "libc6, libseccomp2",
            {**daemons, "usr/bin/runc": runc},
            files,
            start,
        ),
    )


def unpacked(packages: Path, name: str, folder: Path) -> Path:
    """Unpack one of Debian's packages into a folder."""
    [package] = packages.glob(f"{name}_*.deb")
    _run("dpkg-deb", "--extract", str(package), str(folder))
    return folder


def build(package: Package, work: Path, folder: Path) -> None:
    """Build a package into a folder; its files are put together below `work`."""
    root = work / f"{package.name}_{package.version}"
    for place, program in package.programs.items():
        target = root / place
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(program, target)
        target.chmod(0o755)
    for place, text in package.texts.items():
        target = root / place
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    (root / "DEBIAN").mkdir()
    (root / "DEBIAN/control").write_text(_control(package))
    settings = [f"/{place}\n" for place in package.texts if place.startswith("etc/")]
    (root / "DEBIAN/conffiles").write_text("".join(settings))
    if package.configured:
        script = root / "DEBIAN/postinst"
        script.write_text(
            f'#!/bin/sh\nset -e\n[ "$1" != configure ] || {{ {package.configured}; }}\n'
        )
        script.chmod(0o755)
    _run("dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "--build", str(root), str(folder))
    shutil.rmtree(root)


def _bin(tools: Toolchain, *names: str) -> Mapping[str, Path]:
    return MappingProxyType({f"usr/bin/{name}": tools.path(name) for name in names})


def _control(package: Package) -> str:
    fields = {
        "Package": package.name,
        "Version": package.version,
        "Architecture": go_machine(),
        "Maintainer": "the laboratory of machines <nobody@example.org>",
        "Depends": package.depends,
        "Description": f"{package.name}, built from its Go modules",
    }
    return "".join(f"{name}: {text}\n" for name, text in fields.items() if text)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=_LONGEST)


_UNIT: Final = """[Unit]
Description=kubelet: The Kubernetes Node Agent
Documentation=https://kubernetes.io/docs/
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=/usr/bin/kubelet
Restart=always
StartLimitInterval=0
RestartSec=10

[Install]
WantedBy=multi-user.target
"""
_DROP_IN: Final = """[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf \
--kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
EnvironmentFile=-/etc/default/kubelet
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS \
$KUBELET_EXTRA_ARGS
"""
_CONTAINERD_UNIT: Final = """[Unit]
Description=containerd container runtime
Documentation=https://containerd.io
After=network.target dbus.service

[Service]
ExecStartPre=-/sbin/modprobe overlay
ExecStart=/usr/bin/containerd
Type=notify
Delegate=yes
KillMode=process
Restart=always
RestartSec=5
LimitNPROC=infinity
LimitCORE=infinity
TasksMax=infinity
OOMScoreAdjust=-999

[Install]
WantedBy=multi-user.target
"""
