"""Real Prometheuses on loopback, which look at gateways as the rendered PodMonitor says.

Owns their command line, and the PodMonitor as Prometheus itself reads it: the operator's
translation, with fixed targets in place of pods. Doesn't own what the gateways tell.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from components.monitoring import monitors
from tests.autoscaling import told
from tests.autoscaling.part import Part, answers

Job = dict[str, Any]
"""What Prometheus does for one PodMonitor."""
_SNAKE: Final = {"targetLabel": "target_label", "sourceLabels": "source_labels"}


@dataclass(frozen=True)
class Prometheus:
    """One Prometheus.

    Attributes:
        part: the process.
        address: where KEDA asks it.
    """

    part: Part
    address: str


def prometheus(program: Path, port: int, folder: Path, jobs: Sequence[Job]) -> Prometheus:
    """Prepare one that keeps its files and its log in a folder."""
    folder.mkdir()
    configuration = folder / "prometheus.yaml"
    configuration.write_text(json.dumps({"scrape_configs": list(jobs)}))
    listens = f"127.0.0.1:{port}"
    command = (
        str(program),
        f"--config.file={configuration}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={listens}",
        "--log.level=warn",
    )
    address = f"http://{listens}"
    part = Part("prometheus", folder, command, lambda: answers(f"{address}/-/ready"))
    return Prometheus(part, address)


def job(institution: str, targets: Sequence[str] = ()) -> Job:
    """What Prometheus does for an institution's monitor; without targets the gateways are told."""
    spec = monitors.gateway(institution)["spec"]
    (endpoint,) = spec["podMetricsEndpoints"]
    parameters = {} if targets else {"params": {"of": [institution]}}
    addresses = targets or [f"{address}:{told.PORT}" for address in told.ADDRESSES]
    return {
        "job_name": institution,
        "metrics_path": endpoint["path"],
        "scrape_interval": endpoint["interval"],
        "scrape_timeout": endpoint["scrapeTimeout"],
        "honor_labels": endpoint["honorLabels"],
        "sample_limit": spec["sampleLimit"],
        "relabel_configs": _relabelled(endpoint["relabelings"]),
        "metric_relabel_configs": _relabelled(endpoint["metricRelabelings"]),
        "static_configs": [{"targets": list(addresses)}],
        **parameters,
    }


def _relabelled(rules: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{_SNAKE.get(key, key): value for key, value in rule.items()} for rule in rules]
