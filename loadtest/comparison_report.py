"""The report that compares runs: as a page, as a chart, and as lines for the terminal.

Owns what it shows. Doesn't own the arithmetic (:mod:`loadtest.comparison`), nor looks
(:mod:`loadtest.page`, :mod:`loadtest.charts`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from loadtest import charts, page, wording
from loadtest.charts import BAD, OTHER, Bar, Panel
from loadtest.comparison import Row
from loadtest.wording import figure, number, percent, times

_TITLE: Final = "Load tests compared"
_HEAD: Final = (
    "scenario",
    "runs",
    "requests",
    "failed",
    "served/s",
    "lowest-highest",
    "MB/s",
    "p50 ms",
    "p95 ms",
    "p99 ms",
    "speed-up",
    "efficiency",
    "gain",
    "article",
    "Ceph/NFS",
)


def text(rows: Sequence[Row]) -> str:
    """The figures, for a terminal."""
    return page.columns(_HEAD, [_line(row) for row in rows])


def chart(rows: Sequence[Row]) -> str:
    """The figures as bars: an SVG document."""
    first = rows[0].result
    remark = f"1 to {first.users} users in {first.ramp} s; {wording.mix(first)}"
    return charts.draw(_TITLE, remark, _panels(rows))


def html(rows: Sequence[Row]) -> str:
    """The whole report, as a page of its own."""
    first = rows[0].result
    runs = [
        (
            row.scenario.name,
            row.result.server or wording.UNKNOWN,
            f"{row.result.started:%Y-%m-%d %H:%M %Z}",
            wording.effort(row.result),
        )
        for row in rows
    ]
    return page.page(
        _TITLE,
        page.facts(
            [
                ("load", f"1 to {first.users} users in {first.ramp} s, none of them pauses"),
                ("objects searched for", wording.mix(first)),
            ]
        ),
        chart(rows),
        page.table(_HEAD, [_line(row) for row in rows]),
        page.paragraph(
            "Of several runs the one in the middle is shown; lowest and highest are the requests "
            "served a second of all of them. Percentiles are the downloads'. Speed-up: against one "
            "reader on the same storage. Efficiency: speed-up by reader. Gain: over one reader "
            "less, and of one reader over the monolith; beside it what the article tells."
        ),
        page.table(("scenario", "server", "started", "load generator"), runs),
    )


def _line(row: Row) -> tuple[str, ...]:
    total, downloads = row.result.total, row.result.downloads
    return (
        row.scenario.name,
        str(row.runs),
        str(total.requests),
        str(total.failed),
        number(total.per_second),
        f"{number(row.lowest)}-{number(row.highest)}",
        number(total.megabytes_per_second),
        *(figure(each) for each in (downloads.p50, downloads.p95, downloads.p99)),
        times(row.speed_up),
        percent(row.efficiency),
        percent(row.gain, signed=True),
        percent(row.article_gain, signed=True),
        times(row.over_nfs),
    )


def _panels(rows: Sequence[Row]) -> list[Panel]:
    def bars(value: Callable[[Row], float | None], colour: str = charts.OURS) -> list[Bar]:
        found = [(row.scenario.name, value(row)) for row in rows]
        return [Bar(name, shown, figure(shown), colour) for name, shown in found]

    return [
        Panel("requests in all", bars(lambda row: row.result.total.requests)),
        Panel("requests served a second", bars(lambda row: row.result.total.per_second)),
        Panel("MB a second", bars(lambda row: row.result.total.megabytes_per_second)),
        Panel("gain: ours (blue), the article's (yellow)", _gains(rows)),
        Panel("median of downloads, ms", bars(lambda row: row.result.downloads.p50, OTHER)),
        Panel("95th percentile, ms", bars(lambda row: row.result.downloads.p95, OTHER)),
        Panel("efficiency, %", _shares(rows)),
        Panel("failed requests", bars(lambda row: row.result.total.failed, BAD)),
    ]


def _gains(rows: Sequence[Row]) -> list[Bar]:
    found = []
    for row in rows:
        for value, colour in ((row.gain, charts.OURS), (row.article_gain, OTHER)):
            if value is not None:
                shown = percent(value, signed=True)
                found.append(Bar(row.scenario.name, value, shown, colour))
    return found


def _shares(rows: Sequence[Row]) -> list[Bar]:
    known = [row for row in rows if row.efficiency is not None]
    return [Bar(row.scenario.name, row.efficiency, percent(row.efficiency)) for row in known]
