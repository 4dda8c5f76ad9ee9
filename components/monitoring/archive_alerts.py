"""Alerts on an institution's archive: what stores, finds, serves, and what they rest on.

Owns conditions and sentences. Doesn't own the promises of latency and availability
(:mod:`components.monitoring.burn_rates`), nor scaling
(:mod:`components.monitoring.autoscaler_alerts`), nor what Dicoogles tell of themselves
(:mod:`components.monitoring.dicoogle_alerts`). Most of these failures are silent: callers are
answered as if all were well (research/dicoogle-topology.md).
"""

from __future__ import annotations

from typing import Final

from components import naming
from components.catalog.vocabulary import Severity
from components.monitoring import dicoogle_alerts, signals
from components.monitoring.names import SCALED
from components.monitoring.rule import Alert
from components.monitoring.watch_spec import WatchSpec
from components.storage.repository_manifests import IMAGES, INDEX

_HOUR: Final = 3600
_DAY: Final = 24 * _HOUR
_STALE: Final = 3 * _HOUR
"""Reconciliation is hourly; a pass that indexes much may take longer."""
_CERTAIN: Final = 0.95
"""Of what was stored; Prometheus extrapolates an increase to its whole window."""
FULLNESS: Final = ((80, Severity.WARNING), (90, Severity.CRITICAL))
"""Percent of a volume. At 95 ingest takes nothing in any more."""
REMAINING: Final = ((21, Severity.WARNING), (7, Severity.CRITICAL))
"""Days of a certificate. It is renewed with 30 to go, so with fewer that has failed."""


def alerts(spec: WatchSpec) -> tuple[Alert, ...]:
    """Build all of them for an institution."""
    return (
        *_pods(spec),
        *_stored(spec.institution),
        *dicoogle_alerts.alerts(spec.institution),
        *_volumes(spec.institution),
        *_index(spec.institution),
        *_certificates(spec.institution),
        Alert(
            "PoolDrift",
            Severity.CRITICAL,
            f'imaging_pool_promise_kept{{filesystem="{spec.filesystem}"}} == 0',
            "15m",
            f"{spec.institution}: {{{{ $labels.property }}}} of pool {{{{ $labels.pool }}}}, where "
            "its examinations lie, isn't as promised.",
        ),
    )


def _pods(spec: WatchSpec) -> tuple[Alert, ...]:
    name, least = spec.institution, spec.promises.readers.min
    answering = f'count(up{{institution="{name}",job="gateway"}} == 1) or vector(0)'
    return (
        Alert(
            "IngestDown",
            Severity.CRITICAL,
            _fewer_than(1, name, "ingest"),
            "5m",
            f"{name}: ingest takes no objects in; modalities keep theirs.",
        ),
        Alert(
            "ReadersBelowMinimum",
            Severity.CRITICAL,
            _fewer_than(least, name, SCALED),
            "10m",
            f"{name}: {{{{ $value }}}} readers are ready; at least {least} are promised.",
        ),
        Alert(
            "GatewayMissing",
            Severity.WARNING,
            f"({answering}) < {spec.gateways}",
            "10m",
            f"{name}: {{{{ $value }}}} of {spec.gateways} gateways tell their figures.",
        ),
    )


def _fewer_than(least: int, institution: str, stateful_set: str) -> str:
    """Too few pods are ready; or the set is gone, as far as anybody can tell."""
    pods = signals.ready(institution, stateful_set)
    gone = f'absent({pods}) * 0 and on () up{{job="kube-state-metrics"}} == 1'
    return f"{pods} < {least} or ({gone})"


def _stored(institution: str) -> tuple[Alert, ...]:
    files = signals.archive(institution, "files")
    written = dicoogle_alerts.told(institution, "objects_stored_total", outcome="written")
    # The hourly count comes later than what it counts.
    new = f"sum(increase({written}[270m] offset 90m)) * {_CERTAIN}"
    grown = f"max(max_over_time({files}[6h])) - max(min_over_time({files}[6h]))"
    counted = f'{signals.INDEX_AGE}{{institution="{institution}"}} < {_STALE}'
    return (
        Alert(
            "StoredObjectsMissing",
            Severity.WARNING,
            f"(({new}) - ({grown})) > 0.5 and on () {counted}",
            "30m",
            f'{institution}: {{{{ $value | printf "%.0f" }}}} new objects or more were answered '
            "with success in six hours, and the repository has no files of them.",
        ),
        Alert(
            "EmptyFiles",
            Severity.CRITICAL,
            f"max({signals.archive(institution, 'empty_files')}) > 0",
            "0m",
            f"{institution}: {{{{ $value }}}} files are empty; objects were answered with success "
            "and lost.",
        ),
    )


def _volumes(institution: str) -> tuple[Alert, ...]:
    full = " / ".join(signals.volumes(institution, each) for each in ("used", "capacity"))
    nearly = tuple(
        Alert(
            "StorageNearlyFull",
            severity,
            f"{full} > {per_cent / 100:g}",
            "15m",
            f"{institution}: {{{{ $value | humanizePercentage }}}} of volume "
            "{{ $labels.persistentvolumeclaim }} is used; at 95 % ingest takes nothing in.",
        )
        for per_cent, severity in FULLNESS
    )
    known = f'namespace="{naming.namespace(institution)}",persistentvolumeclaim'
    unknown = " or ".join(
        f'absent(kubelet_volume_stats_used_bytes{{{known}="{claim}"}})' for claim in (IMAGES, INDEX)
    )
    return (
        *nearly,
        Alert(
            "StorageFullnessUnknown",
            Severity.WARNING,
            unknown,
            "30m",
            f"{institution}: nobody tells how full volume {{{{ $labels.persistentvolumeclaim }}}} "
            "is.",
        ),
    )


def _index(institution: str) -> tuple[Alert, ...]:
    only = f'{{institution="{institution}"}}'
    age = f"{signals.INDEX_AGE}{only}"
    return (
        Alert(
            "IndexIncomplete",
            Severity.WARNING,
            f"{signals.INDEX_MISSING}{only} > 0",
            "3h",
            f"{institution}: {{{{ $value }}}} stored files aren't in the index, so nobody finds "
            "them.",
        ),
        Alert(
            "IndexStale",
            Severity.WARNING,
            f"{age} > {_STALE} or absent({age})",
            "30m",
            f"{institution}: index and files weren't held against each other for three hours.",
        ),
    )


def _certificates(institution: str) -> tuple[Alert, ...]:
    place = f'namespace="{naming.namespace(institution)}"'
    left = f"certmanager_certificate_expiration_timestamp_seconds{{{place}}} - time()"
    return tuple(
        Alert(
            "CertificateNearItsEnd",
            severity,
            f"({left}) < {days * _DAY}",
            "1h",
            f"{institution}: certificate {{{{ $labels.name }}}} ends in "
            "{{ $value | humanizeDuration }} and wasn't renewed.",
        )
        for days, severity in REMAINING
    )
