"""What a tool is: its programs, the versions accepted, and the ways to come by it.

Only descriptions; `pins` holds the tools of this project, other modules find and make them.
"""

import hashlib
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

GO_FLAGS = "-trimpath"
LINKER_FLAGS = "-s -w"
_MACHINES = MappingProxyType({"x86_64": "amd64", "aarch64": "arm64", "arm64": "arm64"})


@dataclass(frozen=True)
class VersionRange:
    """Versions from `at_least` up to, and without, `below`: (major, minor)."""

    at_least: tuple[int, int]
    below: tuple[int, int]

    def __contains__(self, version: tuple[int, int, int]) -> bool:
        """Say whether a version lies in the range."""
        return self.at_least <= version[:2] < self.below


def parse_version(output: str) -> tuple[int, int, int] | None:
    """Return the first version in what a tool printed.

    None where there is none, or where it carries a `-suffix`: a pre-release, or a vendor's wrapper
    that runs another version than it says (such as a kubectl that dispatches by server).
    """
    found = re.search(r"\bv?(\d+)\.(\d+)\.(\d+)(-?)", output)
    if found is None or found[4]:
        return None
    return int(found[1]), int(found[2]), int(found[3])


@dataclass(frozen=True)
class GoProgram:
    """A main package, built in the module folder that pins it.

    Attributes:
        module: the folder with go.mod and go.sum.
        package: the import path.
        variables: (name, value) of the string variables that the linker sets, mostly a version.
    """

    module: Path
    package: str
    variables: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class GoModuleFile:
    """A file that a Go module carries beside its code: a script.

    Attributes:
        module: the folder whose go.mod requires the module that holds the file.
        source: the path of the module that holds it.
        path: the file's path in that module.
    """

    module: Path
    source: str
    path: str


@dataclass(frozen=True)
class Download:
    """A publisher's file, and the file with its SHA-256 that the publisher puts beside it.

    The strings are templates over {version}, {system} (linux, darwin) and {machine}.

    Attributes:
        url: a program, or an archive (.tar.gz) of them.
        checksums: either one digest, or lines of `digest  file name`.
        inside: the folder of the programs in the archive; None where `url` is the program.
        x86_64: the publisher's name of that machine.
    """

    url: str
    checksums: str
    inside: str | None = None
    x86_64: str = "amd64"

    def fill(self, template: str, version: str) -> str:
        """Return a template filled for this machine."""
        machine = go_machine()
        return template.format(
            version=version,
            system=platform.system().lower(),
            machine=self.x86_64 if machine == "amd64" else machine,
        )


@dataclass(frozen=True)
class Tool:
    """Programs that come together, in one version.

    Attributes:
        name: also the name of the program that is asked for its version.
        version: what is downloaded or built, without a leading v.
        on_path: what is accepted where the user has the tool already.
        ask: the arguments that make it print its version.
        programs: how each program is made, by its name.
        seconds: roughly what a build takes on two cores, in the order of `pins`.
        download: where the publisher offers it, with checksums; None where not.
    """

    name: str
    version: str
    on_path: VersionRange
    ask: tuple[str, ...]
    programs: Mapping[str, GoProgram | GoModuleFile]
    seconds: int
    download: Download | None = None

    def fingerprint(self) -> str:
        """Return a short hash of what decides the programs' contents: pins, flags, machine."""
        digest = hashlib.sha256()
        for program in self.programs.values():
            digest.update((program.module / "go.mod").read_bytes())
            recipe = program.variables if isinstance(program, GoProgram) else program.path
            digest.update(repr(recipe).encode())
        flags = (GO_FLAGS, LINKER_FLAGS, platform.system(), go_machine())
        digest.update(repr(flags).encode())
        return digest.hexdigest()[:12]


def go_machine() -> str:
    """Return Go's name of this machine's architecture."""
    return _MACHINES.get(platform.machine(), platform.machine())
