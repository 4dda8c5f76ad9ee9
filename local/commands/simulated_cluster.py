"""Keeps a simulated cluster running for as long as its environment is up.

Owns when it is mended and when it is ended. Doesn't own how (``local.simulation``): the program
itself starts it.
"""

from __future__ import annotations

import subprocess
import sys

from local.commands.engine import Engine
from local.commands.environment import Environment
from local.commands.failure import CommandFailed
from local.paths import checkout
from local.simulation.folder import Folder


def mend(environment: Environment, engine: Engine) -> None:
    """Start what has died since the environment came up: a reboot ends every process."""
    if environment.simulated and Folder.of(environment.name).finished:
        _simulation(environment, engine, "start", "--resume")


def end(environment: Environment, engine: Engine) -> None:
    """Stop what is left of it."""
    _simulation(environment, engine, "stop")


def _simulation(environment: Environment, engine: Engine, *arguments: str) -> None:
    command = [sys.executable, "-m", "local.simulation", *arguments]
    result = subprocess.run(
        [*command, "--environment", environment.name],
        env=engine.variables,
        cwd=checkout(),
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    if result.returncode != 0:
        raise CommandFailed(f"the simulated cluster of {environment.name} couldn't be mended.")
