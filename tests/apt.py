"""Debian's packages for the laboratories: installed once by apt-get, or a reason why not.

Owns how apt-get is asked, and in which words its failure is told. Doesn't own which packages.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from typing import Final

_LONGEST: Final = 270
_APT: Final = ("apt-get", "--quiet", "--option=DPkg::Lock::Timeout=240")


def install(packages: Sequence[str]) -> str | None:
    """Run apt-get; return why it failed, or None."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        try:
            done = subprocess.run(
                [*_APT, *command],
                env=quiet,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=_LONGEST,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return f"apt-get {command[0]} took longer than {_LONGEST} s"
        if done.returncode:
            last = (done.stderr.strip() or "it said nothing").splitlines()[-1]
            return f"apt-get {command[0]} failed: {last}"
    return None
