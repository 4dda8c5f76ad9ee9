"""Finds a tool that the user has on PATH, in a version that this project works with.

It never changes anything, and never takes a tool out of this project's own cache for the user's.
"""

import os
import shutil
import subprocess
from pathlib import Path

from local.toolchain.tools import Tool, parse_version

_PATIENCE = 5.0  # seconds for a tool to print its version


def find(tool: Tool, cache: Path) -> dict[str, Path]:
    """Return the tool's programs on PATH; none unless all are there in an accepted version.

    Further programs of the tool may also lie beside the first, where a link on PATH leads.
    """
    first = shutil.which(tool.name)
    if first is None:
        return {}
    beside = Path(first).resolve().parent
    search = os.pathsep.join([os.environ.get("PATH", os.defpath), str(beside)])
    found = {name: shutil.which(name, path=search) for name in tool.programs}
    paths = {name: Path(path).absolute() for name, path in found.items() if path is not None}
    if len(paths) < len(found) or any(cache in path.resolve().parents for path in paths.values()):
        return {}
    version = parse_version(_ask(Path(first), tool.ask))
    return paths if version is not None and version in tool.on_path else {}


def _ask(program: Path, arguments: tuple[str, ...]) -> str:
    """Return what a program prints; nothing where it fails or takes too long."""
    try:
        return subprocess.run(
            [program, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE,
            check=True,
            env=os.environ | {"PULUMI_SKIP_UPDATE_CHECK": "true"},
        ).stdout.decode(errors="replace")
    except (OSError, subprocess.SubprocessError):
        return ""
