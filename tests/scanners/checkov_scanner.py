"""checkov: installed once into an environment of its own, and asked, without the network.

Owns how it comes to be and how its answers are read. Doesn't own which findings are waived.

Its hundred pinned libraries would bind ours, so they have a list of their own beside this file.
From the line ``checkov==3.3.30`` on stdin, this makes it: ``uv pip compile --universal
--generate-hashes --python-version 3.11 --no-emit-index-url --no-header --output-file
tests/scanners/checkov.lock -``.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any, Final

from local.bootstrap import prepare
from local.paths import cache_dir
from tests.scanners.findings import Finding

_NAME: Final = "checkov"


def python() -> Path:
    """The Python that has it. Raises BootstrapError where it can't be had."""
    return prepare(Path(__file__).with_name("checkov.lock"), cache_dir())


def scan(interpreter: Path, folder: Path) -> list[Finding]:
    """Judge a folder's manifests with all of checkov's rules for Kubernetes."""
    done = subprocess.run(
        [
            str(interpreter),
            str(interpreter.with_name(_NAME)),
            *("--directory", str(folder)),
            *("--framework", "kubernetes"),
            *("--output", "json"),
            "--compact",
            "--quiet",
            # It asks its vendor for descriptions otherwise.
            "--skip-download",
        ],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.stdout.startswith(("{", "[")), done.stderr
    answer = json.loads(done.stdout)
    assert 0 == answer["summary"]["parsing_errors"], done.stdout
    return [_finding(each) for each in answer["results"]["failed_checks"]]


def _finding(failed: dict[str, Any]) -> Finding:
    """Read a failed check; its resource is ``Kind.namespace.name``, and more for a set's pods."""
    kind, _, name, *_ = failed["resource"].split(".")
    return Finding(_NAME, failed["check_id"], kind, name, failed["check_name"])
