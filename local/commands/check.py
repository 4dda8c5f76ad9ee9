"""Whether an environment's stack files hold together.

Owns what ``make check`` prints. Doesn't own the checks: they are the program's own, so that a file
which passes here isn't refused by the engine's run.
"""

from __future__ import annotations

from components.placement import notices
from components.program import refuse_too_many_readers
from local.commands.environment import Environment


def show(environment: Environment) -> None:
    """Say that every promise can be kept, and what to know about them. Raises Refused."""
    refuse_too_many_readers(environment.catalog, environment.placement)
    count = len(environment.catalog.institutions)
    classes = len(environment.placement.classes)
    print(
        f"{environment.name}: {count} institution{'' if count == 1 else 's'} in {classes} "
        f"residency class{'' if classes == 1 else 'es'}; every promise can be kept."
    )
    for notice in notices(environment.placement):
        print(f"Note: {notice}.")
