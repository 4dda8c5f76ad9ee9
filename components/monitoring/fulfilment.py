"""A promise as figures: what is required, what is observed, whether that keeps it.

Owns the form and the names of its metrics, one of each per institution and promise. It is the
fourth gate: the three before it judge what is asked for, this one what is there. Doesn't own which
promises there are (:mod:`components.monitoring.promised`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from components.monitoring.rule import Record

REQUIRED: Final = "imaging_promise_required"
OBSERVED: Final = "imaging_promise_observed"
KEPT: Final = "imaging_promise_kept"
"""1 or 0; absent where nothing tells, for example a latency that nobody asked for in three days."""
_POWERS: Final = ("", "Ki", "Mi", "Gi", "Ti", "Pi")


@dataclass(frozen=True)
class Fulfilment:
    """One promise.

    Attributes:
        promise: its name, as the label ``promise``.
        words: what was promised, for people.
        required: at least this; ``unit`` says of what.
        unit: for people: ``copies``, ``bytes``, ``%``; empty for a yes, which is 1.
        observed: PromQL of one number, or of nothing where nothing tells; None where no exporter
            tells it at all, so that other gates alone hold it.
        tolerance: the factor of ``required`` that is enough.
        at_most: whether less is better; only of a promise that nothing observes.
    """

    promise: str
    words: str
    required: float
    unit: str
    observed: str | None
    tolerance: str = "1"
    at_most: bool = False

    def records(self) -> tuple[Record, ...]:
        """Record what is required, what is observed, and whether that keeps the promise."""
        labels = {"promise": self.promise}
        required = Record(REQUIRED, f"vector({self.required:.15g})", labels)
        if self.observed is None:
            return (required,)
        enough = f"{self.required:.15g} * {self.tolerance}"
        return (
            required,
            Record(OBSERVED, self.observed, labels),
            Record(KEPT, f"({self.observed}) >= bool ({enough})", labels),
        )


def figure(each: Fulfilment, value: float) -> str:
    """Write a figure of a promise for people: ``20Ti``, ``3 copies``, ``yes``."""
    if not each.unit:
        return "yes" if value else "no"
    if each.unit == "bytes":
        power = max(each for each in range(len(_POWERS)) if each == 0 or value >= 1024**each)
        return f"{value / 1024**power:.4g}{_POWERS[power]}"
    return f"{value:.5g} {each.unit}"


def records(promised: Iterable[Fulfilment]) -> tuple[Record, ...]:
    """Build the recording rules of all of them."""
    return tuple(record for each in promised for record in each.records())
