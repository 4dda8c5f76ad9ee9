"""One page that shows where the institutions' copies lie, and what each loss leaves.

Owns the layout: a column for each data centre, its hosts and disks inside, coloured marks for the
institutions, and a table of losses. Doesn't own what is true (:mod:`components.placement`).

CRUSH may put a copy on any disk that the rule allows, so a mark stands on each of these, and the
heading of a data centre says how many copies of an object lie in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from components.catalog import Survive
from components.catalog.quantities import format_bytes
from components.placement import Host, Site, Spread
from components.placement.losses import LOSSES, Aftermath, worst
from local.commands.environment import Environment
from local.commands.svg import PLAIN, Page, Style

_MARGIN: Final = 24
_COLUMN: Final = 250
_GAP: Final = 16
_COLUMNS: Final = 4
_LINE: Final = 22
_MOST_INSTITUTIONS: Final = 12
_MOST_HOSTS: Final = 4
_MOST_DISKS: Final = 6
_MARKS_IN_A_ROW: Final = 6
_COLOURS: Final = (
    *("#1f5fa8", "#b3541e", "#2e7d4f", "#7b3f98", "#a8324a", "#00707a"),
    *("#6b5b00", "#4d4d4d", "#c0398b", "#3b4cc0", "#8a4b2d", "#2f6f8f"),
)
_TITLE: Final = Style(size=20, bold=True)
_SECTION: Final = Style(size=16, bold=True)
_NAME: Final = Style(bold=True)
_SMALL: Final = Style(size=11)
_ASIDE: Final = Style(size=11, colour="#5b6670")
_FATES: Final = {"goes on": "#2e7d4f", "waits": "#9a6700", "is lost": "#b3261e"}
_HEADINGS: Final = {
    Survive.DISK: "the loss of a disk",
    Survive.HOST: "the loss of a host",
    Survive.DATA_CENTRE: "the loss of a data centre",
}


def draw(environment: Environment) -> str:
    """Draw the placement of the institutions that the command is about, as SVG."""
    drawing = _Drawing(environment)
    drawing.heading()
    drawing.data_centres()
    drawing.losses()
    return drawing.page.finished(_MARGIN)


class _Drawing:
    """The page so far, and how far down it reaches."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.topology = environment.placement.topology
        self.shown = list(environment.institutions)[:_MOST_INSTITUTIONS]
        self.classes = {name: environment.placement.of[name] for name in self.shown}
        columns = max(3, min(_COLUMNS, len(self.topology.sites)))
        self.columns = columns
        self.page = Page(
            2 * _MARGIN + columns * _COLUMN + (columns - 1) * _GAP,
            f"Where the copies lie in {environment.name}",
        )
        self.y = float(_MARGIN)

    def heading(self) -> None:
        """The title, and the legend: who has which mark."""
        self._line(f"Where the copies lie in {self.environment.name}", _TITLE)
        self.y += 10
        for name in self.shown:
            institution = self.environment.catalog.institutions[name]
            residency = self.classes[name]
            self._mark(_MARGIN, self.y, name)
            self.page.text(
                (_MARGIN + 24, self.y + 1),
                f"{name} ({institution.title}): {_pieces(residency.spread)} in "
                f"{', '.join(residency.data_centres)}; class {residency.name}",
            )
            self.y += _LINE
        left = len(self.environment.institutions) - len(self.shown)
        if left:
            self._line(f"{left} more institutions aren't drawn; name one: INSTITUTION=")
        self._line(
            "Copies and chunks are of each object; they may lie on every disk with the mark, never "
            "two of one object on one disk.",
            _SMALL,
        )
        self.y += 8

    def data_centres(self) -> None:
        """The columns, in rows where there are many."""
        sites = sorted(self.topology.sites)
        for start in range(0, len(sites), self.columns):
            row = [self.topology.sites[name] for name in sites[start : start + self.columns]]
            height = max(self._height(site) for site in row)
            for number, site in enumerate(row):
                x = _MARGIN + number * (_COLUMN + _GAP)
                self.page.box((x, self.y), _COLUMN, height, "#f4f6f8")
                self._data_centre(x, site)
            self.y += height + _GAP

    def losses(self) -> None:
        """The table: for each institution what the worst loss of each kind leaves."""
        self._line("What a loss leaves at worst", _SECTION)
        self.y += 8
        width = (self.page.width - 2 * _MARGIN) / (1 + len(LOSSES))
        for number, loss in enumerate(LOSSES, start=1):
            self.page.text((_MARGIN + number * width, self.y), _HEADINGS[loss], _NAME)
        self.y += _LINE
        for name in self.shown:
            self._mark(_MARGIN, self.y - 1, name)
            self.page.text((_MARGIN + 24, self.y), name, width=width - 30)
            for number, loss in enumerate(LOSSES, start=1):
                found = worst(self.classes[name], self.topology, loss)
                fate = _fate(found)
                words = f"{found.fraction}: {fate}"
                at = (_MARGIN + number * width, self.y)
                self.page.text(at, words, Style(colour=_FATES[fate]))
            self.y += _LINE
        self.y += 4
        self._line(
            "waits: nothing is lost; reads and writes wait until a copy or chunk is back.", _SMALL
        )
        self._line("is lost: unless the disk, host or data centre comes back.", _SMALL)
        if any(found.spread.boundary for found in self.classes.values()):
            self._line(
                "Stored at home isn't served by home alone: cut from most of Ceph's monitors, "
                "a home waits too.",
                _SMALL,
            )

    def _inside(self, site: Site) -> list[str]:
        """The institutions that have copies in a data centre."""
        return [name for name in self.shown if site.name in self.classes[name].pieces_in]

    def _height(self, site: Site) -> int:
        """How high a data centre's column must be."""
        inside = self._inside(site)
        hosts = sum(_host_height(host, inside) for host in site.hosts[:_MOST_HOSTS])
        words = 0 < len(site.hosts) <= _MOST_HOSTS
        return 36 + _LINE * len(inside) + hosts + (4 if words else _LINE + 4)

    def _data_centre(self, x: float, site: Site) -> None:
        """Fill a column: its name, how many copies of whom, its hosts."""
        title = self.environment.catalog.platform.data_centres[site.name].title
        page, y, inside = self.page, self.y, self._inside(site)
        shown = site.name if title.lower() == site.name else f"{site.name} ({title})"
        page.text((x + 10, y + 8), shown, Style(size=15, bold=True), _COLUMN - 20)
        y += 36
        for name in inside:
            self._mark(x + 10, y, name)
            residency = self.classes[name]
            here = residency.spread.words(residency.pieces_in[site.name])
            page.text((x + 32, y + 1), f"{name}: {here}", width=_COLUMN - 40)
            y += _LINE
        for host in site.hosts[:_MOST_HOSTS]:
            self._host(x + 10, y, host, inside)
            y += _host_height(host, inside)
        more = len(site.hosts) - _MOST_HOSTS
        if more > 0 or not site.hosts:
            words = f"and {_more(more, 'host')}" if site.hosts else "no storage"
            page.text((x + 10, y), words, _ASIDE)

    def _host(self, x: float, y: float, host: Host, inside: Sequence[str]) -> None:
        """Draw a host: its disks, and on each the marks of those whose copies may lie there."""
        width = _COLUMN - 20
        self.page.box((x, y), width, _host_height(host, inside) - 8, "#e6eaee")
        self.page.text((x + 8, y + 5), host.name, _NAME, width - 16)
        y += 26
        kind = self.topology.device_class.value
        for size in host.devices[:_MOST_DISKS]:
            height = _disk_height(inside)
            self.page.box((x + 8, y), width - 16, height - 4, "#ffffff")
            self.page.text((x + 14, y + 4), f"{format_bytes(size)} {kind}", _SMALL, 90)
            for number, name in enumerate(inside):
                row, column = divmod(number, _MARKS_IN_A_ROW)
                self._mark(x + 102 + column * 19, y + 3 + row * 18, name)
            y += height
        more = len(host.devices) - _MOST_DISKS
        if more > 0:
            words = f"and {_more(more, 'disk')}"
            self.page.text((x + 8, y), words, _ASIDE)

    def _mark(self, x: float, y: float, institution: str) -> None:
        number = self.shown.index(institution)
        self.page.mark((x, y), str(number + 1), _COLOURS[number])

    def _line(self, text: str, style: Style = PLAIN) -> None:
        self.page.text((_MARGIN, self.y), text, style)
        self.y += style.size + 6


def _disk_height(inside: Sequence[str]) -> int:
    """How high a disk's box is, with the gap below it: its marks may need several rows."""
    return 8 + 18 * max(1, -(-len(inside) // _MARKS_IN_A_ROW))


def _host_height(host: Host, inside: Sequence[str]) -> int:
    """How high a host's box is, with the gap below it."""
    more = 18 if len(host.devices) > _MOST_DISKS else 0
    return 38 + min(len(host.devices), _MOST_DISKS) * _disk_height(inside) + more


def _more(number: int, thing: str) -> str:
    return f"{number} more {thing}{'' if number == 1 else 's'}"


def _fate(found: Aftermath) -> str:
    if not found.survives:
        return "is lost"
    return "goes on" if found.serves else "waits"


def _pieces(spread: Spread) -> str:
    words = spread.words(spread.pieces)
    return (
        f"{words}, of which any {spread.restoring} restore an object," if spread.coding else words
    )
