"""Alerts on scaling and on the platform: for each a world in which it fires, and a quiet one.

Owns these cases; a test says when an alert has none. Doesn't own any assertion.
"""

from __future__ import annotations

from typing import Final

from tests.components.monitoring.exported import CHECK, Case, autoscaler, keda, load, ready, up

AUTOSCALER: Final = (
    Case("ScalingSignalAbsent", "critical", {}, load("0x30"), 10),
    Case(
        "ScalingSignalAbsent",
        "critical",
        load(" ".join(["NaN"] * 30)),
        load("5x30", pods=("a",)),
        10,
        quiet_why="one gateway tells",
    ),
    Case(
        "ScalingSignalBroken",
        "warning",
        keda("detail_errors", "0+1x60"),
        keda("detail_errors", "7x60"),
        30,
    ),
    Case(
        "ScalingSignalBroken",
        "warning",
        keda("empty_upstream_responses", "0+1x60"),
        keda("empty_upstream_responses", "0x20 1x40"),
        30,
        quiet_why="it failed once",
    ),
    Case("AutoscalerFrozen", "warning", autoscaler("1x30"), autoscaler("0x30"), 10),
    Case(
        "AutoscalerFrozen",
        "warning",
        {},
        autoscaler("0x7 1x3 0x20"),
        20,
        quiet_why="it failed for two minutes",
    ),
    # 25 in each of two gateways: three readers are needed.
    Case(
        "AutoscalerBehind",
        "critical",
        {**load("25x60"), **ready("readers", "2x60")},
        {**load("25x60"), **ready("readers", "3x60")},
        20,
    ),
    Case(
        "AutoscalerBehind",
        "critical",
        {**load("0x60", "25x60"), **ready("readers", "1x60")},
        # Ten would be needed, and three are allowed.
        {**load("100x60"), **ready("readers", "3x60")},
        20,
        quiet_why="no more readers are allowed",
    ),
    Case(
        "AutoscalerAtMaximum",
        "warning",
        {**load("31x60"), **ready("readers", "3x60"), **autoscaler("0x60", "3x60")},
        {**load("30x60"), **ready("readers", "3x60"), **autoscaler("0x60", "3x60")},
        30,
        quiet_why="the maximum suffices",
    ),
    Case(
        "AutoscalerAtMaximum",
        "warning",
        {**load("0x60", "99x60"), **ready("readers", "3x60"), **autoscaler("0x60", "3x60")},
        {**load("31x60"), **ready("readers", "2x60"), **autoscaler("0x60", "2x60")},
        30,
        quiet_why="another reader comes",
    ),
)

PLATFORM: Final = (
    Case(
        "CephHealth", "critical", {"ceph_health_status": "2x60"}, {"ceph_health_status": "1x60"}, 40
    ),
    Case(
        "CephHealth", "warning", {"ceph_health_status": "1x60"}, {"ceph_health_status": "0x60"}, 40
    ),
    Case("CephUnwatched", "critical", {}, {"ceph_health_status": "2x60"}, 20),
    Case(
        "CephNearlyFull",
        "warning",
        {"ceph_cluster_total_used_bytes": "76x60", "ceph_cluster_total_bytes": "100x60"},
        {"ceph_cluster_total_used_bytes": "75x60", "ceph_cluster_total_bytes": "100x60"},
        40,
    ),
    Case("PoolCheckStale", "critical", {CHECK: "0x60"}, {CHECK: "0+60x60"}, 50),
    Case(
        "PoolCheckStale",
        "critical",
        {},
        {CHECK: "0x20 1200x30 3000x10"},
        50,
        quiet_why="it is made every ten minutes",
    ),
    Case(
        "PoolCheckStale",
        "critical",
        {CHECK: "0+60x60", "imaging_pool_check_answered": "0x60"},
        {CHECK: "0+60x60", "imaging_pool_check_answered": "1x60"},
        50,
    ),
    *(
        Case("PartDown", "critical", seen, up(part, "0x5 1x55"), 30, part=part)
        for part in (
            "keda-operator",
            "keda-adapter",
            "cert-manager",
            "pushgateway",
            "kube-state-metrics",
        )
        for seen in ({}, up(part, "0x60"))
    ),
)
