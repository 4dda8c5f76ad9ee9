"""Where an institution's examinations lie already, and that they stay there.

Owns the comparison with what the stack's last update made. Doesn't own moving them: nothing does in
place (docs/migration.md), since Rook ignores a changed root silently, and fewer copies or another
boundary is another promise (research/rook.md §7, trap 7).
"""

from __future__ import annotations

from typing import Any

import pulumi

from components import naming
from components.catalog import Catalog
from components.placement import ResidencyClass


def settled(catalog: Catalog, name: str, residency: ResidencyClass) -> pulumi.Output[None]:
    """An output that fails, before anything is touched, where the placement has changed."""
    own = pulumi.StackReference(f"organization/{naming.PROJECT}/{catalog.stack(name)}")

    def unmoved(summary: Any) -> None:  # noqa: ANN401 - an output of the last update
        problem = moved(catalog.file(name), name, residency.name, summary)
        if problem:
            raise pulumi.RunError(problem)

    return own.get_output("summary").apply(unmoved)


def moved(file: str, name: str, now: str, summary: dict[str, Any] | None) -> str | None:
    """Say that the stack file asks for another place or number of copies than there is."""
    before = (summary or {}).get("residencyClass", now)
    if before == now:
        return None
    return (
        f"{file}: {name}'s examinations lie in {before}, and this file asks for {now}. They are "
        "never moved, and no copy is ever dropped, in place: undo the change, or move the "
        "institution step by step as docs/migration.md says"
    )
