"""The report of one run: as a page, and as a few lines for the terminal.

Owns what it shows. Doesn't own looks (:mod:`loadtest.page`, :mod:`loadtest.charts`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from loadtest import charts, page, wording
from loadtest.charts import BAD, OTHER, Bar, Panel
from loadtest.figures import Figures, Stage
from loadtest.result import Result
from loadtest.wording import figure, number

_HEAD: Final = (
    "",
    "requests",
    "failed",
    "served/s",
    "MB/s",
    "p50 ms",
    "p95 ms",
    "p99 ms",
)


def text(result: Result) -> str:
    """The figures, for a terminal."""
    reasons = "".join(f"  {reason}: {count}\n" for reason, count in result.failures.items())
    return page.columns(_HEAD, _lines(result)) + reasons + wording.effort(result)


def html(result: Result) -> str:
    """The whole report, as a page of its own."""
    title = f"Load test: {result.scenario.name}"
    stages = [(f"{stage.users} users", *_figures(stage.figures)) for stage in result.stages]
    failures = [(reason, str(count)) for reason, count in result.failures.items()]
    return page.page(
        title,
        page.facts(_facts(result)),
        page.table(_HEAD, _lines(result)),
        page.table(("failed", "requests"), failures) if failures else "",
        charts.draw(title, _remark(result), _panels(result.stages)),
        page.table(("downloads in a tenth of the ramp", *_HEAD[1:]), stages),
        page.paragraph(
            "Rates and percentiles count what was served whole. Times are from the request to the "
            "last byte, as a user waits for it. A megabyte is a million bytes."
        ),
    )


def _lines(result: Result) -> list[tuple[str, ...]]:
    return [
        ("all", *_figures(result.total)),
        ("downloads", *_figures(result.downloads)),
        ("searches", *_figures(result.searches)),
    ]


def _figures(figures: Figures) -> tuple[str, ...]:
    return (
        str(figures.requests),
        str(figures.failed),
        number(figures.per_second),
        number(figures.megabytes_per_second),
        *(figure(each) for each in (figures.p50, figures.p95, figures.p99)),
    )


def _facts(result: Result) -> list[tuple[str, str]]:
    checked = {
        "manifest": "length, DICM, SHA-256 of the data set as in the manifest",
        "first body": "length, DICM, SHA-256 as in the first body of the same object",
    }
    return [
        ("archive", f"{result.target} {result.institution}".rstrip()),
        ("server", result.server or wording.UNKNOWN),
        ("started", f"{result.started:%Y-%m-%d %H:%M:%S %Z}"),
        ("load", _remark(result)),
        ("took", f"{result.seconds:.1f} s"),
        ("objects searched for", wording.mix(result)),
        ("each body checked", checked[result.checked_against]),
        ("load generator", wording.effort(result)),
    ]


def _remark(result: Result) -> str:
    return f"1 to {result.users} users in {result.ramp} s, none of them pauses"


def _panels(stages: tuple[Stage, ...]) -> list[Panel]:
    def bars(value: Callable[[Figures], float | None], colour: str = charts.OURS) -> list[Bar]:
        found = [(f"{stage.users} users", value(stage.figures)) for stage in stages]
        return [Bar(users, shown, figure(shown), colour) for users, shown in found]

    return [
        Panel("downloads served a second", bars(lambda each: each.per_second)),
        Panel("MB a second", bars(lambda each: each.megabytes_per_second)),
        Panel("median, ms", bars(lambda each: each.p50, OTHER)),
        Panel("95th percentile, ms", bars(lambda each: each.p95, OTHER)),
        Panel("99th percentile, ms", bars(lambda each: each.p99, OTHER)),
        Panel("failed downloads", bars(lambda each: each.failed, BAD)),
    ]
