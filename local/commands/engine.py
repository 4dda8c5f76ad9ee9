"""Runs the Pulumi engine for an environment's stacks.

Owns the engine's environment (backend, passphrase, plugins, packs) and stale locks. Doesn't own the
order of stacks. The command line is used rather than the Automation API, which ignores
``stackConfigDir`` (research/pulumi.md §2.1).
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from local.commands import locks, orphans, plugins
from local.commands.environment import Environment
from local.commands.failure import CommandFailed
from local.paths import cache_dir, checkout
from local.toolchain import ensure

_PASSPHRASES: Final = ("PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE")


@dataclass(frozen=True)
class Engine:
    """The engine, ready for an environment.

    Attributes:
        program: the ``pulumi`` command.
        project: the folder of Pulumi.yaml.
        variables: its process environment.
    """

    program: Path
    project: Path
    variables: Mapping[str, str]

    def select(self, stack: str) -> None:
        """Make the stack if it isn't there yet, and free it if a killed run left it locked.

        What that run was about to create is forgotten: the next update adopts what is there.
        """
        self._quiet("stack", "select", "--create", stack)
        for owner in locks.remove_stale(self.variables["PULUMI_BACKEND_URL"], stack):
            print(f"{stack}: freed from the killed process {owner}.", file=sys.stderr)
        if self._interrupted(stack):
            self.run("refresh", stack, "--yes", "--skip-preview", "--clear-pending-creates")

    def unprotect(self, stack: str) -> None:
        """Let go of what is protected; only where no examination can be lost."""
        self._quiet("state", "unprotect", "--all", "--yes", "--stack", stack)

    def run(self, verb: str, stack: str, *arguments: str) -> None:
        """Run a verb on a stack, its output shown as it comes. Raises CommandFailed."""
        print(f"\n── pulumi {verb} {stack} ──", flush=True)
        command = [str(self.program), verb, "--stack", stack, "--non-interactive", *arguments]
        with _interrupts_left_to_the_child():
            result = subprocess.run(command, env=self.variables, cwd=self.project, check=False)
        if result.returncode != 0:
            raise CommandFailed(f"pulumi {verb} of {stack} failed; the reason stands above.")

    def output(self, stack: str, name: str) -> Any | None:  # noqa: ANN401 - as the program exported it
        """Read one of a stack's outputs; None if the stack or the output isn't there."""
        command = ("stack", "output", name, "--stack", stack, "--json", "--show-secrets")
        result = self._try(*command)
        return json.loads(result.stdout) if result.returncode == 0 else None

    def resources(self, stack: str) -> int:
        """Count what a stack holds; 0 if there is no such stack."""
        result = self._try("stack", "export", "--stack", stack)
        if result.returncode != 0:
            return 0
        return len(json.loads(result.stdout)["deployment"].get("resources") or ())

    def changes(self, stack: str) -> dict[str, int]:
        """Count the last update's steps by kind; ``same`` are resources left as they were."""
        history = self._quiet("stack", "history", "--stack", stack, "--json", "--page-size", "1")
        newest = json.loads(history)[:1]
        return dict(newest[0].get("resourceChanges") or {}) if newest else {}

    def _interrupted(self, stack: str) -> bool:
        """Whether a killed run left operations of which the engine doesn't know the end."""
        state = json.loads(self._quiet("stack", "export", "--stack", stack))
        return bool(state["deployment"].get("pending_operations"))

    def _quiet(self, *arguments: str) -> str:
        result = self._try(*arguments)
        if result.returncode != 0:
            raise CommandFailed(f"pulumi {' '.join(arguments)}: {result.stderr.strip()}")
        return result.stdout

    def _try(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.program), *arguments, "--non-interactive"],
            env=self.variables,
            cwd=self.project,
            check=False,
            capture_output=True,
            text=True,
        )


@contextmanager
def _interrupts_left_to_the_child() -> Iterator[None]:
    """Let Ctrl-C reach the engine alone, which ends in order; Python would kill it at once."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def engine(environment: Environment) -> Engine:
    """Find or make the tools, and set up the engine for an environment. Raises CommandFailed."""
    if not unlocked(environment):
        raise CommandFailed(
            f"{environment.name} has secrets; set PULUMI_CONFIG_PASSPHRASE or "
            "PULUMI_CONFIG_PASSPHRASE_FILE to its passphrase."
        )
    variables = {"PULUMI_BACKEND_URL": _folder_of_state(environment.state), **os.environ}
    if environment.simulated and not _has_passphrase():
        variables["PULUMI_CONFIG_PASSPHRASE"] = ""
    return _engine(checkout(), environment.state, variables)


def rehearsal(folder: Path) -> Engine:
    """Set up the engine for previews without secrets, in a copy of the stack files.

    Pulumi writes the salt of whatever passphrase it is given into the stack files that it uses, and
    a backend of the user's is none of a rehearsal's business.
    """
    project = folder / "checkout"
    project.mkdir()
    for each in ("__main__.py", "Pulumi.yaml", "components", "local"):
        (project / each).symlink_to(checkout() / each)
    shutil.copytree(checkout() / "stacks", project / "stacks")
    for file in (project / "stacks").glob("Pulumi.*.yaml"):
        _forget_secrets(file)
    empty = {"PULUMI_BACKEND_URL": _folder_of_state(folder), "PULUMI_CONFIG_PASSPHRASE": ""}
    return _engine(project, folder, {**os.environ, **empty})


def _forget_secrets(file: Path) -> None:
    """Take out what only a passphrase opens; a preview does without it."""
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    if not isinstance(document, dict) or "encryptionsalt" not in document:
        return
    del document["encryptionsalt"]
    config = document.get("config") or {}
    for key in [
        key for key, value in config.items() if isinstance(value, dict) and "secure" in value
    ]:
        del config[key]
    file.write_text(yaml.safe_dump(document), encoding="utf-8")


def unlocked(environment: Environment) -> bool:
    """Whether the environment's secrets can be read; a simulated one has nothing to hide."""
    return environment.simulated or _has_passphrase()


def packs(environment: str) -> Sequence[str]:
    """List the arguments that make the engine ask every policy pack.

    Each pack is given as its executable: that starts in every language host. Its configuration
    for the environment, if it has one, is ``configuration/<environment>.json`` in its folder; the
    engine wants as many configurations as packs, and takes an empty file for none.
    """
    arguments = []
    for pack in sorted((checkout() / "policy-packs").glob("*/run")):
        said = pack.parent / "configuration" / f"{environment}.json"
        configuration = said if said.is_file() else Path(os.devnull)
        arguments += ["--policy-pack", str(pack), "--policy-pack-config", str(configuration)]
    return arguments


def _engine(project: Path, folder: Path, given: Mapping[str, str]) -> Engine:
    tools = ensure()
    for orphan in orphans.end():
        print(f"Ended {orphan}, which a killed run had left behind.", file=sys.stderr)
    home = plugins.home()
    stand_ins = plugins.stand_ins(folder / "plugins", home)
    own = [str(Path(sys.executable).parent), str(tools.bin), *map(str, stand_ins)]
    variables = {
        **given,
        "PATH": os.pathsep.join([*own, given.get("PATH", os.defpath)]),
        "PULUMI_HOME": str(home),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PYTHONPYCACHEPREFIX": str(cache_dir() / "pycache"),
        "IMAGING_TOOLS": str(tools.bin),
    }
    if stand_ins:
        variables["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] = "true"
    return Engine(tools.path("pulumi"), project, variables)


def _folder_of_state(folder: Path) -> str:
    backend = folder / "pulumi"
    backend.mkdir(parents=True, exist_ok=True)
    return backend.as_uri()


def _has_passphrase() -> bool:
    return any(name in os.environ for name in _PASSPHRASES)
