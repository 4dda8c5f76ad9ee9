"""Results without a run, for what is computed from them.

Owns no assertion.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from loadtest.archive import Share
from loadtest.figures import Figures, Stage
from loadtest.generator import Effort
from loadtest.plan import Scenario
from loadtest.result import Result

MIX = (Share("Modality:MR", 7.0, 120), Share("Modality:CR", 3.0, 20))


def made(scenario: Scenario, per_second: float) -> Result:
    """A result of 100 s whose archive served ``per_second`` requests a second."""
    served = round(per_second * 100)
    total = Figures(served + 2, 2, per_second, per_second * 1.5, 40, 90, 130)
    return Result(
        format="imaging-load-test/1",
        scenario=scenario,
        target="https://gateway.aveiro.example.org",
        server="four machines",
        institution="aveiro",
        users=100,
        ramp=100,
        timeout=60,
        mix=MIX,
        checked_against="first body",
        started=datetime(2026, 11, 24, 12, tzinfo=UTC),
        seconds=100.0,
        failures={"download: empty": 2},
        total=total,
        downloads=replace(total, p50=41, p95=91, p99=131),
        searches=replace(total, requests=0, failed=0),
        stages=tuple(Stage(6 + 10 * tenth, 10.0, total) for tenth in range(10)),
        generator=Effort(50.0, 2, 800.0),
    )


def readers(count: int, per_second: float, backend: str = "ceph") -> Result:
    """A result of so many readers."""
    return made(Scenario("readers", count, "nfs" if backend == "nfs" else "ceph"), per_second)
