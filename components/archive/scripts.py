"""The shell scripts that run in Dicoogle's image, beside Dicoogle.

Owns their names and how a container runs one. Doesn't own what they do: each is a file of its own
below ``scripts/``, which says so, in the shell that every image has.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

FOLDER: Final = "/opt/imaging"
"""Where a pod finds them."""
VOLUME: Final = "scripts"
PREPARE: Final = "prepare.sh"
PLACE_SENTINEL: Final = "place-sentinel.sh"
WAIT_FOR_INDEX: Final = "wait-for-index.sh"
INGEST_READY: Final = "ingest-ready.sh"
INGEST_ALIVE: Final = "ingest-alive.sh"
RECONCILE: Final = "reconcile.sh"
WATCH_STARTS: Final = "watch-starts.sh"


def contents(*names: str) -> dict[str, str]:
    """Read scripts, by name."""
    folder = Path(__file__).parent / "scripts"
    return {name: (folder / name).read_text(encoding="utf-8") for name in names}


def command(script: str, *arguments: str) -> list[str]:
    """Build the command that runs a script; a ConfigMap's files needn't be executable."""
    return ["/bin/sh", f"{FOLDER}/{script}", *arguments]


def volume(configuration: str, names: tuple[str, ...]) -> dict[str, Any]:
    """Build the volume that holds these scripts, out of a ConfigMap."""
    items = [{"key": name, "path": name} for name in names]
    return {"name": VOLUME, "configMap": {"name": configuration, "items": items}}


def mount() -> dict[str, Any]:
    """Build the mount of that volume."""
    return {"name": VOLUME, "mountPath": FOLDER, "readOnly": True}
