"""What the stand-ins see and what they do, as plain values.

Deciding (`crush`, `rook`, `csi`) is pure: from `Observed` to actions. `controller` carries
them out.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Object = Mapping[str, Any]


@dataclass(frozen=True)
class Observed:
    """All objects of the kinds that matter, by kind, at about one moment."""

    objects: Mapping[str, Sequence[Object]]

    def of(self, kind: str) -> Sequence[Object]:
        """Return the objects of a kind; none where the API server doesn't know the kind."""
        return self.objects.get(kind, ())


@dataclass(frozen=True)
class Create:
    """Create an object unless one of its name is there."""

    manifest: Object


@dataclass(frozen=True)
class Patch:
    """Merge a body into an object, or into its status if the body is one."""

    kind: str
    namespace: str | None
    name: str
    body: Object


@dataclass(frozen=True)
class Delete:
    """Delete a cluster-wide object."""

    kind: str
    name: str


Action = Create | Patch | Delete


def set_status(kind: str, target: Object, status: Object) -> Patch:
    """Return the action that merges into an object's status."""
    metadata = target["metadata"]
    return Patch(kind, metadata.get("namespace"), metadata["name"], {"status": status})


def phase(target: Object) -> str:
    """Return an object's status phase, or an empty string before it has one."""
    return str((target.get("status") or {}).get("phase", ""))


def leaving(target: Object) -> bool:
    """Tell whether an object is being deleted."""
    return "deletionTimestamp" in target["metadata"]


@dataclass(frozen=True)
class Complaint:
    """What an operator says of an object, in its own words, and which component says it."""

    component: str
    reason: str
    message: str


def warn(target: Object, kind: tuple[str, str], complaint: Complaint, now: str) -> Create:
    """Return the action that reports a warning on an object, once while the event lives.

    Args:
        target: the object that the event is about.
        kind: its API version and kind, which objects in lists don't carry.
        complaint: what to report.
        now: the time, as RFC 3339.
    """
    metadata = target["metadata"]
    text = f"{metadata['uid']}{complaint.reason}{complaint.message}"
    return Create(
        {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {
                "name": f"{metadata['name']}.{hashlib.sha256(text.encode()).hexdigest()[:16]}",
                "namespace": metadata["namespace"],
            },
            "involvedObject": {
                "apiVersion": kind[0],
                "kind": kind[1],
                "namespace": metadata["namespace"],
                "name": metadata["name"],
                "uid": metadata["uid"],
            },
            "type": "Warning",
            "reason": complaint.reason,
            "message": complaint.message,
            "source": {"component": complaint.component, "host": "simulated"},
            "reportingComponent": complaint.component,
            "firstTimestamp": now,
            "lastTimestamp": now,
            "count": 1,
        }
    )
