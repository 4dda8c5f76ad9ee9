"""CustomResourceDefinitions of the operators that the platform uses, out of pinned Go modules.

They are the files that the projects publish, unchanged; every one is accepted by
`kubectl apply --server-side`. KEDA's own release also patches two of its six (bounds that the
HorizontalPodAutoscaler checks anyway, and leniency in ScaledJob, which this project doesn't use).
Rook's are in no Go module and so are not here.
"""

import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from local.paths import cache_dir
from local.toolchain.errors import ToolchainError
from local.toolchain.go_build import module_folders
from local.toolchain.go_toolchain import Go, go_for
from local.toolchain.pins import MODULES
from local.toolchain.progress import step
from local.toolchain.store import exclusive, publish

_MODULE = MODULES / "crds"
_SOURCES = MappingProxyType(
    {
        "cert-manager": ("github.com/cert-manager/cert-manager", "deploy/crds"),
        "gateway-api": ("sigs.k8s.io/gateway-api", "config/crd/standard"),
        "keda": ("github.com/kedacore/keda/v2", "config/crd/bases"),
        "prometheus-operator": (
            "github.com/prometheus-operator/prometheus-operator",
            "example/prometheus-operator-crd",
        ),
    }
)


def crd_folders() -> Mapping[str, Path]:
    """Return a folder of YAML files for each project: cert-manager, gateway-api, keda, ...

    Raises:
        ToolchainError: there is no Go to fetch them with, or no module proxy.
    """
    digest = hashlib.sha256((_MODULE / "go.mod").read_bytes() + repr(dict(_SOURCES)).encode())
    target = cache_dir() / "crds" / digest.hexdigest()[:12]
    try:
        if not _whole(target):
            _make(target)
    except OSError as error:
        raise ToolchainError(f"The CRDs' cache in {target} can't be used: {error}.") from error
    return MappingProxyType({project: target / project for project in _SOURCES})


def _whole(target: Path) -> bool:
    return all(any((target / project).glob("*.yaml")) for project in _SOURCES)


def _make(target: Path) -> None:
    with (
        step("Custom resource definitions") as shown,
        exclusive(target, lambda: shown.doing("waiting for another run that fetches them")),
    ):
        if not _whole(target):
            go = go_for(_MODULE, cache_dir(), shown.doing)
            shown.doing("fetching Go modules")
            publish(target, lambda folder: _fill(folder, go))
        shown.outcome = "fetched"


def _fill(folder: Path, go: Go) -> None:
    """Copy each project's files out of its module."""
    modules = module_folders(go, _MODULE, [source for source, _ in _SOURCES.values()])
    for project, (source, path) in _SOURCES.items():
        (folder / project).mkdir()
        for definition in sorted((modules[source] / path).glob("*.yaml")):
            shutil.copyfile(definition, folder / project / definition.name)
