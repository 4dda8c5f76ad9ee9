"""Series as the real exporters name and label them, and what an alert is tried on.

Owns the series and the form of a case. Doesn't own any case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

Series = Mapping[str, str]
"""Values by series, in promtool's notation."""


@dataclass(frozen=True)
class Case:
    """An alert's two worlds.

    Attributes:
        alert, severity: which alert.
        fires: what Prometheus sees when it fires.
        quiet: what it sees when all is well.
        minutes: after how long is asked.
        alerts: how many fire.
        part: of the platform, where the alert has several rules.
        quiet_why: which world is the quiet one, where an alert has several cases.
    """

    alert: str
    severity: str
    fires: Series
    quiet: Series
    minutes: int
    alerts: int = 1
    part: str = ""
    quiet_why: str = "all is well"


WEB: Final = 'institution="aveiro",envoy_http_conn_manager_prefix="web"'
READERS: Final = 'institution="aveiro",envoy_cluster_name="readers"'
SETS: Final = 'namespace="aveiro",job="kube-state-metrics"'
HPA: Final = 'namespace="aveiro",horizontalpodautoscaler="readers"'
DAY: Final = 86400
HOURS: Final = 420
"""Minutes after which a window of six hours is full."""


def answered(good: str, bad: str, pod: str = "a") -> Series:
    series = f'envoy_http_downstream_rq_xx{{{WEB},pod="{pod}",envoy_response_code_class='
    return {f'{series}"2"}}': good, f'{series}"5"}}': bad}


def timed(within: str, all_of_them: str, bound: str = "800") -> Series:
    name = "envoy_cluster_upstream_rq_time"
    return {
        f'{name}_bucket{{{READERS},le="{bound}"}}': within,
        f'{name}_bucket{{{READERS},le="+Inf"}}': all_of_them,
        f"{name}_count{{{READERS}}}": all_of_them,
    }


def load(active: str, pending: str = "0x2000", pods: tuple[str, ...] = ("a", "b")) -> Series:
    return {
        f'envoy_cluster_upstream_rq_{kind}{{{READERS},pod="{pod}"}}': values
        for pod in pods
        for kind, values in (("active", active), ("pending_active", pending))
    }


def ready(stateful_set: str, values: str) -> Series:
    return {
        f'kube_statefulset_status_replicas_ready{{{SETS},statefulset="{stateful_set}"}}': values
    }


def up(job: str, values: str = "1x2000") -> Series:
    return {f'up{{job="{job}",pod="{job}-0"}}': values}


def archive(figure: str, values: str) -> Series:
    return {
        f'imaging_archive_{figure}{{institution="aveiro",job="archive-reconciliation"}}': values
    }


def volume(used: str, claim: str = "images", node: str = "worker-1") -> Series:
    place = f'namespace="aveiro",persistentvolumeclaim="{claim}",node="{node}"'
    name = "kubelet_volume_stats_"
    return {f"{name}used_bytes{{{place}}}": used, f"{name}capacity_bytes{{{place}}}": "100x2000"}


def certificate(seconds: int) -> Series:
    name = "certmanager_certificate_expiration_timestamp_seconds"
    return {f'{name}{{namespace="aveiro",name="gateway"}}': f"{seconds}x2000"}


def autoscaler(inactive: str, wanted: str = "2x2000") -> Series:
    condition = f'{HPA},condition="ScalingActive"'
    name = "kube_horizontalpodautoscaler_"
    return {
        f'{name}status_condition{{{condition},status="false"}}': inactive,
        f'{name}status_condition{{{condition},status="unknown"}}': "0x2000",
        f"{name}spec_max_replicas{{{HPA}}}": "3x2000",
        f"{name}status_desired_replicas{{{HPA}}}": wanted,
    }


def keda(series: str, values: str) -> Series:
    labels = 'namespace="aveiro",scaledObject="readers",scaler="prometheusScaler"'
    return {f"keda_scaler_{series}_total{{{labels}}}": values}


def sent(values: str) -> Series:
    cluster = 'institution="aveiro",envoy_cluster_name="ingest-dicom"'
    return {f"envoy_cluster_upstream_cx_tx_bytes_total{{{cluster}}}": values}


COUNTED: Final = archive("reconciled_timestamp_seconds", "0+60x2000")
WATCHED_VOLUMES: Final = {**volume("10x2000"), **volume("10x2000", "index")}
POOL: Final = 'imaging_pool_promise_kept{filesystem="every-x3",pool="p",property="size"}'
CHECK: Final = "imaging_pool_check_timestamp_seconds"
GATEWAYS: Final = {
    f'up{{institution="aveiro",job="gateway",pod="{pod}"}}': "1x2000" for pod in "ab"
}
MIB: Final = 2**20
