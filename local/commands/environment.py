"""One environment, with its stack files read and its placement decided.

Owns the step that every command takes first. Doesn't own what follows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from components.catalog import Catalog, ClusterKind, load
from components.placement import Placement, place
from local.commands.failure import CommandFailed
from local.paths import checkout, state_dir


@dataclass(frozen=True)
class Environment:
    """What a command works on.

    Attributes:
        catalog: every stack file of the environment, checked.
        placement: where the examinations lie.
        only: the institution to which the command is limited, if any.
    """

    catalog: Catalog
    placement: Placement
    only: str | None

    @property
    def name(self) -> str:
        """The environment's name."""
        return self.catalog.environment

    @property
    def state(self) -> Path:
        """The folder of its state."""
        return state_dir(self.name)

    @property
    def institutions(self) -> Sequence[str]:
        """The institutions that the command is about."""
        return [self.only] if self.only else list(self.catalog.institutions)

    @property
    def stacks(self) -> Sequence[str]:
        """The stacks that the command is about, the platform's first."""
        institutions = [self.catalog.stack(name) for name in self.institutions]
        return institutions if self.only else [self.catalog.stack(), *institutions]

    @property
    def simulated(self) -> bool:
        """Whether its cluster is the simulated one, which holds no examination."""
        return self.catalog.platform.cluster.kind is ClusterKind.SIMULATED


def read(name: str, institution: str | None) -> Environment:
    """Read and check an environment. Raises Refused or CommandFailed."""
    catalog = load(checkout() / "stacks", name)
    if institution is not None and institution not in catalog.institutions:
        known = ", ".join(catalog.institutions)
        raise CommandFailed(
            f"there is no institution {institution!r} in {name}; the institutions are {known}"
        )
    return Environment(catalog, place(catalog), institution)
