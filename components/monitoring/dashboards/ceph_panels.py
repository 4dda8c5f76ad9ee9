"""Panels on Ceph: capacity, placement groups, disks, pools.

Owns what they show, for the platform's dashboard. Doesn't own the check of pools, whose result they
show.
"""

from __future__ import annotations

from components.monitoring.dashboards.board import Kind, Panel, Query, Unit


def ceph_panels() -> tuple[Panel, ...]:
    """Build those on disks and placement groups."""
    return (
        Panel(
            "Capacity",
            "All disks together, with every copy counted.",
            Unit.BYTES,
            (
                Query("max(ceph_cluster_total_used_bytes)", "used"),
                Query("max(ceph_cluster_total_bytes)", "all"),
            ),
        ),
        Panel(
            "Placement groups",
            "All should be active; what is degraded has fewer copies than promised.",
            Unit.NUMBER,
            (
                Query("sum(ceph_pg_total)", "all"),
                Query("sum(ceph_pg_active)", "active"),
                Query("sum(ceph_pg_degraded)", "degraded"),
            ),
        ),
        Panel(
            "Disks",
            "Those that serve, and those that data is placed on.",
            Unit.NUMBER,
            (
                Query("sum(ceph_osd_up)", "up"),
                Query("sum(ceph_osd_in)", "in"),
                Query("count(ceph_osd_up)", "all"),
            ),
        ),
    )


def pool_panels() -> tuple[Panel, ...]:
    """Build those on pools, and whether they are as promised."""
    keys = "filesystem, pool, property"
    stored = "sum by (name) (ceph_pool_stored * on (pool_id) group_left (name) ceph_pool_metadata)"
    return (
        Panel(
            "Stored by pool",
            "What lies in each pool, copies not counted.",
            Unit.BYTES,
            (Query(stored, "{{name}}"),),
        ),
        Panel(
            "Promised and observed",
            "Every property of every pool, as the check of the last ten minutes found it.",
            Unit.NUMBER,
            (
                Query(f"max by ({keys}) (imaging_pool_promised)", "promised"),
                Query(f"max by ({keys}) (imaging_pool_observed)", "observed"),
                Query(f"min by ({keys}) (imaging_pool_promise_kept)", "kept", Unit.KEPT),
            ),
            Kind.TABLE,
            16,
        ),
    )
