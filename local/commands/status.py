"""``status`` and ``kubeconfig``: what is up, as a table or as JSON.

Owns what is printed. Doesn't own the facts: each institution's stack exports them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from rich import box
from rich.console import Console
from rich.table import Table

from local.commands.engine import Engine, engine
from local.commands.environment import Environment
from local.commands.failure import CommandFailed

_COLUMNS: Final = (
    "Institution",
    "Residency class",
    "Copies",
    "Data centres",
    "Survives the loss of",
    "Readers",
    "Endpoint",
)


def show(environment: Environment, form: str) -> None:
    """Print what is deployed; ``form`` is table or json."""
    found = _deployed(environment) if environment.state.is_dir() else []
    if form == "json":
        print(json.dumps({"environment": environment.name, "institutions": found}, indent=2))
    else:
        _table(found)
    for name in sorted(set(environment.institutions) - {each["name"] for each in found}):
        print(f"{name} isn't up; make up ENV={environment.name}.", file=sys.stderr)


def show_after_up(environment: Environment, pulumi: Engine) -> None:
    """Print the table that ends an update, and how to look further."""
    _table(_summaries(environment, pulumi))
    kubectl = f"{pulumi.variables['IMAGING_TOOLS']}/kubectl"
    print(f"Look further: {kubectl} --kubeconfig {_kubeconfig(environment)} get pods -A -o wide")


def print_kubeconfig(environment: Environment) -> None:
    """Print the path of the environment's kubeconfig. Raises CommandFailed if it isn't up."""
    path = _kubeconfig(environment)
    if not path.is_file():
        raise CommandFailed(f"{environment.name} isn't up; make up ENV={environment.name} first.")
    print(path)


def write_kubeconfig(environment: Environment, pulumi: Engine) -> None:
    """Write the platform's kubeconfig for people's own tools, readable by its owner only."""
    content = pulumi.output(environment.catalog.stack(), "kubeconfig")
    path = _kubeconfig(environment)
    path.touch(mode=0o600)
    path.write_text(str(content), encoding="utf-8")


def _kubeconfig(environment: Environment) -> Path:
    return environment.state / "kubeconfig"


def _deployed(environment: Environment) -> Sequence[Mapping[str, Any]]:
    return _summaries(environment, engine(environment))


def _summaries(environment: Environment, pulumi: Engine) -> list[Mapping[str, Any]]:
    stacks = [environment.catalog.stack(name) for name in environment.institutions]
    found = [pulumi.output(stack, "summary") for stack in stacks]
    return [summary for summary in found if summary is not None]


def _table(found: Sequence[Mapping[str, Any]]) -> None:
    table = Table(*_COLUMNS, box=box.SIMPLE_HEAD)
    for each in found:
        table.add_row(
            each["name"],
            each["residencyClass"],
            str(each["copies"]),
            ", ".join(each["dataCentres"]),
            each["survives"],
            f"{each['readers']['min']}-{each['readers']['max']}",
            each["endpoint"],
        )
    Console(width=None if sys.stdout.isatty() else 140).print(table)
