"""actionlint: found on PATH, else built from its Go module.

Owns how it comes to be. Doesn't own what it judges.
"""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import Final

from local.paths import cache_dir
from local.toolchain.provision import provide
from local.toolchain.tools import GoProgram, Tool, VersionRange

_NAME: Final = "actionlint"
_VERSION: Final = "1.7.12"
_PACKAGE: Final = "github.com/rhysd/actionlint"
_TOOL: Final = Tool(
    name=_NAME,
    version=_VERSION,
    on_path=VersionRange((1, 7), (1, 8)),
    ask=("-version",),
    programs=MappingProxyType(
        {
            _NAME: GoProgram(
                Path(__file__).with_name("actionlint"),
                f"{_PACKAGE}/cmd/actionlint",
                ((f"{_PACKAGE}.version", _VERSION),),
            )
        }
    ),
    seconds=40,
)


def program() -> Path:
    """The program. Raises ToolchainError where it is neither there nor can be built."""
    return provide([_TOOL], cache_dir()).path(_NAME)
