"""``up``, ``preview`` and ``down``: the order of stacks, the packs, and what is said at the end.

Owns these three. Doesn't own how the engine runs (:mod:`local.commands.engine`).
"""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from local.commands import simulated_cluster, status
from local.commands.engine import Engine, engine, packs, rehearsal, unlocked
from local.commands.environment import Environment
from local.commands.failure import CommandFailed


def up(environment: Environment) -> None:
    """Update the platform, then its institutions; with one institution, that one alone."""
    pulumi = engine(environment)
    simulated_cluster.mend(environment, pulumi)
    changed = 0
    for stack in environment.stacks:
        pulumi.select(stack)
        pulumi.run("up", stack, *_consent(environment), *packs())
        changes = pulumi.changes(stack)
        changed += sum(count for kind, count in changes.items() if kind != "same")
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
            pulumi.run("preview", stack, *packs())
        except CommandFailed as failed:
            failures.append(str(failed))
    if failures:
        raise CommandFailed("\n".join(failures))


def down(environment: Environment) -> None:
    """Remove everything that ``up`` made. Only a simulated environment can be removed so easily."""
    if not environment.simulated:
        raise CommandFailed(
            f"{environment.name} may hold examinations, so it isn't taken down by one command; "
            "destroy its stacks one by one with pulumi destroy, institutions first."
        )
    if environment.only:
        raise CommandFailed("down takes a whole environment; leave INSTITUTION out.")
    if not environment.state.is_dir():
        print(f"{environment.name} isn't up; there is nothing to remove.")
        return
    pulumi = engine(environment)
    for problem in _destroy(environment, pulumi):
        print(f"{problem} It goes with the simulated cluster.", file=sys.stderr)
    simulated_cluster.end(environment, pulumi)
    shutil.rmtree(environment.state)
    with suppress(OSError):  # another environment's state may lie beside it
        environment.state.parent.rmdir()
    print(f"\n{environment.name} is down.")


def _destroy(environment: Environment, pulumi: Engine) -> list[str]:
    problems = []
    try:
        simulated_cluster.mend(environment, pulumi)
        for stack in reversed(environment.stacks):
            pulumi.select(stack)
            pulumi.unprotect(stack)
            pulumi.run("destroy", stack, "--yes", "--skip-preview")
    except CommandFailed as failed:
        problems.append(str(failed))
    return problems


def _consent(environment: Environment) -> tuple[str, ...]:
    """Ask nobody in a simulated environment; elsewhere YES=1 says that the preview was read."""
    if environment.simulated:
        return ("--yes", "--skip-preview")
    if os.environ.get("YES") == "1":
        return ("--yes",)
    raise CommandFailed(
        f"up changes {environment.name}; look at make preview ENV={environment.name} first, then "
        f"say make up ENV={environment.name} YES=1."
    )
