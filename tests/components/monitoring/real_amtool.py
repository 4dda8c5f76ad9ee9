"""amtool: found on PATH, else built from Alertmanager's Go module, and asked.

Owns how it comes to be and how it is asked. Doesn't own any configuration.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from local.paths import cache_dir
from local.toolchain.provision import provide
from local.toolchain.tools import GoProgram, Tool, VersionRange

_NAME: Final = "amtool"
_VERSION: Final = "0.34.2"
_TOOL: Final = Tool(
    name=_NAME,
    version=_VERSION,
    on_path=VersionRange((0, 28), (1, 0)),
    ask=("--version",),
    programs=MappingProxyType(
        {
            _NAME: GoProgram(
                Path(__file__).with_name("amtool"),
                "github.com/prometheus/alertmanager/cmd/amtool",
                (("github.com/prometheus/common/version.Version", _VERSION),),
            )
        }
    ),
    seconds=210,
)


def program() -> Path:
    """The program. Raises ToolchainError where it is neither there nor can be built."""
    return provide([_TOOL], cache_dir()).path(_NAME)


def check(
    executable: Path, folder: Path, configuration: Mapping[str, Any]
) -> subprocess.CompletedProcess[str]:
    """Let it judge a configuration."""
    return _run(executable, "check-config", _write(folder, configuration))


def heard_by(
    executable: Path, folder: Path, configuration: Mapping[str, Any], labels: Mapping[str, str]
) -> list[str]:
    """The receivers to whom Alertmanager itself would send an alert with these labels."""
    file = f"--config.file={_write(folder, configuration)}"
    words = [f"{label}={value}" for label, value in labels.items()]
    done = _run(executable, "config", "routes", "test", file, *words)
    assert 0 == done.returncode, done.stdout + done.stderr
    return done.stdout.strip().split(",")


def _write(folder: Path, configuration: Mapping[str, Any]) -> Path:
    """Write it as Alertmanager reads it; JSON is YAML."""
    file = folder / "alertmanager.json"
    file.write_text(json.dumps(configuration), encoding="utf-8")
    return file


def _run(executable: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(executable), *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
