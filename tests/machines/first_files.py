"""The files that a machine is born with: its name, its keys, and what the laboratory needs on it.

Owns those files. Doesn't own anything that the product writes: it puts nothing in their place.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import asyncssh

from tests.machines.enclosure import GATEWAY, SUBNET

PODS: Final = "10.244"
"""The first half of all pods' addresses; the third number is the machine's."""
REPOSITORY_PORT: Final = 8080
MIRROR_PORT: Final = 5000
REPOSITORY: Final = f"http://{GATEWAY}:{REPOSITORY_PORT}"
MIRROR: Final = f"http://{GATEWAY}:{MIRROR_PORT}"
_HOST_KEY: Final = "etc/ssh/ssh_host_ed25519_key"


def born(layer: Path, name: str, number: int, authorized_key: str) -> str:
    """Write a machine's files into its layer, and return its host's public key, one line."""
    host_key = asyncssh.generate_private_key("ssh-ed25519")
    public = host_key.export_public_key().decode().strip()
    files = {
        "etc/hostname": f"{name}\n",
        "etc/hosts": f"127.0.0.1 localhost\n{SUBNET}.{10 + number} {name}\n",
        "etc/machine-id": f"{uuid.uuid4().hex}\n",
        "etc/resolv.conf": f"nameserver {GATEWAY}\n",
        "etc/ssh/ssh_host_ed25519_key.pub": f"{public}\n",
        **_laboratory(number),
    }
    for path, text in files.items():
        _write(layer / path, text, 0o644)
    _write(layer / _HOST_KEY, host_key.export_private_key().decode(), 0o600)
    _write(layer / "root/.ssh/authorized_keys", f"{authorized_key}\n", 0o600)
    for private in ("root", "root/.ssh"):
        (layer / private).chmod(0o700)
    return public


def _laboratory(number: int) -> Mapping[str, str]:
    """What a hospital's machines need no file for."""
    return {
        "etc/apt/sources.list.d/distribution.list": f"deb [trusted=yes] {REPOSITORY}/debian ./\n",
        "etc/cni/net.d/10-laboratory.conflist": json.dumps(_network(number), indent=2),
        "etc/containerd/conf.d/laboratory.toml": _CONTAINERD,
        "etc/containerd/certs.d/registry.k8s.io/hosts.toml": (
            f'[host."{MIRROR}"]\ncapabilities = ["pull", "resolve"]\n'
        ),
        "etc/kubernetes/patches/kubeletconfiguration0+merge.yaml": json.dumps(_KUBELET, indent=2),
    }


_CONTAINERD: Final = """version = 3

[plugins."io.containerd.cri.v1.runtime"]
restrict_oom_score_adj = true

[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"

[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
SystemdCgroup = false
"""
_KUBELET: Final[Mapping[str, object]] = {
    "failCgroupV1": False,
    "cgroupDriver": "cgroupfs",
    "evictionHard": {
        "memory.available": "100Mi",
        "nodefs.available": "1Gi",
        "imagefs.available": "1Gi",
        "nodefs.inodesFree": "1%",
    },
    "imageGCHighThresholdPercent": 100,
    "imageGCLowThresholdPercent": 99,
    "systemReserved": {"cpu": "500m", "memory": "4Gi"},
}
"""Every machine sees all of the host's disk, memory and cores: research/machines-lab.md §4."""


def _network(number: int) -> Mapping[str, object]:
    """The plain bridge; the routes between machines are theirs from the start."""
    subnet = f"{PODS}.{number}.0/24"
    bridge = {
        "type": "bridge",
        "bridge": "cni0",
        "isGateway": True,
        "hairpinMode": True,
        "ipam": {
            "type": "host-local",
            "ranges": [[{"subnet": subnet}]],
            "routes": [{"dst": "0.0.0.0/0"}],
        },
    }
    portmap = {"type": "portmap", "capabilities": {"portMappings": True}}
    return {"cniVersion": "1.0.0", "name": "laboratory", "plugins": [bridge, portmap]}


def _write(path: Path, text: str, mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
