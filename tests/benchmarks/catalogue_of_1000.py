"""Measures catalogue and placement of 1,000 institutions over 50 data centres; not a test.

Owns the generated environment and the table. Doesn't own a limit: the aim is 1,000 institutions in
under two seconds on two cores, and a time that grows with their number alone.
``python -m tests.benchmarks.catalogue_of_1000`` prints the table.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, Final

import yaml
from rich.console import Console
from rich.table import Table

from components.catalog import load
from components.placement import place

_ENVIRONMENT: Final = "bench"
_DATA_CENTRES: Final = 50
_HOSTS: Final = 3
_DEVICES: Final = 4
_SIZES: Final = (250, 500, 1000)
_RUNS: Final = 7


def _platform() -> dict[str, Any]:
    centres = [f"dc-{number:02}" for number in range(_DATA_CENTRES)]
    shape = {"cpu": 16, "memory": "64Gi"}
    devices = [{"name": f"sd{name}", "size": "100Ti", "class": "hdd"} for name in "bcde"[:_DEVICES]]
    workers = [
        {"name": f"{centre}-host-{number}", "role": "worker", "dataCentre": centre, **shape}
        | {"devices": devices}
        for centre in centres
        for number in range(_HOSTS)
    ]
    control = {"name": "control-1", "role": "control-plane", "dataCentre": centres[0], **shape}
    return {
        "title": "Benchmark",
        "cluster": {"kind": "simulated"},
        "dataCentres": {name: {"title": name, "roundTrip": "8ms"} for name in centres},
        "machines": [control, *workers],
        "images": {"dicoogle": "registry.example.org/dicoogle:3.5.1"},
        "storage": {"backend": "ceph"},
    }


def _institution(number: int) -> dict[str, Any]:
    return {
        "title": f"Hospital {number}",
        "home": f"dc-{number % _DATA_CENTRES:02}",
        "replication": {"where": "home-data-centre", "copies": 2, "survive": "host"},
        "capacity": "20Ti",
        "recoveryPoint": "1h",
        "access": [{"institution": "hospital-0000", "may": ["query", "retrieve"]}] * bool(number),
        "service": {
            "latency": {"p95": "800ms"},
            "availability": 99.9,
            "readers": {"min": 1, "max": 3, "inFlight": 20},
            "openingHours": "Mon-Fri 07:00-20:00",
        },
        "dicom": {
            "aeTitle": f"HOSPITAL{number:04}",
            "moveDestinations": [
                {"aeTitle": f"STATION{number:04}", "address": "192.0.2.10", "port": 11112}
            ],
        },
    }


def _write(folder: Path, institutions: int) -> None:
    files = {_ENVIRONMENT: ("imaging:platform", _platform())}
    for number in range(institutions):
        name = f"{_ENVIRONMENT}.hospital-{number:04}"
        files[name] = ("imaging:institution", _institution(number))
    for name, (key, value) in files.items():
        config = {"pulumi:disable-default-providers": ["kubernetes"], key: value}
        text = yaml.dump({"config": config}, Dumper=_NoAliases, sort_keys=False)
        (folder / f"Pulumi.{name}.yaml").write_text(text, encoding="utf-8")


class _NoAliases(yaml.SafeDumper):
    """People don't write anchors where Python reuses a list."""

    def ignore_aliases(self, data: object) -> bool:
        del data
        return True


def _once(folder: Path) -> dict[str, float]:
    """Seconds of loading and placing in this process, which has done neither before."""
    start = perf_counter()
    catalog = load(folder, _ENVIRONMENT)
    loaded = perf_counter()
    placement = place(catalog)
    if len(placement.of) != len(catalog.institutions):
        raise AssertionError("an institution has no placement")
    return {"load": loaded - start, "place": perf_counter() - loaded}


def _measure(folder: Path) -> Iterator[dict[str, float]]:
    for _ in range(_RUNS):
        start = perf_counter()
        command = [sys.executable, "-m", "tests.benchmarks.catalogue_of_1000", str(folder)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        whole = perf_counter() - start
        yield json.loads(done.stdout) | {"process": whole}


def _main() -> None:
    title = f"{_DATA_CENTRES} data centres, {_RUNS} fresh processes each; seconds, min and median"
    table = Table(title=title)
    for heading in ("institutions", "load", "place", "both", "process", "ms each"):
        table.add_column(heading, justify="right")
    for count in _SIZES:
        with TemporaryDirectory() as checkout:
            folder = Path(checkout, "stacks")
            folder.mkdir()
            _write(folder, count)
            runs = list(_measure(folder))
        both = [run["load"] + run["place"] for run in runs]
        columns = [[run["load"] for run in runs], [run["place"] for run in runs], both]
        columns.append([run["process"] for run in runs])
        cells = [f"{min(times):.2f} {statistics.median(times):.2f}" for times in columns]
        table.add_row(str(count), *cells, f"{1000 * min(both) / count:.2f}")
    Console().print(table)
    Console().print("Linear where the last column, the least time of an institution, doesn't grow.")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.stdout.write(json.dumps(_once(Path(sys.argv[1]))))
    else:
        _main()
