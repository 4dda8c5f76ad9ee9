"""kube-score: found on PATH, else built from its Go module, and asked.

Owns how it comes to be and how its answers are read. Doesn't own which findings are waived.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from local.paths import cache_dir
from local.toolchain.pins import KUBERNETES
from local.toolchain.provision import provide
from local.toolchain.tools import GoProgram, Tool, VersionRange
from tests.scanners.findings import Finding

_NAME: Final = "kube-score"
_VERSION: Final = "1.20.0"
_TOOL: Final = Tool(
    name=_NAME,
    version=_VERSION,
    on_path=VersionRange((1, 20), (1, 21)),
    ask=("version",),
    programs=MappingProxyType(
        {
            _NAME: GoProgram(
                Path(__file__).with_name("kube-score"),
                "github.com/zegl/kube-score/cmd/kube-score",
                (("main.version", _VERSION),),
            )
        }
    ),
    seconds=40,
)
_OPTIONAL: Final = ("container-seccomp-profile", "container-memory-requests-equal-limits")
_FINE: Final = 10
"""The grade of a check that finds nothing; 5 is a warning, 1 is critical."""


def program() -> Path:
    """The program. Raises ToolchainError where it is neither there nor can be built."""
    return provide([_TOOL], cache_dir()).path(_NAME)


def scan(executable: Path, files: Sequence[Path]) -> list[Finding]:
    """Score these manifests together, since some checks look from one to another."""
    optional = [part for each in _OPTIONAL for part in ("--enable-optional-test", each)]
    done = subprocess.run(
        [
            str(executable),
            "score",
            "--output-format=json",
            f"--kubernetes-version=v{KUBERNETES.rpartition('.')[0]}",
            "--disable-ignore-checks-annotations",
            *optional,
            *map(str, files),
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stdout.startswith("["), done.stderr
    return [
        _finding(each, check)
        for each in json.loads(done.stdout)
        for check in each["checks"]
        if not check["skipped"] and check["grade"] < _FINE
    ]


def _finding(scored: dict[str, Any], check: dict[str, Any]) -> Finding:
    words = {f"{each['path']} {each['summary']}".strip() for each in check["comments"] or ()}
    return Finding(
        _NAME,
        check["check"]["id"],
        scored["type_meta"]["kind"],
        scored["object_meta"]["name"],
        "; ".join(sorted(words)),
    )
