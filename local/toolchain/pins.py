"""The one place with the version of every tool of the local environment, and where it comes from.

Some versions look odd, since here the tools must be buildable from Go modules alone:

- pulumi 3.259.0: module proxies refuse the later versions of its module `pkg/v3`. The Python SDK
  may be newer.
- its Python language host comes from `sdk/v3` 3.70.0, which still holds it (later versions split
  it into a module that proxies refuse), with the `-exec` script of 3.259.0, which speaks to
  today's SDK. This host ignores the `virtualenv` option of Pulumi.yaml: put the virtual
  environment first on PATH.
- Kubernetes 1.36.3: its go.mod replaces the staging modules by folders; ours pins them at 0.36.3.
- kwok's publisher puts no checksums beside its binaries, so they are always built.
"""

from pathlib import Path
from types import MappingProxyType

from local.toolchain.tools import Download, GoModuleFile, GoProgram, Tool, VersionRange

MODULES = Path(__file__).parent / "modules"

PULUMI = "3.259.0"
KUBERNETES = "1.36.3"
ETCD = "3.7.3"
KWOK = "0.8.0"
GO_TOOLCHAIN = "1.26.6"
"""The Go of the wheel in modules/go-toolchain.txt, used where PATH has none that is new enough."""

_SDK = "github.com/pulumi/pulumi/sdk/v3"


def _pulumi() -> Tool:
    host = "pulumi-language-python"
    return Tool(
        name="pulumi",
        version=PULUMI,
        # 3.219 is the first to honour requiredPulumiVersion, which Pulumi.yaml sets.
        on_path=VersionRange((3, 219), (4, 0)),
        ask=("version",),
        programs=MappingProxyType(
            {
                "pulumi": GoProgram(
                    MODULES / "pulumi",
                    "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
                    ((f"{_SDK}/go/common/version.Version", f"v{PULUMI}"),),
                ),
                host: GoProgram(MODULES / host, f"{_SDK}/python/cmd/{host}"),
                f"{host}-exec": GoModuleFile(MODULES / "pulumi", _SDK, f"python/cmd/{host}-exec"),
            }
        ),
        seconds=285,
        download=Download(
            url="https://get.pulumi.com/releases/sdk/pulumi-v{version}-{system}-{machine}.tar.gz",
            checksums="https://get.pulumi.com/releases/sdk/pulumi-{version}-checksums.txt",
            inside="pulumi",
            x86_64="x64",
        ),
    )


def _kubernetes(name: str, seconds: int) -> Tool:
    client = name == "kubectl"
    version = "k8s.io/component-base/version"
    major, minor, _ = KUBERNETES.split(".")
    url = "https://dl.k8s.io/release/v{version}/bin/{system}/{machine}/" + name
    program = GoProgram(
        MODULES / "kube",
        f"k8s.io/kubernetes/cmd/{name}",
        (
            (f"{version}.gitVersion", f"v{KUBERNETES}"),
            (f"{version}.gitMajor", major),
            (f"{version}.gitMinor", minor),
        ),
    )
    return Tool(
        name=name,
        version=KUBERNETES,
        # kubectl works with servers one minor version away: https://kubernetes.io/releases/version-skew-policy/
        on_path=VersionRange((1, 35), (1, 38)) if client else VersionRange((1, 36), (1, 37)),
        ask=("version", "--client") if client else ("--version",),
        programs=MappingProxyType({name: program}),
        seconds=seconds,
        download=Download(url=url, checksums=f"{url}.sha256"),
    )


def _etcd() -> Tool:
    release = "https://github.com/etcd-io/etcd/releases/download/v{version}"
    archive = "etcd-v{version}-{system}-{machine}"
    return Tool(
        name="etcd",
        version=ETCD,
        on_path=VersionRange((3, 5), (3, 8)),
        ask=("--version",),
        programs=MappingProxyType(
            {"etcd": GoProgram(MODULES / "etcd", "go.etcd.io/etcd/server/v3")}
        ),
        seconds=30,
        download=Download(
            url=f"{release}/{archive}.tar.gz", checksums=f"{release}/SHA256SUMS", inside=archive
        ),
    )


def _kwok(name: str, seconds: int) -> Tool:
    return Tool(
        name=name,
        version=KWOK,
        on_path=VersionRange((0, 8), (0, 9)),
        ask=("--version",),
        programs=MappingProxyType(
            {name: GoProgram(MODULES / "kwok", f"sigs.k8s.io/kwok/cmd/{name}")}
        ),
        seconds=seconds,
    )


TOOLS: tuple[Tool, ...] = (
    _etcd(),
    _kwok("kwok", 85),
    _kwok("kwokctl", 15),
    _pulumi(),
    _kubernetes("kube-apiserver", 300),
    _kubernetes("kube-controller-manager", 120),
    _kubernetes("kube-scheduler", 10),
    _kubernetes("kubectl", 25),
)
"""Quick builds first; the Kubernetes components share most of their compilation."""
