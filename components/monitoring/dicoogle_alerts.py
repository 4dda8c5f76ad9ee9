"""Alerts on what an institution's Dicoogles tell of themselves: stored, refused, indexed.

Owns conditions and sentences. Doesn't own what is seen from outside
(:mod:`components.monitoring.archive_alerts`): a Dicoogle that is gone tells nothing. The figures
are the storage plugin's (docs/plugin.md); each Dicoogle says with ``component`` what it is.
"""

from __future__ import annotations

from typing import Final

from components.archive.settings import LEAST_FREE
from components.catalog.vocabulary import Severity
from components.monitoring.names import DICOOGLE
from components.monitoring.rule import Alert

_OURS: Final = ("no_space", "journal_full", "write_failed")
"""Reasons of refusal that are the repository's; all others are the object's or the sender's."""
_WAIT: Final = 900
"""Seconds that an object may wait for the index. Dicoogle's own queue has it within seconds, and
the journal after it tries again every ten minutes (docs/plugin.md)."""


def alerts(institution: str) -> tuple[Alert, ...]:
    """Build all of them for an institution."""
    return (*_stored(institution), *_indexed(institution), _unwatched(institution))


def told(institution: str, figure: str, **labels: str) -> str:
    """Select a figure that Dicoogles tell; a label's value is a regular expression."""
    wanted = "".join(f',{name}=~"{value}"' for name, value in labels.items())
    return f'imaging_dicoogle_{figure}{{institution="{institution}"{wanted}}}'


def _stored(institution: str) -> tuple[Alert, ...]:
    refused = told(institution, "objects_refused_total")
    ours = told(institution, "objects_refused_total", reason="|".join(_OURS))
    aside = told(institution, "objects_stored_total", outcome="conflict")
    free = told(institution, "free_bytes", component="ingest")
    return (
        Alert(
            "ObjectsRefused",
            Severity.WARNING,
            f"sum by (reason) (increase({refused}[1h])) > 0",
            "0m",
            f'{institution}: {{{{ $value | printf "%.0f" }}}} objects were refused in an hour, for '
            "{{ $labels.reason }}; their senders keep them.",
        ),
        Alert(
            "ObjectsRefused",
            Severity.CRITICAL,
            f"sum by (reason) (increase({ours}[15m])) > 0",
            "30m",
            f"{institution}: objects have been refused for half an hour, for "
            "{{ $labels.reason }}; their senders keep them, as long as they have room.",
        ),
        Alert(
            "ConflictsKeptAside",
            Severity.WARNING,
            f"sum(increase({aside}[1d])) > 0",
            "0m",
            f'{institution}: {{{{ $value | printf "%.0f" }}}} objects came in a day under the UID '
            "of another that is stored; they are kept aside, and nobody finds them.",
        ),
        Alert(
            "StorageBelowFloor",
            Severity.CRITICAL,
            f"min({free}) < {LEAST_FREE}",
            "5m",
            f"{institution}: {{{{ $value | humanize1024 }}}}B are free for images, so every object "
            "is refused.",
        ),
    )


def _indexed(institution: str) -> tuple[Alert, ...]:
    oldest = told(institution, "journal_oldest_seconds", component="ingest")
    seen, held = (
        told(institution, "index_documents", component=each) for each in ("readers", "ingest")
    )
    return (
        Alert(
            "IndexBehind",
            Severity.WARNING,
            f"max({oldest}) > {_WAIT}",
            "5m",
            f"{institution}: a stored object has waited for the index for "
            "{{ $value | humanizeDuration }}; nobody finds it.",
        ),
        Alert(
            "ReaderBehind",
            Severity.WARNING,
            f"{seen} < on () group_left () max({held} offset 10m)",
            "10m",
            f"{institution}: {{{{ $labels.pod }}}} sees {{{{ $value }}}} objects in the index, "
            "fewer than ingest did ten minutes ago; it doesn't find the others.",
        ),
    )


def _unwatched(institution: str) -> Alert:
    up = f'up{{institution="{institution}",job="{DICOOGLE}",component="ingest"}}'
    return Alert(
        "IngestUnwatched",
        Severity.WARNING,
        f"absent({up} == 1)",
        "15m",
        f"{institution}: ingest doesn't tell what it stores, refuses and indexes.",
    )
