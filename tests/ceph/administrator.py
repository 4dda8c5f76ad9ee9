"""The laboratory's administrator: Ceph's commands, and what Ceph reports about itself.

Owns the questions and the waits for their answers. Doesn't own any decision about the cluster.
"""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.ceph.daemons import bound, configuration
from tests.ceph.judge import PlacementGroup
from tests.ceph.packages import PYTHON

_SCRIPT: Final = Path(__file__).with_name("ceph_admin.py")
_PATIENCE: Final = "20"
_EVENTUALLY: Final = 150


class CephRefused(Exception):  # noqa: N818 - Ceph's own refusal, in its own words
    """Ceph refused a command, or nobody answered; the message is Ceph's."""


def wait_until(what: str, true: Callable[[], bool], seconds: float = _EVENTUALLY) -> None:
    """Wait for what a working cluster does soon; fails with its name where it doesn't."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"waited {seconds:.0f} s in vain until {what}"
        time.sleep(0.5)


@dataclass
class Administrator:
    """One connection with all capabilities; it reconnects where it was lost."""

    folder: Path
    _process: subprocess.Popen[str] | None = field(default=None)

    def mon(self, prefix: str, given: str = "", **arguments: object) -> Any:  # noqa: ANN401 - JSON
        """Send a command to the monitors; ``given`` is its input. Raises CephRefused."""
        return self._send("mon", prefix, given, arguments)

    def mgr(self, prefix: str, **arguments: object) -> Any:  # noqa: ANN401 - JSON
        """Send a command to the manager. Raises CephRefused."""
        return self._send("mgr", prefix, "", arguments)

    def close(self) -> None:
        """End the connection."""
        if self._process is not None:
            self._process.kill()
            with self._process:  # closes its pipes
                self._process = None

    def groups(self) -> list[PlacementGroup]:
        """Every placement group, as its primary last reported it."""
        names = {pool["poolnum"]: pool["poolname"] for pool in self.mon("osd lspools")}
        dump = self.mgr("pg dump", dumpcontents=["pgs_brief"])
        return [
            PlacementGroup(
                pool=names[int(group["pgid"].split(".")[0])],
                name=group["pgid"],
                state=group["state"],
                up=tuple(group["up"]),
                acting=tuple(group["acting"]),
            )
            for group in (dump["pg_stats"] if isinstance(dump, dict) else dump)
        ]

    def osds_up(self) -> set[int]:
        """The OSDs that Ceph believes to be up."""
        return {osd["osd"] for osd in self.mon("osd dump")["osds"] if osd["up"]}

    def quorum(self) -> set[str]:
        """The monitors that agree."""
        return set(self.mon("quorum_status")["quorum_names"])

    def servers(self, filesystem: str) -> dict[str, str]:
        """A filesystem's metadata servers: name to state, for example ``up:active``."""
        for each in self.mon("fs dump")["filesystems"]:
            if each["mdsmap"]["fs_name"] == filesystem:
                info = each["mdsmap"]["info"].values()
                return {server["name"]: server["state"] for server in info}
        return {}

    def _send(self, target: str, prefix: str, given: str, arguments: dict[str, object]) -> Any:  # noqa: ANN401 - JSON
        command = {"prefix": prefix, "format": "json", **arguments}
        asked = {"target": target, "command": command, "input": given}
        process = self._connected()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps(asked) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            self.close()
            raise CephRefused(f"nobody answered {prefix!r}")
        answer = json.loads(line)
        if answer["status"]:
            raise CephRefused(f"{prefix!r}: {answer['err'] or answer['status']}")
        return json.loads(answer["out"]) if answer["out"].strip() else None

    def _connected(self) -> subprocess.Popen[str]:
        if self._process is None:
            script = [PYTHON, "-I", str(_SCRIPT), str(configuration(self.folder)), _PATIENCE]
            self._process = subprocess.Popen(
                bound(script),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
        return self._process
