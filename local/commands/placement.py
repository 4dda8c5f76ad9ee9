"""``placement``: where each institution's copies lie and what each loss leaves, told and drawn.

Owns what is printed and the file that is written. Doesn't own the facts (``components.placement``)
nor the drawing (:mod:`local.commands.placement_drawing`).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from rich import box
from rich.console import Console
from rich.table import Table

from components.catalog import Survive
from components.catalog.quantities import format_bytes
from components.placement import ResidencyClass, Site
from components.placement.losses import Aftermath, aftermaths, limits
from local.commands.environment import Environment
from local.commands.failure import CommandFailed
from local.commands.placement_drawing import draw

_MOST_NAMES: Final = 4
_LOST: Final = {
    Survive.NONE: "nothing",
    Survive.DISK: "a disk",
    Survive.HOST: "a host",
    Survive.DATA_CENTRE: "a data centre",
}


def show(environment: Environment, svg: str) -> None:
    """Print the tables and write the drawing to ``svg``, or to its default in this folder.

    Raises CommandFailed where the file can't be written.
    """
    console = Console(width=None if sys.stdout.isatty() else 140, highlight=False, markup=False)
    for name in environment.institutions:
        _institution(console, environment, name)
    path = Path(svg or f"placement-{environment.name}.svg")
    try:
        path.write_text(draw(environment), encoding="utf-8")
    except OSError as problem:
        raise CommandFailed(
            f"the drawing couldn't be written to {path}: {problem.strerror}; say another file "
            "with SVG="
        ) from None
    print(f"Drawn: {path}")


def _institution(console: Console, environment: Environment, name: str) -> None:
    institution = environment.catalog.institutions[name]
    residency, topology = environment.placement.of[name], environment.placement.topology
    promised = institution.replication
    console.print(
        f"{name} ({institution.title}): promised {promised.copies} in {promised.where}, to survive "
        f"the loss of {_LOST[promised.survive]}; class {residency.name}{_coded(residency)}"
    )
    console.print(_copies(residency, [topology.sites[each] for each in residency.data_centres]))
    console.print(_losses(aftermaths(residency, topology)))
    for limit in limits(residency, topology):
        console.print(f"Note: {limit}.", soft_wrap=False)
    console.print()


def _coded(residency: ResidencyClass) -> str:
    """What stands for the copies, where something does."""
    coding, size = residency.spread.coding, residency.spread.size
    if coding is None:
        return ""
    return (
        f", where {coding.chunks} chunks, of which any {coding.data_chunks} restore an object, "
        f"stand for {size} copies; names lie in {size} copies"
    )


def _copies(residency: ResidencyClass, sites: list[Site]) -> Table:
    pieces = "Chunks" if residency.spread.coding else "Copies"
    heading = f"{pieces} of each object"
    table = Table("Data centre", heading, "Hosts", "Disks", box=box.SIMPLE_HEAD)
    for site in sites:
        hosts = [host.name for host in site.hosts]
        sizes = {size for host in site.hosts for size in host.devices}
        each = " or ".join(format_bytes(size) for size in sorted(sizes))
        table.add_row(
            site.name,
            f"{residency.pieces_in[site.name]}{_apart(residency)}",
            ", ".join(hosts) if len(hosts) <= _MOST_NAMES else f"any of {len(hosts)}",
            f"{site.osds} x {each} {residency.device_class}",
        )
    return table


def _apart(residency: ResidencyClass) -> str:
    """How pieces in one data centre are kept apart, if there are several."""
    if max(residency.pieces_in.values()) == 1:
        return ""
    spread = residency.spread
    kind = "disk" if (spread.sub_domain or spread.failure_domain) == "osd" else "host"
    return f", each on a {kind} of its own"


def _losses(found: tuple[Aftermath, ...]) -> Table:
    table = Table("Loss of", "Leaves at worst", "What that means", box=box.SIMPLE_HEAD)
    for each in found:
        if each.touches or each.loss is Survive.DATA_CENTRE:
            table.add_row(_what(each), each.fraction, each.words)
    return table


def _what(found: Aftermath) -> str:
    names = found.data_centres
    shown = " or ".join(names) if len(names) <= _MOST_NAMES else f"one of {len(names)}"
    if found.loss is Survive.DATA_CENTRE:
        return f"data centre {shown}"
    return f"{_LOST[found.loss]} in {shown}"
