"""What an institution's stack needs of its platform's stack at run time.

Owns the reference and what is said when the platform isn't there yet. Doesn't own names: those are
functions of the catalogue (:mod:`components.naming`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pulumi

from components import naming
from components.catalog import Catalog
from components.placement import ResidencyClass
from components.provider import NOWHERE


def kubeconfig(catalog: Catalog, residency: ResidencyClass) -> pulumi.Output[str]:
    """Take the platform's kubeconfig, once it is sure that the institution's class is there.

    In a preview a missing platform or class is a warning that names the stack to update first; in
    an update it is an error, before anything of the institution is touched.
    """
    platform = pulumi.StackReference(f"organization/{naming.PROJECT}/{catalog.stack()}")
    outputs = platform.get_output("kubeconfig"), platform.get_output("residencyClasses")

    def ready(found: Sequence[Any]) -> str:
        config, classes = found
        problem = missing(catalog.environment, residency.name, config, classes)
        if problem and not pulumi.runtime.is_dry_run():
            raise pulumi.RunError(problem)
        if problem:
            pulumi.log.warn(problem)
        return config or NOWHERE

    return pulumi.Output.secret(pulumi.Output.all(*outputs).apply(ready))


def missing(
    environment: str, residency_class: str, config: str | None, classes: Sequence[str] | None
) -> str | None:
    """Say what the platform's stack lacks for an institution, and how to get it."""
    first = f"update the platform's stack {environment} first (make up ENV={environment} does both)"
    if not config:
        return f"the platform of {environment} isn't up yet; {first}"
    if residency_class not in (classes or ()):
        return f"the residency class {residency_class} isn't there yet; {first}"
    return None
