"""The command line of the simulated cluster.

    python -m local.simulation start --environment E [--resume]   machines on standard input
    python -m local.simulation stop --environment E [--keep-data]
    python -m local.simulation status --environment E

`start` prints the kubeconfig on standard output, and everything else on standard error. Without a
document on standard input, or with --resume, it takes that of the last start. IMAGING_TOOLS names
a folder of executables to use; otherwise the tool chain finds or makes them.
"""

import argparse
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from local.simulation import lifecycle
from local.simulation.control_plane import TOOLS
from local.simulation.failure import SimulationError
from local.simulation.folder import Folder
from local.simulation.machines import Machine, read
from local.toolchain import ToolchainError, ensure
from local.toolchain.crds import crd_folders


def main(arguments: list[str]) -> int:
    """Run one command, and return its exit status."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "controller":
            return _controller(options.kubeconfig)
        folder = Folder.of(options.environment)
        if options.command == "start":
            sys.stdout.write(
                lifecycle.start(folder, _machines(options.resume), _tools, _definitions, _say)
            )
        elif options.command == "stop":
            lifecycle.stop(folder, keep_data=options.keep_data)
        else:
            _print_status(folder)
    except (SimulationError, ToolchainError) as error:
        _say(str(error))
        return 1
    except OSError as error:
        _say(f"The simulated cluster can't be made, changed or looked at: {error}.")
        return 1
    except KeyboardInterrupt:
        _say("Interrupted; run the same command again to finish.")
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local.simulation", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    start = commands.add_parser("start", help="make the cluster, or restart what has ended")
    start.add_argument("--resume", action="store_true", help="use the last start's machines")
    stop = commands.add_parser("stop", help="end the cluster and remove it")
    stop.add_argument("--keep-data", action="store_true", help="end its processes only")
    status = commands.add_parser("status", help="say what runs")
    for command in (start, stop, status):
        command.add_argument("--environment", required=True)
    controller = commands.add_parser("controller", help="what `start` runs for the operators")
    controller.add_argument("--kubeconfig", required=True, type=Path)
    return parser


def _machines(resume: bool) -> tuple[Machine, ...] | None:  # noqa: FBT001 - as parsed
    document = "" if resume or sys.stdin.isatty() else sys.stdin.read()
    return read(document) if document.strip() else None


def _tools() -> Path:
    configured = os.environ.get("IMAGING_TOOLS")
    return Path(configured) if configured else ensure(TOOLS).bin


def _definitions() -> Iterable[Path]:
    return crd_folders().values()


def _controller(kubeconfig: Path) -> int:
    # Its client library takes longer to import than a start with nothing to do may last.
    from local.simulation.operators.controller import run  # noqa: PLC0415 - see above

    run(kubeconfig)
    return 0


def _print_status(folder: Folder) -> None:
    state, components = lifecycle.status(folder)
    lines = [f"{name:<24}{found}" for name, found in components.items()]
    sys.stdout.write("\n".join([state, *lines]) + "\n")


def _say(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
