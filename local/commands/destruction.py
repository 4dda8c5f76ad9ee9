"""``down`` and ``destroy``: what may be removed, and what is refused with what would be lost.

Owns both. Doesn't own what an armed stack lets go of (:mod:`components.arming`).
"""

from __future__ import annotations

import shutil
import sys
from contextlib import suppress

from components import arming
from local.commands import simulated_cluster
from local.commands.engine import Engine, engine
from local.commands.environment import Environment
from local.commands.failure import CommandFailed
from local.commands.update import consent


def destroy(environment: Environment) -> None:
    """Destroy one armed stack: an institution's, or the platform's once no institution is left."""
    stack = environment.catalog.stack(environment.only)
    if stack not in environment.catalog.armed:
        raise CommandFailed(_unarmed(environment, stack))
    pulumi = engine(environment)
    simulated_cluster.mend(environment, pulumi)
    if environment.only is None:
        _refuse_while_in_use(environment, pulumi)
    pulumi.select(stack)
    pulumi.run("destroy", stack, *consent(environment, "destroy"))
    print(f"\n{stack} is destroyed; remove its stack file.")


def _unarmed(environment: Environment, stack: str) -> str:
    lost = arming.losses(environment.catalog, environment.placement, environment.only)
    asked = f"ENV={environment.name}" + (
        f" INSTITUTION={environment.only}" if environment.only else ""
    )
    return (
        f"{stack} isn't armed, so nothing was destroyed. It would lose {'; '.join(lost)}.\n"
        f"If that is meant: write imaging:armDestroy: {stack} into "
        f"{environment.catalog.file(environment.only)}, say make up {asked}, and then make destroy "
        f"{asked}."
    )


def _refuse_while_in_use(environment: Environment, pulumi: Engine) -> None:
    names = environment.catalog.institutions
    left = [name for name in names if pulumi.resources(environment.catalog.stack(name))]
    if left:
        raise CommandFailed(
            f"{environment.name} still holds the examinations of {', '.join(left)}; destroy these "
            "first, each armed in its own stack file."
        )


def down(environment: Environment) -> None:
    """Remove everything that ``up`` made. Only a simulated environment can be removed so easily."""
    if not environment.simulated:
        raise CommandFailed(
            f"{environment.name} may hold examinations, so it isn't taken down by one command; "
            "destroy its stacks one by one with make destroy, institutions first."
        )
    if environment.only:
        raise CommandFailed("down takes a whole environment; leave INSTITUTION out.")
    if not environment.state.is_dir():
        print(f"{environment.name} isn't up; there is nothing to remove.")
        return
    pulumi = engine(environment)
    for problem in _remove_all(environment, pulumi):
        print(f"{problem} It goes with the simulated cluster.", file=sys.stderr)
    simulated_cluster.end(environment, pulumi)
    shutil.rmtree(environment.state)
    with suppress(OSError):  # another environment's state may lie beside it
        environment.state.parent.rmdir()
    print(f"\n{environment.name} is down.")


def _remove_all(environment: Environment, pulumi: Engine) -> list[str]:
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
