"""The PromQL of an institution's signals: selectors, the load that scales, what is recorded.

Owns these expressions. Doesn't own thresholds and alerts. ``institution`` is put on every series of
a gateway by its PodMonitor (:mod:`components.monitoring.monitors`), whatever the gateway says.
"""

from __future__ import annotations

from typing import Final

from components import naming
from components.gateway.envoy.clusters import READERS, STORE
from components.monitoring.names import SCALED
from components.monitoring.rule import Record
from components.monitoring.watch_spec import WatchSpec
from components.storage.repository_manifests import IMAGES, INDEX

WINDOWS: Final = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
"""What burn rates are measured over."""
FRESH: Final = 60
"""Seconds. A Prometheus that was restarted answers with a sample from before the outage for up to
five minutes, which would scale on a load that is gone (research/autoscaling-loop.md, Outages)."""
_MOST: Final = 1_000_000
"""Requests in flight beyond which a figure is no load; it also takes out infinity."""
_ACTIVE: Final = "envoy_cluster_upstream_rq_active"
_PENDING: Final = "envoy_cluster_upstream_rq_pending_active"
_TIME: Final = "envoy_cluster_upstream_rq_time"
_ANSWERS: Final = "envoy_http_downstream_rq_xx"

LOAD: Final = "institution:readers_in_flight:sum"
LOAD_PER_READER: Final = "institution:readers_in_flight:per_reader"
QUEUE: Final = "institution:readers_queue:sum"
REQUESTS: Final = "institution:requests:rate5m"
BYTES_SERVED: Final = "institution:bytes_served:rate5m"
BYTES_RECEIVED: Final = "institution:bytes_received:rate5m"
SECONDS: Final = "institution:request_seconds:p"
"""Followed by a percentage of :data:`PERCENTAGES`."""
PERCENTAGES: Final = (50, 95, 99)
ERRORS: Final = "institution:request_errors:ratio_rate"
"""Followed by a window."""
SLOW: Final = "institution:request_slow:ratio_rate"
"""Followed by a window."""
INDEX_AGE: Final = "institution:index_age:seconds"
INDEX_MISSING: Final = "institution:index_missing:sum"


def in_flight(institution: str, gateways: int) -> str:
    """Write the load: requests in flight and waiting, over all gateways; one number or nothing.

    It is never NaN, infinite or negative: such samples are left out. It is nothing, not 0, where no
    gateway told a fresh figure: 0 would look like an idle institution and take readers away.
    Where fewer gateways tell than there are, the others count for them, so that a scrape that
    fails doesn't look like half the load.
    """
    active, pending = (_told(metric, institution) for metric in (_ACTIVE, _PENDING))
    unheard = f"clamp_min({gateways} / count({active}), 1)"
    return f"(sum({active}) + sum({pending})) * {unheard}"


def _told(metric: str, institution: str) -> str:
    series = f"{metric}{{{_of(institution, READERS)}}}"
    return f"(({series} >= 0 <= {_MOST}) and timestamp({series}) > time() - {FRESH})"


def _of(institution: str, cluster: str) -> str:
    return f'institution="{institution}",envoy_cluster_name="{cluster}"'


def answers(institution: str, *, failed: bool = False) -> str:
    """Select what callers were answered; those that were refused (4xx) are no measure of us."""
    classes = 'envoy_response_code_class="5"' if failed else 'envoy_response_code_class!~"1|4"'
    web = 'envoy_http_conn_manager_prefix="web"'
    return f'{_ANSWERS}{{institution="{institution}",{web},{classes}}}'


def times(institution: str) -> str:
    """Select the count of requests whose time is known; it includes the wait in the queue."""
    return f"{_TIME}_count{{{_of(institution, READERS)}}}"


def buckets(institution: str) -> str:
    """Select the counts of requests by time, in milliseconds."""
    return f"{_TIME}_bucket{{{_of(institution, READERS)}}}"


def times_within(institution: str, bound: int) -> str:
    """Select the count of requests within a bound; Prometheus 3 writes 800 as ``800.0``."""
    return f'{_TIME}_bucket{{{_of(institution, READERS)},le=~"{bound}([.]0)?"}}'


def ready(institution: str, stateful_set: str) -> str:
    """Select how many pods of a set are ready."""
    return f"kube_statefulset_status_replicas_ready{{{_set(institution, stateful_set)}}}"


def _set(institution: str, stateful_set: str) -> str:
    return f'namespace="{naming.namespace(institution)}",statefulset="{stateful_set}"'


def autoscaler(institution: str, metric: str, more: str = "") -> str:
    """Select a metric of the readers' autoscaler, as kube-state-metrics tells it."""
    known = f'namespace="{naming.namespace(institution)}",horizontalpodautoscaler="{SCALED}"'
    return f"kube_horizontalpodautoscaler_{metric}{{{known}{more}}}"


def archive(institution: str, figure: str) -> str:
    """Select a figure of the reconciliation."""
    return f'imaging_archive_{figure}{{institution="{institution}"}}'


def volumes(institution: str, figure: str) -> str:
    """Tell the ``used`` or ``capacity`` bytes of ingest's volumes, one series each.

    Each node that mounts a volume tells the same.
    """
    claims = (
        f'namespace="{naming.namespace(institution)}",persistentvolumeclaim=~"{IMAGES}|{INDEX}"'
    )
    series = f"kubelet_volume_stats_{figure}_bytes{{{claims}}}"
    return f"max by (persistentvolumeclaim) ({series})"


def received(institution: str) -> str:
    """Select the bytes that the gateways sent to ingest."""
    return f"envoy_cluster_upstream_cx_tx_bytes_total{{{_of(institution, STORE)}}}"


def served(institution: str) -> str:
    """Select the bytes that the gateways got from readers."""
    return f"envoy_cluster_upstream_cx_rx_bytes_total{{{_of(institution, READERS)}}}"


def records(spec: WatchSpec) -> tuple[Record, ...]:
    """Build all recording rules of an institution."""
    name = spec.institution
    reconciled = archive(name, "reconciled_timestamp_seconds")
    missing = f"max({archive(name, 'files')}) - max({archive(name, 'indexed')})"
    return (
        Record(LOAD, in_flight(name, spec.gateways)),
        Record(LOAD_PER_READER, f"sum({LOAD}{_only(name)}) / (sum({ready(name, SCALED)}) > 0)"),
        Record(QUEUE, f"sum({_PENDING}{{{_of(name, READERS)}}})"),
        Record(REQUESTS, f"sum(rate({answers(name)}[5m]))"),
        Record(BYTES_SERVED, f"sum(rate({served(name)}[5m]))"),
        Record(BYTES_RECEIVED, f"sum(rate({received(name)}[5m]))"),
        *(_quantile(name, per_cent) for per_cent in PERCENTAGES),
        *(_errors(name, window) for window in WINDOWS),
        *(_slow(name, spec.promises.bound, window) for window in WINDOWS),
        Record(INDEX_AGE, f"time() - max({reconciled})"),
        Record(INDEX_MISSING, f"clamp_min({missing}, 0)"),
    )


def _only(institution: str) -> str:
    return f'{{institution="{institution}"}}'


def _quantile(institution: str, per_cent: int) -> Record:
    """Record a quantile in seconds; without requests it is NaN, which the comparison takes out."""
    rates = f"rate({buckets(institution)}[5m])"
    quantile = f"histogram_quantile({per_cent / 100:g}, sum by (le) ({rates}))"
    return Record(f"{SECONDS}{per_cent}", f"({quantile} >= 0) / 1000")


def _errors(institution: str, window: str) -> Record:
    failed, all_of_them = (
        f"sum(rate({answers(institution, failed=failed)}[{window}]))" for failed in (True, False)
    )
    return Record(f"{ERRORS}{window}", f"{failed} / ({all_of_them} > 0)")


def _slow(institution: str, bound: int, window: str) -> Record:
    within = f"sum(rate({times_within(institution, bound)}[{window}]))"
    all_of_them = f"sum(rate({times(institution)}[{window}]))"
    return Record(f"{SLOW}{window}", f"clamp_min(1 - {within} / ({all_of_them} > 0), 0)")
