"""A world in which every exporter tells all that dashboards read of it.

Owns these series, named and labelled as the real exporters do, and the names of their metrics.
They come from Ceph's manager module prometheus, kube-state-metrics, node-exporter, cAdvisor, KEDA,
cert-manager, Envoy, our check of pools and our reconciliation. Doesn't own any assertion.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from tests.components.monitoring.exported import (
    CHECK,
    GATEWAYS,
    HPA,
    READERS,
    WATCHED_VOLUMES,
    answered,
    archive,
    autoscaler,
    certificate,
    keda,
    load,
    ready,
    sent,
    timed,
    up,
)

_MINUTES: Final = 40
_POOL: Final = 'filesystem="every-x3",pool="every-x3-data",property="size"'
_READER: Final = 'namespace="aveiro",pod="readers-0",container="dicoogle"'
_MACHINE: Final = 'instance="192.0.2.1:9100",job="node-exporter"'
_ROOT: Final = f'{_MACHINE},mountpoint="/",fstype="ext4"'
_SCALER: Final = "kube_horizontalpodautoscaler"

_GROWING: Final = {
    f"envoy_cluster_upstream_cx_rx_bytes_total{{{READERS}}}": 9,
    f"container_cpu_usage_seconds_total{{{_READER}}}": 30,
    f'node_cpu_seconds_total{{{_MACHINE},cpu="0",mode="idle"}}': 30,
}
"""By so much a minute."""
_STEADY: Final = {
    "ceph_health_status": 0,
    "ceph_cluster_total_bytes": 100,
    "ceph_cluster_total_used_bytes": 10,
    'ceph_osd_up{ceph_daemon="osd.0"}': 1,
    'ceph_osd_in{ceph_daemon="osd.0"}': 1,
    'ceph_pg_total{pool_id="1"}': 32,
    'ceph_pg_active{pool_id="1"}': 32,
    'ceph_pg_degraded{pool_id="1"}': 0,
    'ceph_pool_stored{pool_id="1"}': 5,
    'ceph_pool_stored{pool_id="2"}': 1,
    'ceph_pool_metadata{pool_id="1",name="every-x3-data"}': 1,
    'ceph_pool_metadata{pool_id="2",name="every-x3-metadata"}': 1,
    f"imaging_pool_promised{{{_POOL}}}": 3,
    f"imaging_pool_observed{{{_POOL}}}": 3,
    f"imaging_pool_promise_kept{{{_POOL}}}": 1,
    CHECK: 1000,
    'kube_node_status_condition{node="worker-1",condition="Ready",status="true"}': 1,
    f'{_SCALER}_status_condition{{{HPA},condition="ScalingActive",status="true"}}': 1,
    f"{_SCALER}_spec_min_replicas{{{HPA}}}": 1,
    f"node_memory_MemAvailable_bytes{{{_MACHINE}}}": 60,
    f"node_memory_MemTotal_bytes{{{_MACHINE}}}": 100,
    f"node_filesystem_avail_bytes{{{_ROOT}}}": 60,
    f"node_filesystem_size_bytes{{{_ROOT}}}": 100,
    f"container_memory_working_set_bytes{{{_READER}}}": 2**30,
}

SERIES: Final[Mapping[str, str]] = {
    **{series: f"0+{more}x{_MINUTES}" for series, more in _GROWING.items()},
    **{series: f"{value}x{_MINUTES}" for series, value in _STEADY.items()},
    **load("20x40", "5x40"),
    **ready("readers", "2x40"),
    **answered("0+90x40", "0+30x40"),
    **timed("0+70x40", "0+80x40"),
    **sent("0+600x40"),
    **archive("reconciled_timestamp_seconds", "0x40"),
    **archive("files", "10x40"),
    **archive("indexed", "7x40"),
    **archive("empty_files", "0x40"),
    **WATCHED_VOLUMES,
    **certificate(90 * 86400),
    **autoscaler("0x40"),
    **keda("detail_errors", "0x40"),
    **keda("empty_upstream_responses", "0x40"),
    **up("keda-operator"),
    **GATEWAYS,
}
METRICS: Final = frozenset(re.split(r"\{", series)[0] for series in SERIES)
