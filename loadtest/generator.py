"""Runs k6, and returns what it noted and what it took.

Owns the process, its settings and its notes' file. Doesn't own what its users do
(``scenario.js``), nor what the notes mean (:mod:`loadtest.records`).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import psutil

from loadtest import records
from loadtest.archive import Share
from loadtest.plan import Plan
from loadtest.problem import LoadTestProblem
from loadtest.records import Record

_SCRIPT: Final = Path(__file__).with_name("scenario.js")
_PAGE: Final = 10
"""Objects that a search asks for, and a user then downloads."""
_PAUSE: Final = 1.0
_MEMORY: Final = 0.8


@dataclass(frozen=True)
class Effort:
    """What the load generator itself took: near its machine's limits, it measures itself.

    Attributes:
        cpu_seconds: of all its threads.
        cores: of its machine.
        peak_megabytes: of memory.
    """

    cpu_seconds: float
    cores: int
    peak_megabytes: float


@dataclass(frozen=True)
class Load:
    """What a run of k6 left: a record for each request, and its effort."""

    records: tuple[Record, ...]
    effort: Effort


def run(plan: Plan, mix: tuple[Share, ...]) -> Load:
    """Run the plan; its progress goes to the terminal.

    Raises:
        LoadTestProblem: k6 is missing, fails, or lost notes.
    """
    with tempfile.TemporaryDirectory(prefix="load-test-") as name:
        folder = Path(name)
        (folder / "settings.json").write_text(json.dumps(_settings(plan, mix, folder)))
        status, effort = _process(plan, folder)
        notes = folder / "notes"
        lines = notes.read_text(encoding="utf-8").splitlines() if notes.exists() else []
        if status != 0:
            said = "\n".join(line for line in lines[-5:] if not line.startswith("{"))
            raise LoadTestProblem(
                f"k6 ended with {status}, so there is no result.\n{said}".rstrip()
            )
        found = records.read(lines)
        made = json.loads((folder / "summary.json").read_text())["requests"]
    if made != len(found):
        raise LoadTestProblem(
            f"k6 made {made} requests and noted {len(found)}, so its figures can't be trusted; is "
            "there room in the temporary folder?"
        )
    return Load(found, effort)


def _settings(plan: Plan, mix: tuple[Share, ...], folder: Path) -> Mapping[str, Any]:
    target = plan.target
    return {
        "url": target.url,
        "hosts": {target.host: target.address} if target.address else {},
        "certificate": str(target.certificate.absolute()) if target.certificate else None,
        "key": str(target.key.absolute()) if target.key else None,
        "users": plan.users,
        "seconds": plan.seconds,
        "timeout": plan.timeout,
        "pause": _PAUSE,
        "page": _PAGE,
        "mix": [asdict(share) for share in mix],
        "manifest": plan.manifest is not None,
        "summary": str(folder / "summary.json"),
    }


def _process(plan: Plan, folder: Path) -> tuple[int, Effort]:
    command = [*_mortal(), _k6(), "run", "--no-usage-report", "--log-format=raw"]
    command += [
        f"--log-output=file={folder / 'notes'}",
        "--env",
        f"SETTINGS={folder}/settings.json",
    ]
    if not sys.stdout.isatty():
        command.append("--quiet")
    with subprocess.Popen([*command, str(_SCRIPT)], env=_environment(plan)) as process:
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            raise
        process.returncode = os.waitstatus_to_exitcode(status)
    effort = Effort(
        cpu_seconds=round(usage.ru_utime + usage.ru_stime, 1),
        cores=psutil.cpu_count() or 1,
        peak_megabytes=round(usage.ru_maxrss * 1024 / 1_000_000, 1),
    )
    return process.returncode, effort


def _environment(plan: Plan) -> dict[str, str]:
    # K6_* would change the scenario behind the plan's back.
    kept = {key: value for key, value in os.environ.items() if not key.startswith("K6_")}
    if plan.target.authority is not None:
        kept["SSL_CERT_FILE"] = str(plan.target.authority.absolute())
    # Go lets garbage grow to twice what is used; near the machine's end it collects sooner.
    kept["GOMEMLIMIT"] = f"{int(psutil.virtual_memory().available * _MEMORY)}B"
    return kept


def _k6() -> str:
    beside = Path(sys.executable).with_name("k6")
    found = str(beside) if beside.exists() else shutil.which("k6")
    if found is None:
        raise LoadTestProblem(
            "There is no k6: neither beside this Python nor on PATH. `make load-test` installs it "
            "with the locked dependencies."
        )
    return found


def _mortal() -> list[str]:
    """Let k6 end with us, however we end: nobody wants a load that nobody watches."""
    found = shutil.which("setpriv")
    return [found, "--pdeathsig=KILL", "--"] if found else []
