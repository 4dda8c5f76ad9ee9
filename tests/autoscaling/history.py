"""How many readers there were, and when: what the loop is judged by.

Owns the record and the questions to it; pure but for the clock's readings that it is given. Doesn't
own the watching (:mod:`tests.autoscaling.cluster`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise


@dataclass(frozen=True)
class Moment:
    """A StatefulSet from a moment on.

    Attributes:
        at: seconds since 1970.
        wanted: its ``spec.replicas``.
        ready: its pods that are Ready.
    """

    at: float
    wanted: int
    ready: int


@dataclass(frozen=True)
class History:
    """One institution's readers during a time.

    Attributes:
        moments: every change in order; the first is the state at the beginning.
    """

    moments: Sequence[Moment]

    @property
    def counts(self) -> tuple[int, ...]:
        """The numbers of readers that were wanted, one after the other."""
        return tuple(count for count, _ in groupby(each.wanted for each in self.moments))

    @property
    def never_fell(self) -> bool:
        """Whether no reader was ever taken away."""
        return all(before < after for before, after in pairwise(self.counts))

    @property
    def turns(self) -> int:
        """How often it changed its direction."""
        up = [before < after for before, after in pairwise(self.counts)]
        return sum(before != after for before, after in pairwise(up))

    def between(self, begin: float, end: float) -> History:
        """What happened in a time."""
        before = [each for each in self.moments if each.at <= begin]
        during = [each for each in self.moments if begin < each.at <= end]
        return History([*before[-1:], *during])

    def when(self, *, wanted: int = 0, ready: int = 0, since: float = 0) -> float | None:
        """The first moment since then at which at least so many were wanted and Ready."""
        return next(
            (
                max(each.at, since)
                for each in self.between(since, float("inf")).moments
                if each.wanted >= wanted and each.ready >= ready
            ),
            None,
        )
