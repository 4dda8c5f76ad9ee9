"""The platform's dashboard: what all institutions rest on, and all of them side by side.

Owns what it shows. Doesn't own single institutions' dashboards
(:mod:`components.monitoring.dashboards.institution_board`), nor those on Kubernetes and nodes that
kube-prometheus-stack brings.
"""

from __future__ import annotations

from typing import Final

from components.monitoring import platform_alerts, signals
from components.monitoring.dashboards.archive_panels import CERTIFICATE_LIMITS
from components.monitoring.dashboards.board import (
    Board,
    Colour,
    Kind,
    Limit,
    Panel,
    Query,
    Row,
    Unit,
    figure,
)
from components.monitoring.dashboards.ceph_panels import ceph_panels, pool_panels
from components.monitoring.names import SCALED

_FIRING: Final = 'ALERTS{alertstate="firing",severity=~"critical|warning"}'
_WARN, _FULL = Limit(0.75, Colour.YELLOW), Limit(0.85, Colour.RED)


def platform_board() -> Board:
    """Build the platform's dashboard."""
    return Board(
        uid="imaging-platform",
        title="Platform",
        description="Machines, Ceph, pools, gateways, autoscalers and certificates of all.",
        rows=(
            Row("Now", _now()),
            Row("Machines", _machines()),
            Row("Ceph", ceph_panels()),
            Row("Pools", pool_panels()),
            Row("Institutions", _institutions()),
            Row("Autoscalers", _autoscalers()),
            Row("Certificates and what watches", _watching()),
            Row("Alerts", (_alerts(),)),
        ),
    )


def _now() -> tuple[Panel, ...]:
    return (
        figure(
            "Alerts",
            "Critical alerts and warnings that fire now; the table below names them.",
            Unit.NUMBER,
            f"count({_FIRING}) or vector(0)",
            Limit(1, Colour.RED),
        ),
        figure(
            "Machines that aren't ready",
            "Kubernetes hears nothing of them, or nothing good.",
            Unit.NUMBER,
            'count(kube_node_status_condition{condition="Ready",status="true"} == 0) or vector(0)',
            Limit(1, Colour.RED),
        ),
        figure(
            "Ceph",
            "Ceph's own judgement: 0 well, 1 a warning, 2 an error.",
            Unit.NUMBER,
            "max(ceph_health_status)",
            Limit(1, Colour.YELLOW),
            Limit(2, Colour.RED),
        ),
        figure(
            "Disks down",
            "Disks that Ceph has and that don't serve.",
            Unit.NUMBER,
            "count(ceph_osd_up == 0) or vector(0)",
            Limit(1, Colour.RED),
        ),
        figure(
            "Disks used",
            "The part of all disks that is used; at 95 % Ceph takes no write.",
            Unit.SHARE,
            "max(ceph_cluster_total_used_bytes) / max(ceph_cluster_total_bytes)",
            _WARN,
            _FULL,
        ),
        figure(
            "Pools not as promised",
            "Properties of pools that aren't as the stack files promise.",
            Unit.NUMBER,
            "count(imaging_pool_promise_kept == 0) or vector(0)",
            Limit(1, Colour.RED),
        ),
    )


def _machines() -> tuple[Panel, ...]:
    idle = 'rate(node_cpu_seconds_total{mode="idle"}[5m])'
    roots = '{mountpoint="/",fstype!="rootfs"}'
    left, whole = (f"node_filesystem_{each}_bytes{roots}" for each in ("avail", "size"))
    return (
        Panel(
            "Processors",
            "The part of each machine's processors that is busy.",
            Unit.SHARE,
            (Query(f"1 - avg by (instance) ({idle})", "{{instance}}"),),
        ),
        Panel(
            "Memory",
            "The part of each machine's memory that is used.",
            Unit.SHARE,
            (
                Query(
                    "1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes",
                    "{{instance}}",
                ),
            ),
            limits=(Limit(0.9, Colour.RED),),
        ),
        Panel(
            "System disks",
            "The part of each machine's system disk that is used.",
            Unit.SHARE,
            (Query(f"1 - {left} / {whole}", "{{instance}}"),),
            limits=(_FULL,),
        ),
    )


def _institutions() -> tuple[Panel, ...]:
    pictures = (
        (
            "Requests",
            "Answers a second over five minutes, without those that were refused.",
            Unit.REQUESTS_PER_SECOND,
            signals.REQUESTS,
        ),
        (
            "Failed requests",
            "The share of answers that are 5xx, over five minutes.",
            Unit.SHARE,
            f"{signals.ERRORS}5m",
        ),
        (
            "95 of 100 within",
            "Each institution's own dashboard says what it was promised.",
            Unit.SECONDS,
            f"{signals.SECONDS}95",
        ),
        (
            "In flight per reader",
            "Requests in flight and waiting, by which readers are scaled.",
            Unit.NUMBER,
            signals.LOAD_PER_READER,
        ),
        ("Bytes served", "What readers sent.", Unit.BYTES_PER_SECOND, signals.BYTES_SERVED),
        (
            "Bytes received",
            "What modalities sent to ingest.",
            Unit.BYTES_PER_SECOND,
            signals.BYTES_RECEIVED,
        ),
    )
    return tuple(
        Panel(
            title,
            description,
            unit,
            (Query(f"sum by (institution) ({metric})", "{{institution}}"),),
        )
        for title, description, unit, metric in pictures
    )


def _autoscalers() -> tuple[Panel, ...]:
    ours = f'horizontalpodautoscaler="{SCALED}"'
    name = "kube_horizontalpodautoscaler"
    inactive = f'{name}_status_condition{{{ours},condition="ScalingActive",status="true"}}'
    broken = " + ".join(
        f'sum by (namespace) (rate(keda_scaler_{each}_total{{scaledObject="{SCALED}"}}[5m]))'
        for each in ("detail_errors", "empty_upstream_responses")
    )
    return (
        Panel(
            "Readers wanted, of those allowed",
            "At 1 no more readers may be started, whatever the load.",
            Unit.SHARE,
            (
                Query(
                    f"max by (namespace) ({name}_status_desired_replicas{{{ours}}}) / "
                    f"max by (namespace) ({name}_spec_max_replicas{{{ours}}})",
                    "{{namespace}}",
                ),
            ),
            limits=(Limit(1, Colour.YELLOW),),
        ),
        Panel(
            "Autoscaler works",
            "Whether it can read what it scales by; where not, readers stay as they are.",
            Unit.KEPT,
            (Query(f"min by (namespace) ({inactive})", "{{namespace}}"),),
        ),
        Panel(
            "KEDA's failed looks",
            "Looks at the load a second that failed or brought nothing.",
            Unit.NUMBER,
            (Query(broken, "{{namespace}}"),),
        ),
    )


def _watching() -> tuple[Panel, ...]:
    jobs = "|".join(platform_alerts.PARTS)
    ends = "certmanager_certificate_expiration_timestamp_seconds"
    return (
        Panel(
            "Certificates",
            "What is left of each; red and yellow ones weren't renewed.",
            Unit.SECONDS,
            (Query(f"min by (namespace, name) ({ends}) - time()", "{{namespace}} {{name}}"),),
            Kind.FIGURE,
            12,
            CERTIFICATE_LIMITS,
            Colour.RED,
        ),
        Panel(
            "Parts that tell figures",
            "Whose silence would silence alerts.",
            Unit.KEPT,
            (Query(f'max by (job) (up{{job=~"{jobs}"}})', "{{job}}"),),
            Kind.FIGURE,
            8,
        ),
        figure(
            "Age of the check of pools",
            "It is made every ten minutes.",
            Unit.SECONDS,
            "time() - max(imaging_pool_check_timestamp_seconds)",
            Limit(1800, Colour.RED),
        ),
    )


def _alerts() -> Panel:
    return Panel(
        "Alerts that fire",
        "Ours have a page of their name in docs/runbooks; others are kube-prometheus-stack's.",
        Unit.NUMBER,
        (Query(f"count by (alertname, severity, institution, namespace) ({_FIRING})", "alerts"),),
        Kind.TABLE,
        24,
    )
