"""Real users: k6, which downloads through the gateways and counts what was lost.

Owns k6's command line and what it reports. Doesn't own what a user does (``users.js``).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.autoscaling import reader_stand_in
from tests.components.gateway.authority import Authority, Leaf
from tests.components.gateway.real_envoy import mortal

_K6: Final = Path(sys.executable).with_name("k6")
BEFORE: Final = 25
"""Seconds of 10 users; then there are 100 at once."""
RUSH: Final = 75
"""Seconds of 100 users; then there are 10 at once."""
AFTER: Final = 110
"""Seconds of 10 users again."""
_GRACE: Final = 60


@dataclass(frozen=True)
class Downloads:
    """What k6 counted.

    Attributes:
        began: seconds since 1970.
        served: whole downloads by phase: ``few``, ``many``, ``few_again``.
        lost: all others by phase.
    """

    began: float
    served: Mapping[str, int]
    lost: Mapping[str, int]


@dataclass(frozen=True)
class Users:
    """Users at work.

    Attributes:
        process: k6.
        log: where it says what was lost, and why.
    """

    process: subprocess.Popen[bytes]
    log: Path

    def wait(self) -> Downloads:
        """Wait until they have gone."""
        output, _ = self.process.communicate(timeout=BEFORE + RUSH + AFTER + _GRACE)
        assert self.process.returncode == 0, self.said()
        return Downloads(**json.loads(output))

    def said(self) -> str:
        """The end of what k6 said."""
        return self.log.read_text(errors="replace")[-2000:]


@contextmanager
def at_work(
    ports: Sequence[int], authority: Authority, caller: Leaf, folder: Path
) -> Iterator[Users]:
    """Let users come and go until the context ends, or they have gone."""
    told = {
        "PORTS": ",".join(map(str, ports)),
        "CERTIFICATE": str(caller.certificate),
        "KEY": str(caller.key),
        "OBJECTS": json.dumps(reader_stand_in.objects()),
        "BEFORE": str(BEFORE),
        "RUSH": str(RUSH),
        "AFTER": str(AFTER),
    }
    command = mortal(str(_K6), "run", "--quiet", "--no-usage-report", "--address=")
    for name, value in told.items():
        command += ["--env", f"{name}={value}"]
    log = folder / "users.log"
    with (
        log.open("wb") as errors,
        subprocess.Popen(
            [*command, str(Path(__file__).with_name("users.js"))],
            env={**os.environ, "SSL_CERT_FILE": str(authority.file), "GOMAXPROCS": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
        ) as process,
    ):
        try:
            yield Users(process, log)
        finally:
            process.kill()
