"""Every rule of the pack."""

from __future__ import annotations

from typing import Final

from operations import availability, containers, engine, machines, presence, security

ABOUT: Final = """\
What runs is pinned, bounded, restricted, spread and watched, and what holds examinations is
protected. What lies inside a Helm chart is invisible to every policy: the pack judges which charts
come in, and the values that it knows. `retainOnDelete` is invisible too: the engine doesn't send
it."""
"""What the pack's page begins with."""

RULES: Final = (
    *containers.RULES,
    *security.RULES,
    *availability.RULES,
    *engine.RULES,
    *machines.RULES,
    *presence.RULES,
)
