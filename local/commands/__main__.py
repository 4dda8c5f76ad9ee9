"""The command line of ``local.commands``; the Makefile's targets call it."""

from __future__ import annotations

import argparse
import sys
from typing import Final

from components.catalog import Refused
from local.commands.environment import read
from local.commands.failure import CommandFailed
from local.toolchain import ToolchainError

_VERBS: Final = (
    *("up", "preview", "check", "down", "destroy"),
    *("status", "kubeconfig", "placement", "promises", "changes"),
)


def main(arguments: list[str]) -> int:
    """Run one command; 0 if it did what it was asked, else 1 and a sentence on stderr."""
    asked = _parse(arguments)
    try:
        _run(asked)
    except (Refused, CommandFailed, ToolchainError) as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted; the next run goes on from here.", file=sys.stderr)
        return 130
    return 0


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="local.commands")
    parser.add_argument("verb", choices=_VERBS)
    parser.add_argument("--environment", default="local")
    parser.add_argument("--institution", default="")
    parser.add_argument("--format", choices=["table", "json"], default="table")
    parser.add_argument("--svg", default="")
    parser.add_argument("--prometheus", default="")
    parser.add_argument("--base", default="origin/main")
    return parser.parse_args(arguments)


def _run(asked: argparse.Namespace) -> None:
    if asked.verb == "changes":
        from local.commands import changes  # noqa: PLC0415

        changes.show(asked.base)
        return
    environment = read(asked.environment, asked.institution or None)
    # What people ask while they edit answers in seconds: what the others need isn't loaded for it.
    if asked.verb == "check":
        from local.commands import check  # noqa: PLC0415

        check.show(environment)
        return
    if asked.verb == "placement":
        from local.commands import placement  # noqa: PLC0415

        placement.show(environment, asked.svg)
        return
    if asked.verb == "promises":
        from local.commands import promises  # noqa: PLC0415

        promises.show(environment, asked.prometheus)
        return
    from local.commands import destruction, status, update  # noqa: PLC0415

    if asked.verb == "status":
        status.show(environment, asked.format)
    elif asked.verb == "kubeconfig":
        status.print_kubeconfig(environment)
    else:
        verbs = {
            "up": update.up,
            "preview": update.preview,
            "down": destruction.down,
            "destroy": destruction.destroy,
        }
        verbs[asked.verb](environment)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
