"""promtool: found on PATH, else built from Prometheus's Go module, and asked.

Owns how it comes to be and how it is asked. Doesn't own any rule or series.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from components.manifests import Manifest
from local.paths import cache_dir
from local.toolchain.provision import provide
from local.toolchain.tools import GoProgram, Tool, VersionRange

_NAME: Final = "promtool"
_VERSION: Final = "3.14.0"
_TOOL: Final = Tool(
    name=_NAME,
    version=_VERSION,
    on_path=VersionRange((3, 0), (4, 0)),
    ask=("--version",),
    programs=MappingProxyType(
        {
            _NAME: GoProgram(
                Path(__file__).with_name("promtool"),
                "github.com/prometheus/prometheus/cmd/promtool",
                (("github.com/prometheus/common/version.Version", _VERSION),),
            )
        }
    ),
    seconds=580,
)


@dataclass(frozen=True)
class World:
    """What Prometheus has seen, and what is asked of it.

    Attributes:
        series: values by series, in promtool's notation: ``0+1x10``, ``_x5``, ``NaN``.
        minutes: when it is asked.
        expected: the value of each expression then; None: it has no result.
        every: minutes between two evaluations of the rules.
    """

    series: Mapping[str, str]
    minutes: int
    expected: Mapping[str, float | None] = field(default_factory=dict)
    every: int = 1


def program() -> Path:
    """The program. Raises ToolchainError where it is neither there nor can be built."""
    return provide([_TOOL], cache_dir()).path(_NAME)


def check(executable: Path, folder: Path, rules: Manifest) -> subprocess.CompletedProcess[str]:
    """Let it judge rules, with everything it warns of an error."""
    return _run(executable, "check", "rules", "--lint=all", "--lint-fatal", _write(folder, rules))


def test(
    executable: Path, folder: Path, rules: Sequence[Manifest], *worlds: World
) -> subprocess.CompletedProcess[str]:
    """Let it evaluate rules on what Prometheus has seen, and compare."""
    groups = [group for each in rules for group in each["spec"]["groups"]]
    named = _write(folder, {"spec": {"groups": groups}})
    cases = {
        "rule_files": [str(named)],
        "evaluation_interval": f"{max(world.every for world in worlds)}m",
        # It evaluates groups in a random order otherwise; a group reads what earlier ones recorded.
        "group_eval_order": [group["name"] for group in groups],
        "fuzzy_compare": True,
        "tests": [_case(world) for world in worlds],
    }
    file = folder / "cases.json"
    file.write_text(json.dumps(cases), encoding="utf-8")
    return _run(executable, "test", "rules", file)


def _case(world: World) -> dict[str, Any]:
    asked = [
        {
            "expr": expression,
            "eval_time": f"{world.minutes}m",
            "exp_samples": [] if value is None else [{"labels": "{}", "value": value}],
        }
        for expression, value in world.expected.items()
    ]
    return {
        "interval": "1m",
        "input_series": [{"series": name, "values": v} for name, v in world.series.items()],
        "promql_expr_test": asked,
    }


def _write(folder: Path, rules: Manifest) -> Path:
    """Write an object's rules as Prometheus itself reads them; JSON is YAML."""
    file = folder / "rules.json"
    file.write_text(json.dumps(rules["spec"]), encoding="utf-8")
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
