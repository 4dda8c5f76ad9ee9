"""The programs that machines run and no Debian release has: Kubernetes, containerd and their like.

Owns their pins and where they come from: built from their publishers' Go modules, once, into the
user's cache. Doesn't own how they are packed. None is taken from PATH, since a package says exactly
which version it holds.
"""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import Final

from local.paths import cache_dir
from local.toolchain.pins import ETCD, KUBERNETES, MODULES
from local.toolchain.provision import Toolchain, provide
from local.toolchain.tools import GoProgram, Tool, VersionRange

PREVIOUS: Final = "1.35.4"
"""The Kubernetes of one minor before, for upgrades."""
CONTAINERD: Final = "2.4.2"
CNI: Final = "1.9.1"
COREDNS: Final = "1.14.6"
CRANE: Final = "0.22.1"
PAUSE: Final = "1.0.1"
"""Our own, and this names its source: it waits, as the one of Kubernetes does."""

_NOWHERE: Final = VersionRange((0, 0), (0, 0))
_FOLDER: Final = Path(__file__).parent / "modules"
_SECONDS: Final = MappingProxyType(
    {
        "kube-apiserver": 300,
        "kube-controller-manager": 120,
        "kubelet": 75,
        "kube-proxy": 40,
        "kubeadm": 35,
        "kubectl": 25,
        "kube-scheduler": 10,
    }
)
_SHARED: Final = frozenset(
    {"kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl"}
)
"""Those that the simulated environment runs too, in the current version."""


def kubernetes(version: str) -> Toolchain:
    """The programs of Kubernetes in one version.

    Raises:
        ToolchainError: one is neither there nor can be built.
    """
    return provide([_kubernetes(name, version) for name in _SECONDS], cache_dir())


def others() -> Toolchain:
    """Everything but Kubernetes.

    Raises:
        ToolchainError: one is neither there nor can be built.
    """
    containerd = "github.com/containerd/containerd/v2"
    told = ((f"{containerd}/version.Version", f"v{CONTAINERD}"),)
    plugins = "github.com/containernetworking/plugins/plugins"
    etcd = "go.etcd.io/etcd"
    return provide(
        [
            *(
                _tool(name, CONTAINERD, _FOLDER / "containerd", f"{containerd}/cmd/{name}", told)
                for name in ("containerd", "ctr", "containerd-shim-runc-v2")
            ),
            *(
                _tool(path.rpartition("/")[2], CNI, _FOLDER / "cni", f"{plugins}/{path}")
                for path in ("main/bridge", "main/loopback", "ipam/host-local", "meta/portmap")
            ),
            _tool(
                "coredns", COREDNS, _FOLDER / "coredns", "github.com/coredns/coredns", seconds=250
            ),
            _tool(
                "crane",
                CRANE,
                _FOLDER / "crane",
                "github.com/google/go-containerregistry/cmd/crane",
            ),
            _tool("etcd", ETCD, MODULES / "etcd", f"{etcd}/server/v3"),
            _tool("etcdctl", ETCD, _FOLDER / "etcd-client", f"{etcd}/etcdctl/v3"),
            _tool("etcdutl", ETCD, _FOLDER / "etcd-client", f"{etcd}/etcdutl/v3"),
            _tool("pause", PAUSE, _FOLDER / "pause", ".", seconds=5),
        ],
        cache_dir(),
    )


def _kubernetes(name: str, version: str) -> Tool:
    modules = {KUBERNETES: "kube", PREVIOUS: "kube-1.35"}
    shared = version == KUBERNETES and name in _SHARED
    module = MODULES / "kube" if shared else _FOLDER / modules[version]
    told = "k8s.io/component-base/version"
    major, minor, _ = version.split(".")
    variables = (
        (f"{told}.gitVersion", f"v{version}"),
        (f"{told}.gitMajor", major),
        (f"{told}.gitMinor", minor),
    )
    package = f"k8s.io/kubernetes/cmd/{name}"
    return _tool(name, version, module, package, variables, _SECONDS[name])


def _tool(  # noqa: PLR0913, PLR0917 - what a program is made of
    name: str,
    version: str,
    module: Path,
    package: str,
    variables: tuple[tuple[str, str], ...] = (),
    seconds: int = 30,
) -> Tool:
    program = GoProgram(module, package, variables)
    return Tool(
        name=name,
        version=version,
        on_path=_NOWHERE,
        ask=("--version",),
        programs=MappingProxyType({name: program}),
        seconds=seconds,
    )
