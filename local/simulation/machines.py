"""The document of machines that a simulated cluster has: what it may say, read and written.

The Node objects made from it are in `nodes`.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

from local.simulation.failure import SimulationError

_NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_MEMORY = re.compile(r"[1-9][0-9]*([KMGTPE]i|[kMGTPE])?")
_LONGEST_NAME = 63
ROLES = ("control-plane", "worker")
_KEYS = ("cpu", "memory", "name", "role")


@dataclass(frozen=True)
class Machine:
    """One machine: its host name, role (one of ROLES), cores, and memory in Kubernetes' units."""

    name: str
    role: str
    cpu: int
    memory: str


def read(document: str) -> tuple[Machine, ...]:
    """Read `{"nodes": [{"name", "role", "cpu", "memory"}, ...]}`.

    Raises:
        SimulationError: naming every fault of the document at once.
    """
    try:
        parsed = json.loads(document)
    except json.JSONDecodeError as error:
        raise SimulationError(
            f"The document of machines on standard input is not JSON: {error}. "
            'Write {"nodes": [{"name": "worker-1", "role": "worker", "cpu": 8, "memory": "32Gi"}]}.'
        ) from error
    entries = parsed.get("nodes") if isinstance(parsed, dict) else None
    if not isinstance(entries, list) or not entries:
        raise SimulationError(
            'The document of machines has no list "nodes" with at least one machine in it.'
        )
    faults = [
        f"nodes[{index}]: {fault}"
        for index, entry in enumerate(entries)
        for fault in _faults(entry)
    ]
    names = [entry.get("name") for entry in entries if isinstance(entry, dict)]
    faults += [
        f"nodes: the name {name!r} is given {names.count(name)} times; names are unique"
        for name in sorted({name for name in names if isinstance(name, str)})
        if names.count(name) > 1
    ]
    if faults:
        raise SimulationError("The document of machines is wrong:\n  " + "\n  ".join(faults))
    return tuple(Machine(**entry) for entry in entries)


def write(machines: tuple[Machine, ...]) -> str:
    """Write machines as the document that `read` reads."""
    return json.dumps({"nodes": [asdict(machine) for machine in machines]}, indent=1) + "\n"


def _faults(entry: object) -> list[str]:
    if not isinstance(entry, Mapping):
        return [f"{entry!r} is not an object with {', '.join(_KEYS)}"]
    faults = [
        f"unknown key {key!r}; known are {', '.join(_KEYS)}" for key in entry.keys() - {*_KEYS}
    ]
    faults += [f"{key} is missing" for key in _KEYS if key not in entry]
    faults += [
        f"{key} is {entry[key]!r}; {allowed}"
        for key, (allowed, accepts) in _RULES.items()
        if key in entry and not accepts(entry[key])
    ]
    return sorted(faults)


def _is_name(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST_NAME and bool(_NAME.fullmatch(value))


_RULES: Mapping[str, tuple[str, Callable[[object], bool]]] = {
    "name": ("a host name of lower-case letters, digits and hyphens is needed", _is_name),
    "role": (f"it is one of {', '.join(ROLES)}", lambda value: value in ROLES),
    "cpu": (
        "a whole number of cores from 1 is needed",
        lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= 1,
    ),
    "memory": (
        "a quantity such as 32Gi is needed",
        lambda value: isinstance(value, str) and bool(_MEMORY.fullmatch(value)),
    ),
}
