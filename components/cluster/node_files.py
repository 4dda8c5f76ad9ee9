"""The files of a machine before it is a node: kernel settings, containerd, HAProxy.

Owns their contents. Doesn't own when they are written, nor the services that read them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from components.cluster.plan import LOCAL_ENDPOINT, ClusterPlan

_MODULES: Final = ("overlay", "br_netfilter", "rbd", "ceph", "wireguard")
"""The last three where the kernel has them: Ceph's mounts and Cilium's encryption."""
_SYSCTLS: Final = {
    "net.ipv4.ip_forward": "1",
    "net.bridge.bridge-nf-call-iptables": "1",
    # A hyphen: useful, yet a machine that shares its kernel may not set them.
    "-fs.inotify.max_user_instances": "8192",
    "-fs.inotify.max_user_watches": "524288",
}

MODULES_FILE: Final = "/etc/modules-load.d/imaging.conf"
SYSCTLS_FILE: Final = "/etc/sysctl.d/90-imaging.conf"
CONTAINERD_FILE: Final = "/etc/containerd/config.toml"
MIRROR_FILE: Final = "/etc/containerd/certs.d/registry.k8s.io/hosts.toml"
HAPROXY_FILE: Final = "/etc/haproxy/haproxy.cfg"


def node_files(plan: ClusterPlan) -> Mapping[str, str]:
    """Build every file, by its path."""
    files = {
        MODULES_FILE: "".join(f"{name}\n" for name in _MODULES),
        SYSCTLS_FILE: "".join(f"{name} = {value}\n" for name, value in _SYSCTLS.items()),
        CONTAINERD_FILE: containerd(),
        HAPROXY_FILE: haproxy(plan),
    }
    if plan.image_mirror is not None:
        files[MIRROR_FILE] = mirror(plan.image_mirror)
    return files


def containerd() -> str:
    """Build containerd's configuration; a machine deviates by a file in conf.d."""
    return """\
version = 3
imports = ["/etc/containerd/conf.d/*.toml"]

[plugins."io.containerd.cri.v1.images".registry]
  config_path = "/etc/containerd/certs.d"

[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"

[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
  SystemdCgroup = true
"""


def mirror(registry: str) -> str:
    """Build what sends containerd to a mirror, and nowhere else: it may be all there is."""
    return f"""\
server = "{registry}"

[host."{registry}"]
  capabilities = ["pull", "resolve"]
"""


def haproxy(plan: ClusterPlan) -> str:
    """Build HAProxy's configuration: from loopback to every API server that says it is ready."""
    servers = "".join(
        f"    server {machine.name} {machine.address}:6443\n" for machine in plan.control_planes
    )
    return f"""\
global
    log stdout format raw local0 notice
    maxconn 4096

defaults
    mode tcp
    log global
    timeout connect 3s
    timeout client 1h
    timeout server 1h
    timeout check 3s

frontend kubernetes
    bind {LOCAL_ENDPOINT}
    default_backend control-planes

backend control-planes
    balance leastconn
    option httpchk
    http-check send meth GET uri /readyz
    http-check expect status 200
    default-server check check-ssl verify none inter 2s fall 2 rise 2
    default-server on-marked-down shutdown-sessions
{servers}"""
