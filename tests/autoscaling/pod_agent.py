"""Gives every Ready pod of an institution's readers a process that works, so that readers count.

Owns the processes, and the name under which the gateways find them. Doesn't own any assertion. It
does what the kubelet and the cluster's DNS do with a real reader: a pod that becomes Ready is
found under the service's name; one that is taken away is no longer, works on for its drain, and
ends without a farewell.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from components.archive import settings
from tests.autoscaling import reader_stand_in
from tests.autoscaling.cluster import Cluster
from tests.components.gateway.dns import Names
from tests.components.gateway.real_envoy import mortal
from tests.local.simulation.running_cluster import eventually

DRAIN: Final = 6.0
"""Seconds; rendered are 30. The gateways look names up every 2 s."""
SERVICE: Final = "readers.test"


@dataclass
class PodAgent:
    """The agent of one institution.

    Attributes:
        cluster: where its pods are.
        institution: whose they are.
        names: the DNS.
        readiness: the path of the gateways' health checks.
    """

    cluster: Cluster
    institution: str
    names: Names
    readiness: str
    _addresses: dict[str, str] = field(default_factory=dict)
    _processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _numbers: count[int] = field(default_factory=lambda: count(10))

    def start(self) -> None:
        """Follow the pods until the test ends."""
        threading.Thread(target=self._follow, daemon=True).start()

    def close(self) -> None:
        """End all processes."""
        for process in self._processes.values():
            process.kill()
        for process in self._processes.values():
            process.wait()

    @property
    def found(self) -> int:
        """How many readers the gateways find."""
        return len(self.names.addresses.get(f"{SERVICE}.", []))

    def _follow(self) -> None:
        for kind, pod in self.cluster.events(f"/api/v1/namespaces/{self.institution}/pods"):
            conditions = pod["status"].get("conditions", ())
            name = pod["metadata"]["uid"]
            ready = any(("Ready", "True") == (each["type"], each["status"]) for each in conditions)
            if kind == "DELETED" or "deletionTimestamp" in pod["metadata"]:
                self._leave(name)
            elif ready and name not in self._addresses:
                self._join(name)

    def _join(self, pod: str) -> None:
        # Never an address that another reader had: it may still drain.
        address = f"127.0.2.{next(self._numbers)}"
        script = [str(reader_stand_in.__file__), address, str(settings.WEB_PORT), self.readiness]
        self._processes[pod] = subprocess.Popen(mortal(sys.executable, *script))
        assert eventually(lambda: _answers(address)), f"the reader of pod {pod} doesn't start"
        self._addresses[pod] = address
        self._publish()

    def _leave(self, pod: str) -> None:
        if self._addresses.pop(pod, None) is not None:
            self._publish()
            ending = threading.Timer(DRAIN, self._processes[pod].kill)
            ending.daemon = True
            ending.start()

    def _publish(self) -> None:
        self.names.addresses[f"{SERVICE}."] = list(self._addresses.values())


def _answers(address: str) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((address, settings.WEB_PORT)) == 0
