"""`make bench`: measures what people wait for, and prints it. Nothing is asserted.

Owns the list of measurements. ``COLD=1`` adds the tool chain's build in an empty cache, which
takes a quarter of an hour.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.environment.copies import ROOT, Copy, copy


def main() -> None:
    """Measure, one after the other."""
    subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.catalogue_of_1000"], cwd=ROOT, check=True
    )
    with tempfile.TemporaryDirectory() as folder:
        checkout = copy(Path(folder) / "checkout")
        if os.environ.get("COLD") == "1":
            _report("cold tool chain", _seconds(_cold, checkout, Path(folder)))
        try:
            _report("make up, warm, platform and two institutions", _seconds(_make, checkout, "up"))
            _report("make up again, nothing changed", _seconds(_make, checkout, "up"))
            evora = "INSTITUTION=evora"
            _report(f"make preview {evora}", _seconds(_make, checkout, "preview", evora))
            _report("make check", _seconds(_make, checkout, "check"))
        finally:
            _report("make down", _seconds(_make, checkout, "down"))


def _make(checkout: Copy, *arguments: str) -> None:
    result = checkout.make(*arguments)
    if result.status != 0:
        sys.exit(result.text)


def _cold(checkout: Copy, folder: Path) -> None:
    variables = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}
    subprocess.run(["make", "-s", "tools"], cwd=checkout.folder, env=variables, check=True)


def _seconds(work: Callable[..., None], *arguments: object) -> float:
    start = time.monotonic()
    work(*arguments)
    return time.monotonic() - start


def _report(what: str, seconds: float) -> None:
    sys.stdout.write(f"{what:50} {seconds:7.1f} s\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
