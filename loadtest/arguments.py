"""How people write a run, a comparison or a manifest on the command line.

Owns names, defaults and the reading of words. Doesn't own what the values mean
(:mod:`loadtest.plan`). Secrets are files: nothing secret stands on a command line.
"""

from __future__ import annotations

import argparse
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from loadtest.plan import Backend, Plan, Query, Scenario, Target
from loadtest.problem import LoadTestProblem

_BACKENDS: Final[dict[str, Backend]] = {"ceph": "ceph", "nfs": "nfs", "local": "local"}
_PURPOSE: Final = "Load a medical imaging archive, check every body, compare runs."
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600}


def parse(arguments: list[str]) -> argparse.Namespace:
    """Parse the command line; wrong usage ends the process with 2, as argparse does."""
    parser = argparse.ArgumentParser(prog="loadtest", description=_PURPOSE)
    verbs = parser.add_subparsers(dest="verb", required=True)
    _add_run(verbs.add_parser("run", help="load an archive, and write result and report"))
    compare = verbs.add_parser("compare", help="set the results of runs side by side")
    compare.add_argument("results", nargs="+", type=Path, help="result.json files")
    compare.add_argument("--html", type=Path, help="write the report here")
    compare.add_argument("--svg", type=Path, help="write its chart here")
    manifest = verbs.add_parser("manifest", help="note what the archive must answer")
    manifest.add_argument("folder", type=Path, help="the DICOM files that were sent or stored")
    return parser.parse_args(arguments)


def _add_run(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--url", default="", help="scheme, host and port of the archive's web API")
    add("--certificate", type=Path, help="client certificate, PEM file")
    add("--key", type=Path, help="its private key, PEM file")
    add("--authority", type=Path, help="who signed the server's certificate, PEM file")
    add("--address", help="where the URL's host leads, instead of asking DNS")
    add("--scenario", required=True, help="monolith, or the number of readers")
    add("--backend", choices=sorted(_BACKENDS), required=True, help="where the images lie")
    add("--server", default="", help="what the measured machines are, in your words")
    add("--institution", default="", help="whose archive it is")
    add("--users", type=int, default=100, help="at the end of the ramp (100)")
    add("--duration", default="20m", help="of the ramp, such as 90s or 20m (20m)")
    add("--objects", action="append", metavar="QUERY[=WEIGHT]", help="part of the mix (*:*)")
    add("--timeout", type=int, default=60, help="seconds that a request may take (60)")
    add("--manifest", type=Path, help="what the archive must answer, from `loadtest manifest`")
    add("--out", type=Path, help="a new folder for result and report")


def plan(asked: argparse.Namespace) -> Plan:
    """Build the run that was asked for.

    Raises:
        LoadTestProblem: what was written can't be meant.
    """
    scenario = _scenario(asked.scenario, _BACKENDS[asked.backend])
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    named = f"{now}-{scenario.name.replace(', ', '-').replace(' ', '-')}"
    return Plan(
        scenario=scenario,
        target=Target(
            asked.url.rstrip("/"), asked.certificate, asked.key, asked.authority, asked.address
        ),
        server=asked.server,
        institution=asked.institution,
        users=asked.users,
        seconds=_duration(asked.duration),
        mix=tuple(_query(text) for text in asked.objects or ["*:*"]),
        timeout=asked.timeout,
        manifest=asked.manifest,
        out=asked.out or Path("load-test-results") / named,
    )


def _scenario(text: str, backend: Backend) -> Scenario:
    if text == "monolith":
        return Scenario("monolith", 1, backend)
    if not re.fullmatch("[0-9]{1,4}", text):
        raise LoadTestProblem(
            f"The scenario {text!r} isn't known; say monolith, or how many readers serve: 1, 2, 3."
        )
    return Scenario("readers", int(text), backend)


def _duration(text: str) -> int:
    found = re.fullmatch("([0-9]{1,6})([smh])", text)
    if found is None:
        raise LoadTestProblem(f"{text!r} is no duration; write for example 90s, 20m or 1h.")
    return int(found[1]) * _SECONDS[found[2]]


def _query(text: str) -> Query:
    query, equals, weight = text.rpartition("=")
    if not equals:
        return Query(text)
    try:
        return Query(query, float(weight))
    except ValueError:
        raise LoadTestProblem(
            f"The objects {text!r} have no number behind the '='; write for example Modality:MR=6."
        ) from None
