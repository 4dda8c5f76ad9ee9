"""The simulated cluster of the laboratory: objects go in, and its readers are watched.

Owns the connection and the record of every change. Doesn't own how a cluster is made
(:mod:`local.simulation`).
"""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
import yaml

from components.archive import priorities
from components.manifests import Manifest
from local.simulation.machines import Machine
from tests.autoscaling import institutions
from tests.autoscaling.history import History, Moment
from tests.local.simulation.running_cluster import RunningCluster

_WORKERS: Final = 6
_MACHINES: Final = (
    Machine("control-1", "control-plane", 8, "32Gi"),
    *(Machine(f"worker-{number}", "worker", 64, "256Gi") for number in range(_WORKERS)),
)
_WATCH: Final = {"watch": "true", "timeoutSeconds": "240"}
_LONGEST: Final = 300.0
_PAUSE: Final = 0.2


@dataclass
class Cluster:
    """The cluster, running."""

    running: RunningCluster
    _moments: dict[str, list[Moment]] = field(default_factory=lambda: defaultdict(list))
    _ended: threading.Event = field(default_factory=threading.Event)

    @property
    def kubeconfig(self) -> Path:
        """An administrator's; it names files and holds no key itself."""
        return self.running.folder.kwok / "kubeconfig.yaml"

    @property
    def authority(self) -> Path:
        """The certificate of who signs the cluster's clients."""
        return self.running.folder.certificates / "ca.crt"

    def start(self) -> None:
        """Start it, and watch all readers from now on."""
        self._ended.clear()
        self.running.start(_MACHINES)
        for number in range(_WORKERS):
            labels = [f"{key}={value}" for key, value in institutions.labels(number).items()]
            self.running.kubectl("label", "node", f"worker-{number}", *labels)
        self.apply(list(priorities.priority_classes()))
        threading.Thread(target=self._follow, daemon=True).start()

    def stop(self) -> None:
        """End it, and whatever a killed run left of it."""
        self._ended.set()
        self.running.command("stop")

    def apply(self, manifests: Sequence[Manifest]) -> None:
        """Apply objects."""
        whole = {"apiVersion": "v1", "kind": "List", "items": list(manifests)}
        self.running.kubectl("apply", "--server-side", "-f-", document=json.dumps(whole))

    def events(self, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Follow a collection to the end: ``ADDED``, ``MODIFIED``, ``DELETED``, and the object."""
        while not self._ended.is_set():
            try:
                with self._client() as api, api.stream("GET", path, params=_WATCH) as answer:
                    for line in answer.iter_lines():
                        event = json.loads(line)
                        if event["type"] != "ERROR":
                            yield event["type"], event["object"]
            except (httpx.TransportError, FileNotFoundError):
                self._ended.wait(_PAUSE)  # without a certificate there is no cluster any more

    def history(self, institution: str) -> History:
        """An institution's readers so far."""
        return History(tuple(self._moments[institution]))

    def seeing(self) -> set[str]:
        """The institutions whose autoscaler knows a load."""
        each = '{.metadata.namespace} {.status.currentMetrics[*].type}{"\\n"}'
        path = f"{{range .items[*]}}{each}{{end}}"
        lines = self.running.kubectl("get", "hpa", "-A", "-o", f"jsonpath={path}").splitlines()
        return {line.split()[0] for line in lines if "External" in line}

    def _client(self) -> httpx.Client:
        pki = self.running.folder.certificates
        trust = ssl.create_default_context(cafile=str(pki / "ca.crt"))
        trust.load_cert_chain(pki / "admin.crt", pki / "admin.key")
        address = yaml.safe_load(self.kubeconfig.read_text())["clusters"][0]["cluster"]["server"]
        return httpx.Client(base_url=address, verify=trust, timeout=_LONGEST, trust_env=False)

    def _follow(self) -> None:
        for _, found in self.events("/apis/apps/v1/statefulsets"):
            ready = found["status"].get("readyReplicas", 0)
            moment = Moment(time.time(), found["spec"]["replicas"], ready)
            known = self._moments[found["metadata"]["namespace"]]
            if not known or (known[-1].wanted, known[-1].ready) != (moment.wanted, moment.ready):
                known.append(moment)
