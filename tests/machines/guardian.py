"""Holds the laboratory's namespaces for as long as its input is open, then cleans up.

Run by itself: ``python -m tests.machines.guardian FOLDER``. Owns the order of the end and the lock.
Doesn't own what happens in the namespaces. Its input is a pipe from the run, so it also learns of a
run that was killed; and should it be killed itself, the namespaces end with it, and the next one
removes what is left: control groups and a folder.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from tests.machines import control_groups

BUSY: Final = "busy"
READY: Final = "ready"
_SCRIPT: Final = Path(__file__).with_name("enclosure.sh")
_NAMESPACES: Final = ("--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")


def main(folder: Path) -> int:
    """Return 0 once everything has ended, 1 where another run has the folder."""
    try:
        with FileLock(folder.with_suffix(".lock"), timeout=0):
            _clean(folder)
            folder.mkdir(mode=0o700)
            try:
                enclosure = ["unshare", *_NAMESPACES, "--", "bash", str(_SCRIPT)]
                subprocess.run(["setpriv", "--pdeathsig=KILL", "--", *enclosure], check=False)
            finally:
                _clean(folder)
    except Timeout:
        sys.stdout.write(f"{BUSY}\n")
        return 1
    return 0


def _clean(folder: Path) -> None:
    control_groups.sweep(folder.name)
    if folder.exists():
        shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
