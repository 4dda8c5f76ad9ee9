"""Runs side by side: speed-up and efficiency against one reader, the article's gains beside ours.

Owns which runs can be compared, and the arithmetic. Doesn't own how it looks
(:mod:`loadtest.comparison_report`).

Of several runs of a scenario the one in the middle is shown, and how far the others lie: runs of
equal settings differ, and a difference below that spread says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from loadtest.plan import Scenario
from loadtest.problem import LoadTestProblem
from loadtest.result import Result

ARTICLE_GAINS: Final[Mapping[int, float]] = MappingProxyType({1: 0.0, 2: 1.0, 3: 0.5})
"""The article's gain in requests by readers: one over the monolith ("near-identical"), two over one
("roughly 100 %"), three over two ("50 %"). It says nothing of more."""


@dataclass(frozen=True)
class Row:
    """One scenario.

    Attributes:
        result: the run in the middle of its runs, by requests a second.
        runs: how many there are.
        lowest: requests a second of the slowest one.
        highest: of the fastest one.
        speed_up: T(n) / T(1), T being requests a second with n readers; None: no run of one
            reader, or a monolith.
        efficiency: T(n) / (n T(1)).
        gain: T(n) / T(n - 1) - 1; for one reader against the monolith.
        article_gain: what the article says of that.
        over_nfs: T on Ceph / T on NFS with as many readers.
    """

    result: Result
    runs: int
    lowest: float
    highest: float
    speed_up: float | None
    efficiency: float | None
    gain: float | None
    article_gain: float | None
    over_nfs: float | None

    @property
    def scenario(self) -> Scenario:
        """What was measured."""
        return self.result.scenario


def rows(results: Sequence[tuple[str, Result]]) -> tuple[Row, ...]:
    """Compare results, each given with its name; sorted by architecture, readers and backend.

    Raises:
        LoadTestProblem: two of them weren't under the same load.
    """
    first_name, first = results[0]
    for name, result in results[1:]:
        _check(first_name, first, name, result)
    groups: dict[Scenario, list[Result]] = {}
    for _, result in results:
        groups.setdefault(result.scenario, []).append(result)
    for group in groups.values():
        group.sort(key=_rate)
    middles = {scenario: group[(len(group) - 1) // 2] for scenario, group in groups.items()}
    return tuple(_row(middles, groups[scenario]) for scenario in sorted(groups))


def _check(first_name: str, first: Result, name: str, result: Result) -> None:
    loads = (
        ("object mix", _mix(first), _mix(result)),
        ("number of users", str(first.users), str(result.users)),
        ("ramp", f"{first.ramp} s", f"{result.ramp} s"),
        ("timeout", f"{first.timeout} s", f"{result.timeout} s"),
    )
    for what, expected, found in loads:
        if expected != found:
            raise LoadTestProblem(
                f"{first_name} and {name} can't be compared, since their {what} differs: "
                f"{expected}, and {found}. Put the same load on both."
            )


def _mix(result: Result) -> str:
    parts = sorted(result.mix, key=lambda part: part.query)
    return ", ".join(f"{part.query} x {part.weight:g} of {part.objects}" for part in parts)


def _rate(result: Result) -> float:
    return result.total.per_second


def _row(middles: Mapping[Scenario, Result], group: Sequence[Result]) -> Row:
    scenario = group[0].scenario
    here = middles[scenario]
    one = speed_up = before = None
    if scenario.architecture == "readers":
        one = middles.get(Scenario("readers", 1, scenario.backend))
        speed_up = _ratio(here, one)
        before = _before(middles, scenario)
    gain = _ratio(here, before)
    nfs = Scenario(scenario.architecture, scenario.readers, "nfs")
    return Row(
        result=here,
        runs=len(group),
        lowest=_rate(group[0]),
        highest=_rate(group[-1]),
        speed_up=speed_up,
        efficiency=None if speed_up is None else speed_up / scenario.readers,
        gain=None if gain is None else gain - 1,
        article_gain=None if gain is None else ARTICLE_GAINS.get(scenario.readers),
        over_nfs=_ratio(here, middles.get(nfs)) if scenario.backend == "ceph" else None,
    )


def _before(middles: Mapping[Scenario, Result], scenario: Scenario) -> Result | None:
    """What a reader more is compared with; one reader with the monolith, on the same backend."""
    if scenario.readers > 1:
        return middles.get(Scenario("readers", scenario.readers - 1, scenario.backend))
    return middles.get(Scenario("monolith", 1, scenario.backend))


def _ratio(here: Result, other: Result | None) -> float | None:
    return None if other is None or not _rate(other) else _rate(here) / _rate(other)
