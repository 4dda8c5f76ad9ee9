"""Builds programs from pinned Go modules, and takes files out of them.

go.mod and go.sum pin every module with its hash, so what a proxy delivers is verified by Go. An
interrupted build leaves nothing but compiled packages in Go's own cache, where the next goes on.
"""

import json
import subprocess
from pathlib import Path

from local.toolchain.errors import ToolchainError
from local.toolchain.go_toolchain import Go
from local.toolchain.tools import LINKER_FLAGS, GoProgram

_LAST_LINES = 5


def build(go: Go, program: GoProgram, output: Path) -> None:
    """Build a main package into a file.

    Raises:
        ToolchainError: Go failed; with its last lines.
    """
    settings = [f"-X {name}={text}" for name, text in program.variables]
    flags = " ".join([LINKER_FLAGS, *settings])
    command = ["build", "-ldflags", flags, "-o", str(output), program.package]
    _run(go, command, program.module, f"{output.name} could not be built")


def module_folders(go: Go, module: Path, sources: list[str]) -> dict[str, Path]:
    """Return the folders of modules that a module folder's go.mod requires, fetching them.

    Raises:
        ToolchainError: one can't be had, or doesn't match its hash in go.sum.
    """
    failure = f"{', '.join(sources)} could not be fetched"
    printed = _run(go, ["mod", "download", "-json", *sources], module, failure)
    decoder, folders, rest = json.JSONDecoder(), {}, printed.strip()
    while rest:
        fetched, end = decoder.raw_decode(rest)
        folders[str(fetched["Path"])] = Path(fetched["Dir"])
        rest = rest[end:].lstrip()
    return folders


def _run(go: Go, arguments: list[str], module: Path, failure: str) -> str:
    """Return what Go prints on stdout; Go is stopped when this is interrupted."""
    try:
        done = subprocess.run(
            [go.executable, *arguments],
            cwd=module,
            env=go.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except OSError as error:
        raise ToolchainError(f"{failure}, since Go can't be run: {error}.") from error
    if done.returncode != 0:
        said = (done.stderr + done.stdout).decode(errors="replace").strip().splitlines()
        tail = "\n  ".join(said[-_LAST_LINES:]) or f"exit status {done.returncode}"
        raise ToolchainError(
            f"{failure} by {go.executable} in {module}:\n  {tail}\n"
            "If a module proxy can't be reached, set GOPROXY to one that your network allows."
            " Run this again: it goes on where it stopped."
        )
    return done.stdout.decode()
