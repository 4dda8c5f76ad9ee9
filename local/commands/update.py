"""``up`` and ``preview``: the order of stacks, the packs, and what is said at the end.

Owns both, and whom they ask first. Doesn't own how the engine runs (:mod:`local.commands.engine`).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from local.commands import simulated_cluster, status
from local.commands.engine import Engine, engine, packs, rehearsal, unlocked
from local.commands.environment import Environment
from local.commands.failure import CommandFailed

_NO_CHANGES: Final = {"same", "read"}
"""Steps of the engine that leave everything as it was."""


def up(environment: Environment) -> None:
    """Update the platform, then its institutions; with one institution, that one alone."""
    pulumi = engine(environment)
    simulated_cluster.mend(environment, pulumi)
    changed = 0
    for stack in environment.stacks:
        pulumi.select(stack)
        pulumi.run("up", stack, *consent(environment, "up"), *packs(environment.name))
        changes = pulumi.changes(stack)
        changed += sum(count for kind, count in changes.items() if kind not in _NO_CHANGES)
        if stack == environment.catalog.stack():
            status.write_kubeconfig(environment, pulumi)
    print(f"\n{environment.name} is up{'; nothing changed' if not changed else ''}.")
    status.show_after_up(environment, pulumi)


def preview(environment: Environment) -> None:
    """Show what ``up`` would change, with every pack; all stacks, even if one is refused.

    Without the environment's passphrase it is a rehearsal: against no state and no cluster.
    """
    if unlocked(environment):
        pulumi = engine(environment)
        simulated_cluster.mend(environment, pulumi)
        _preview(environment, pulumi)
        return
    print(
        f"Without {environment.name}'s passphrase this is a rehearsal: everything is shown as new.",
        file=sys.stderr,
    )
    with TemporaryDirectory() as folder:
        _preview(environment, rehearsal(Path(folder)))


def _preview(environment: Environment, pulumi: Engine) -> None:
    failures = []
    for stack in environment.stacks:
        pulumi.select(stack)
        try:
            pulumi.run("preview", stack, *packs(environment.name))
        except CommandFailed as failed:
            failures.append(str(failed))
    if failures:
        raise CommandFailed("\n".join(failures))


def consent(environment: Environment, verb: str) -> tuple[str, ...]:
    """Ask nobody in a simulated environment; elsewhere YES=1 says that the preview was read."""
    if environment.simulated:
        return ("--yes", "--skip-preview")
    if os.environ.get("YES") == "1":
        return ("--yes",)
    raise CommandFailed(
        f"{verb} changes {environment.name}; look at make preview ENV={environment.name} first, "
        f"then say the same with YES=1."
    )
