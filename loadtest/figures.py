"""The arithmetic of a run: counts, rates, percentiles and failures, in whole and by stage.

Owns the sums over judged records. Doesn't own the judgement (:mod:`loadtest.records`), nor the
comparison of runs (:mod:`loadtest.comparison`).

Rates and percentiles count what was served whole: an archive that fails fast isn't fast. What
failed stands beside them, by reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from loadtest.records import Record

STAGES: Final = 10
_MEGABYTE: Final = 1_000_000


@dataclass(frozen=True)
class Figures:
    """What a number of requests amounts to.

    Attributes:
        requests: all, failed ones too.
        failed: those that weren't served whole.
        per_second: served requests a second.
        megabytes_per_second: of served bodies; a megabyte is 10^6 bytes.
        p50: median of the time to the last byte, in milliseconds; None: nothing was served.
        p95: the 95th percentile.
        p99: the 99th percentile.
    """

    requests: int
    failed: int
    per_second: float
    megabytes_per_second: float
    p50: int | None
    p95: int | None
    p99: int | None


@dataclass(frozen=True)
class Stage:
    """A tenth of the ramp.

    Attributes:
        users: in its middle.
        seconds: its length; the last one ends with the last answer.
        figures: of the downloads that ended in it.
    """

    users: int
    seconds: float
    figures: Figures


def of(records: Iterable[Record], seconds: float) -> Figures:
    """Sum up requests that took ``seconds`` together."""
    every = tuple(records)
    served = [record for record in every if not record.failure]
    times = sorted(record.milliseconds for record in served)
    return Figures(
        requests=len(every),
        failed=len(every) - len(served),
        per_second=round(len(served) / seconds, 3),
        megabytes_per_second=round(sum(each.bytes for each in served) / seconds / _MEGABYTE, 3),
        p50=percentile(times, 50),
        p95=percentile(times, 95),
        p99=percentile(times, 99),
    )


def percentile(ascending: Sequence[int], percent: int) -> int | None:
    """The smallest value that at least ``percent`` of all don't exceed; None without values."""
    if not ascending:
        return None
    rank = -(-percent * len(ascending) // 100)
    return ascending[max(rank, 1) - 1]


def failures(records: Iterable[Record]) -> dict[str, int]:
    """How many requests failed for each reason, the commonest first."""
    counted = Counter(f"{record.kind}: {record.failure}" for record in records if record.failure)
    return dict(sorted(counted.items(), key=lambda each: (-each[1], each[0])))


def seconds(records: Sequence[Record]) -> float:
    """From the first request to the last answer; 0.001 at least, so that rates exist."""
    if not records:
        return 0.001
    first = min(record.start for record in records)
    return max(max(record.end for record in records) - first, 1) / 1000


def stages(records: Sequence[Record], users: int, ramp: int) -> tuple[Stage, ...]:
    """The downloads of each tenth of a ramp of ``ramp`` seconds from 1 to ``users``."""
    start = min((record.start for record in records), default=0)
    length = ramp / STAGES
    parts: list[list[Record]] = [[] for _ in range(STAGES)]
    for record in records:
        if record.kind == "download":
            part = int((record.end - start) / 1000 / length)
            parts[min(part, STAGES - 1)].append(record)
    rest = max(seconds(records) - length * (STAGES - 1), length)
    found = []
    for number, downloads in enumerate(parts):
        took = rest if number == STAGES - 1 else length
        middle = 1 + (users - 1) * (number + 0.5) / STAGES
        found.append(Stage(round(middle), round(took, 3), of(downloads, took)))
    return tuple(found)
