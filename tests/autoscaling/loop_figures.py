"""What a run of the loop did, in figures, for whoever reads its last lines.

Owns the words. Nothing is asserted on them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.autoscaling.course import Course
from tests.autoscaling.history import History


@dataclass
class Figures:
    """Figures of one run.

    Attributes:
        course: of the rush; None where there was none.
        outages: numbers of readers by outage and institution.
    """

    course: Course | None = None
    outages: dict[str, dict[str, tuple[int, ...]]] = field(default_factory=dict)

    def tell(self, outage: str, stories: Mapping[str, History]) -> None:
        """Take what happened in an outage."""
        self.outages[outage] = {name: story.counts for name, story in stories.items()}

    def lines(self) -> list[str]:
        """What a person reads at the end."""
        return [*(_rush(self.course) if self.course else ()), *self._outages()]

    def _outages(self) -> list[str]:
        found = []
        for outage, counts in self.outages.items():
            found.append(f"{outage}; readers that were wanted, one after the other:")
            found += [f"  {name}: {_steps(numbers)}" for name, numbers in counts.items()]
        return found


def _rush(course: Course) -> list[str]:
    served, lost = course.downloads.served, course.downloads.lost
    return [
        f"from 10 to 100 users: three readers wanted after {_seconds(course.wanted)}",
        f"from 10 to 100 users: three readers Ready after {_seconds(course.ready)}",
        f"from 100 to 10 users: one reader wanted after {_seconds(course.back)}",
        f"readers that were wanted: {_steps(course.readers.counts)}",
        *(f"users {phase}: served {served[phase]}, lost {lost[phase]}" for phase in served),
    ]


def _seconds(found: float | None) -> str:
    return "(never)" if found is None else f"{found:.1f} s"


def _steps(counts: tuple[int, ...]) -> str:
    return " ".join(map(str, counts))
