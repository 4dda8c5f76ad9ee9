"""What ``pulumi up`` runs: the stack's name decides whether a platform or an institution is meant.

Owns the step from a stack's name to a composition, and how refusals reach the person. Doesn't own
any resource.
"""

from __future__ import annotations

from pathlib import Path

import pulumi

from components import arming, institution, platform
from components.catalog import Catalog, ClusterKind, Refused, load
from components.catalog.placeholders import placeholders
from components.monitoring import fits
from components.placement import Placement, place


def run(stack: str, folder: Path) -> None:
    """Deploy a stack: ``<environment>`` or ``<environment>.<institution>``.

    ``folder`` holds the stack files. Raises RunError, which Pulumi shows without a traceback.
    """
    environment, _, name = stack.partition(".")
    catalog, placement = _decide(folder, environment)
    if catalog.platform.cluster.kind is not ClusterKind.SIMULATED:
        _mind_placeholders(catalog)
    if stack in catalog.armed:
        arming.disarm_protection()
        lost = "; ".join(arming.losses(catalog, placement, name or None))
        pulumi.log.warn(f"{stack} is armed: pulumi destroy will delete {lost}")
    if not name:
        platform.deploy(catalog, placement)
        return
    if name not in catalog.institutions:
        known = ", ".join(catalog.stack(each) for each in catalog.institutions)
        raise pulumi.RunError(f"there is no stack file for {stack}; the institutions are {known}")
    institution.deploy(catalog, placement, name)


def _decide(folder: Path, environment: str) -> tuple[Catalog, Placement]:
    try:
        catalog = load(folder, environment)
        placement = place(catalog)
        refuse_too_many_readers(catalog, placement)
    except Refused as refused:
        raise pulumi.RunError(f"the stack files are refused:\n{refused}") from None
    return catalog, placement


def _mind_placeholders(catalog: Catalog) -> None:
    """A preview is a rehearsal, which warns; an update would set out for an example address.

    All files of the environment count: what one says of addresses and keys, others rest on. Raises
    RunError.
    """
    found = sorted(placeholders(catalog))
    if not found:
        return
    values = "1 value is" if len(found) == 1 else f"{len(found)} values are"
    sentence = f"{values} for somebody to fill before an update:"
    listed = "\n".join([sentence, *map(str, found)])
    if not pulumi.runtime.is_dry_run():
        raise pulumi.RunError(f"the stack files are refused: {listed}")
    pulumi.log.warn(listed)


def refuse_too_many_readers(catalog: Catalog, placement: Placement) -> None:
    """Raises Refused where the workers can't hold all readers that are promised."""
    refusals = list(fits(catalog, institution.claims(catalog, placement)))
    if refusals:
        raise Refused(refusals)
