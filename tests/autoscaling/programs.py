"""The real programs of the loop that no Python registry has: KEDA and Prometheus.

Owns their pins and where they come from: built from their publishers' Go modules, once, into the
user's cache. Doesn't own how they are run.
"""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import Final

from local.paths import cache_dir
from local.toolchain.provision import Toolchain, provide
from local.toolchain.tools import GoProgram, Tool, VersionRange

OPERATOR: Final = "keda-operator"
ADAPTER: Final = "keda-adapter"
PROMETHEUS: Final = "prometheus"
KEDA_VERSION: Final = "2.21.0"
PROMETHEUS_VERSION: Final = "3.14.0"
_KEDA: Final = "github.com/kedacore/keda/v2"
_FOLDER: Final = Path(__file__).parent


def programs() -> Toolchain:
    """The programs. Raises ToolchainError where one is neither there nor can be built."""
    return provide(
        [_prometheus(), _keda(OPERATOR, "operator", 720), _keda(ADAPTER, "adapter", 80)],
        cache_dir(),
    )


def _keda(name: str, command: str, seconds: int) -> Tool:
    version = ((f"{_KEDA}/version.Version", KEDA_VERSION),)
    program = GoProgram(_FOLDER / "keda", f"{_KEDA}/cmd/{command}", version)
    return Tool(
        name=name,
        version=KEDA_VERSION,
        on_path=VersionRange((2, 21), (2, 22)),
        ask=("--version",),
        programs=MappingProxyType({name: program}),
        seconds=seconds,
    )


def _prometheus() -> Tool:
    version = (("github.com/prometheus/common/version.Version", PROMETHEUS_VERSION),)
    package = "github.com/prometheus/prometheus/cmd/prometheus"
    program = GoProgram(_FOLDER / "prometheus", package, version)
    return Tool(
        name=PROMETHEUS,
        version=PROMETHEUS_VERSION,
        on_path=VersionRange((3, 0), (4, 0)),
        ask=("--version",),
        programs=MappingProxyType({PROMETHEUS: program}),
        seconds=240,
    )
