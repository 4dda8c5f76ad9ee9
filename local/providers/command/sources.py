"""What ``CopyToRemote`` copies: the engine's assets and archives as typed sources.

Owns reading the signed objects; the copying itself is in `copying`. Sources behind a URL and
archives made of assets are refused, since nothing here needs them.

Signatures: ``resource/sig/sig.go`` of the engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from local.providers.values import SIGNATURE

ASSET: Final = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE: Final = "0def7320c3a5731c473e5ecbe6d01bc7"


@dataclass(frozen=True)
class TextSource:
    """The text of a ``StringAsset``."""

    text: str = field(repr=False)


@dataclass(frozen=True)
class PathSource:
    """The local path of a ``FileAsset`` or ``FileArchive``; a trailing slash means its contents."""

    path: str


def refusal(source: Mapping[str, Any]) -> str | None:
    """Say why `source` can't be copied; None if it can."""
    if source.get(SIGNATURE) not in (ASSET, ARCHIVE):
        return (
            "`source` is neither an asset nor an archive; "
            "give a FileAsset, StringAsset or FileArchive."
        )
    if "uri" in source or "assets" in source:
        kind = "a source behind a URL" if "uri" in source else "an archive made of assets"
        return (
            f"`source` is {kind}, which the stand-in command plugin does not copy; give a "
            "FileAsset, StringAsset or FileArchive, or install the official plugin (version 1.2.1)."
        )
    return None


def parse_source(source: Mapping[str, Any]) -> TextSource | PathSource:
    """Read a source that `refusal` let pass."""
    if "path" in source:
        return PathSource(source["path"])
    return TextSource(source.get("text", ""))
