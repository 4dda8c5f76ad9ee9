"""The command line of the load test; `make load-test` calls it.

Owns which step follows which. Doesn't own any of the steps.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from loadtest import (
    archive,
    arguments,
    comparison,
    comparison_report,
    generator,
    manifest,
    result,
    run_report,
)
from loadtest.problem import LoadTestProblem


def main(words: list[str]) -> int:
    """Run one command; 0 if it did what it was asked, else 1 and a sentence on stderr."""
    asked = arguments.parse(words)
    try:
        {"run": _run, "compare": _compare, "manifest": _manifest}[asked.verb](asked)
    except LoadTestProblem as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    except OSError as problem:
        sys.stderr.write(f"{problem.filename or 'A file'} can't be used: {problem.strerror}.\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted; there is no result.\n")
        return 130
    return 0


def _run(asked: argparse.Namespace) -> None:
    plan = arguments.plan(asked)
    expected = manifest.read(plan.manifest) if plan.manifest else None
    mix = archive.found(plan.target, plan.mix, plan.timeout)
    plan.out.mkdir(parents=True)
    started = datetime.now(UTC)
    try:
        load = generator.run(plan, mix)
    except BaseException:
        plan.out.rmdir()
        raise
    measured = result.of(plan, mix, started, load, expected)
    result.write(measured, plan.out / "result.json")
    (plan.out / "report.html").write_text(run_report.html(measured), encoding="utf-8")
    sys.stdout.write(f"{run_report.text(measured)}\nWritten to {plan.out}.\n")


def _compare(asked: argparse.Namespace) -> None:
    rows = comparison.rows([(str(file), result.read(file)) for file in asked.results])
    if asked.html:
        asked.html.write_text(comparison_report.html(rows), encoding="utf-8")
    if asked.svg:
        asked.svg.write_text(comparison_report.chart(rows), encoding="utf-8")
    sys.stdout.write(comparison_report.text(rows))


def _manifest(asked: argparse.Namespace) -> None:
    sys.stdout.write(manifest.of_folder(asked.folder))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
