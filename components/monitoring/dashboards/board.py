"""What a dashboard is: rows of panels, each with queries, a unit and a sentence for people.

Owns this form, in plain values, so that tests read expressions without Grafana's JSON. Doesn't own
the JSON (:mod:`components.monitoring.dashboards.grafana`), nor what any dashboard shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum, unique
from typing import Final

WIDTH: Final = 24
"""Columns of Grafana's grid."""


@unique
class Unit(StrEnum):
    """Grafana's names of units."""

    NUMBER = "short"
    REQUESTS_PER_SECOND = "reqps"
    BYTES = "bytes"
    BYTES_PER_SECOND = "binBps"
    SECONDS = "s"
    SHARE = "percentunit"
    """Of 1."""
    KEPT = "bool_yes_no"
    """1 is yes, and well; 0 is no."""


@unique
class Kind(Enum):
    """How a panel shows its queries."""

    SERIES = "timeseries"
    FIGURE = "stat"
    TABLE = "table"
    """The newest values; each query is a column, and their labels are the others."""


@unique
class Colour(StrEnum):
    """Of what lies at or above a limit."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


@dataclass(frozen=True)
class Query:
    """One expression.

    Attributes:
        expression: PromQL; ``$name`` is a variable of the board.
        legend: what the result is called; ``{{label}}`` is filled in, but not in a table.
        unit: in a table, of this column, where it isn't the panel's.
    """

    expression: str
    legend: str
    unit: Unit | None = None


@dataclass(frozen=True)
class Limit:
    """A value from which on a panel shows another colour."""

    value: float
    colour: Colour


@dataclass(frozen=True)
class Panel:
    """One picture.

    Attributes:
        title: a few words.
        description: a sentence: what it is, and when to worry.
        unit: of all its values.
        queries: what it shows.
        kind: how.
        width: columns of :data:`WIDTH`; no line of a row is wider.
        limits: in rising order.
        below: the colour of what is below the first of them.
    """

    title: str
    description: str
    unit: Unit
    queries: tuple[Query, ...]
    kind: Kind = Kind.SERIES
    width: int = 8
    limits: tuple[Limit, ...] = ()
    below: Colour = Colour.GREEN


@dataclass(frozen=True)
class Row:
    """Panels under a heading."""

    title: str
    panels: tuple[Panel, ...]


@dataclass(frozen=True)
class Board:
    """A dashboard.

    Attributes:
        uid: by which links find it, of at most 40 characters, unique in Grafana.
        title: its name for people.
        description: a sentence.
        rows: from top to bottom.
        institutions: the metric whose label ``institution`` lists the choices of the variable
            ``$institution``; empty: it has no such variable.
        since: how far back it shows, as Grafana writes it: ``now-6h``.
    """

    uid: str
    title: str
    description: str
    rows: tuple[Row, ...]
    institutions: str = ""
    since: str = "now-6h"


def figure(
    title: str,
    description: str,
    unit: Unit,
    expression: str,
    *limits: Limit,
    below: Colour = Colour.GREEN,
) -> Panel:
    """Build a panel of one large number: the newest value of one expression."""
    query = Query(expression, title)
    return Panel(title, description, unit, (query,), Kind.FIGURE, WIDTH // 6, limits, below)
