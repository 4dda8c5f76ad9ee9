"""Which provider plugins the engine will use: the official ones, or ours that stand in for them.

Owns that choice. Doesn't own the stand-ins (``local.providers``). The engine downloads an official
plugin by itself where its publisher can be reached.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from local.paths import cache_dir, checkout
from local.toolchain.download import reachable_hosts
from local.toolchain.pins import TOOLS

_PROVIDERS: Final = ("kubernetes", "command")
_PUBLISHER: Final = "get.pulumi.com"


def home() -> Path:
    """Return Pulumi's home: the user's own if there is one, else a folder in the cache."""
    configured = os.environ.get("PULUMI_HOME")
    users = Path(configured) if configured else Path.home() / ".pulumi"
    return users if users.is_dir() else cache_dir() / "pulumi-home"


def stand_ins(folder: Path, pulumi_home: Path) -> Sequence[Path]:
    """Make executables for the plugins that aren't installed; return the folders to search."""
    missing = [name for name in _PROVIDERS if not _installed(name, pulumi_home)]
    if not missing or _PUBLISHER in reachable_hosts(TOOLS, cache_dir()):
        return []
    folder.mkdir(parents=True, exist_ok=True)
    for name in missing:
        script = folder / f"pulumi-resource-{name}"
        draft = script.with_suffix(".new")
        draft.write_text(
            "#!/bin/sh\n"
            f"PYTHONPATH={shlex.quote(str(checkout()))} "
            f'exec {shlex.quote(sys.executable)} -P -m local.providers.{name} "$@"\n',
            encoding="utf-8",
        )
        draft.chmod(0o755)
        draft.replace(script)
    return [folder]


def _installed(name: str, pulumi_home: Path) -> bool:
    binary = f"pulumi-resource-{name}"
    if shutil.which(binary):
        return True
    return any((pulumi_home / "plugins").glob(f"resource-{name}-v*/{binary}"))
