"""The result of a run: what was measured, under which load, and what came of it.

Owns ``result.json``, written and read. Doesn't own the arithmetic (:mod:`loadtest.figures`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from pydantic import TypeAdapter, ValidationError

from loadtest import figures, records
from loadtest.archive import Share
from loadtest.figures import Figures, Stage
from loadtest.generator import Effort, Load
from loadtest.manifest import Expected
from loadtest.plan import Plan, Scenario
from loadtest.problem import LoadTestProblem


@dataclass(frozen=True)
class Result:
    """One run's result; it holds no secret and no patient's data.

    Attributes:
        format: the file's own mark.
        scenario: what was measured.
        target: the archive's address.
        server: what the measured machines are, in the user's words.
        institution: whose archive it is.
        users: at the end of the ramp, which began with 1.
        ramp: seconds that it was asked to take.
        timeout: seconds that a request might take.
        mix: the parts of the object mix, as the archive held them.
        checked_against: what each body had to equal.
        started: when.
        seconds: from the first request to the last answer.
        failures: how many requests failed, by kind and reason.
        total: of all requests.
        downloads: of the downloads alone.
        searches: of the searches alone.
        stages: of the downloads, by tenths of the ramp.
        generator: what k6 itself took.
    """

    format: Literal["imaging-load-test/1"]
    scenario: Scenario
    target: str
    server: str
    institution: str
    users: int
    ramp: int
    timeout: int
    mix: tuple[Share, ...]
    checked_against: Literal["manifest", "first body"]
    started: datetime
    seconds: float
    failures: dict[str, int]
    total: Figures
    downloads: Figures
    searches: Figures
    stages: tuple[Stage, ...]
    generator: Effort


_RESULT: Final = TypeAdapter(Result)


def of(
    plan: Plan,
    mix: tuple[Share, ...],
    started: datetime,
    load: Load,
    expected: Mapping[str, Expected] | None,
) -> Result:
    """Sum up a run; ``expected`` is the manifest, by SOP Instance UID."""
    done = records.judged(load.records, expected)
    took = figures.seconds(done)
    return Result(
        format="imaging-load-test/1",
        scenario=plan.scenario,
        target=plan.target.url,
        server=plan.server,
        institution=plan.institution,
        users=plan.users,
        ramp=plan.seconds,
        timeout=plan.timeout,
        mix=mix,
        checked_against="first body" if expected is None else "manifest",
        started=started,
        seconds=took,
        failures=figures.failures(done),
        total=figures.of(done, took),
        downloads=figures.of((each for each in done if each.kind == "download"), took),
        searches=figures.of((each for each in done if each.kind == "search"), took),
        stages=figures.stages(done, plan.users, plan.seconds),
        generator=load.effort,
    )


def write(result: Result, file: Path) -> None:
    """Write a result as JSON."""
    file.write_bytes(_RESULT.dump_json(result, indent=2) + b"\n")


def read(file: Path) -> Result:
    """Read a result.

    Raises:
        LoadTestProblem: the file isn't there, or isn't one.
    """
    try:
        return _RESULT.validate_json(file.read_bytes())
    except FileNotFoundError:
        raise LoadTestProblem(
            f"There is no result {str(file)!r}; name the result.json of a run."
        ) from None
    except ValidationError as problem:
        first = problem.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the whole"
        raise LoadTestProblem(
            f"{str(file)!r} isn't a load test's result: {where}: {first['msg']}. Name the "
            "result.json of a run."
        ) from None
