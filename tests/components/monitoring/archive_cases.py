"""Alerts on what stores, finds and serves: for each a world in which it fires, and a quiet one.

Owns these cases; a test says when an alert has none. Doesn't own any assertion.
"""

from __future__ import annotations

from typing import Final

from tests.components.monitoring.exported import (
    COUNTED,
    DAY,
    GATEWAYS,
    HOURS,
    MIB,
    POOL,
    WATCHED_VOLUMES,
    Case,
    archive,
    certificate,
    ready,
    sent,
    up,
    volume,
)

ARCHIVE: Final = (
    Case("IngestDown", "critical", ready("ingest", "0x30"), ready("ingest", "1x30"), 10),
    Case(
        "IngestDown",
        "critical",
        {**up("kube-state-metrics"), **ready("readers", "3x30")},
        up("kube-state-metrics", "0x30"),
        10,
        quiet_why="nobody counts pods, which another alert tells",
    ),
    Case("ReadersBelowMinimum", "critical", ready("readers", "0x30"), ready("readers", "1x30"), 20),
    Case(
        "ReadersBelowMinimum",
        "critical",
        {**up("kube-state-metrics"), **ready("ingest", "1x30")},
        # One that is replaced.
        ready("readers", "1x15 0x5 1x10"),
        20,
        quiet_why="a reader is replaced",
    ),
    Case(
        "GatewayMissing",
        "warning",
        {'up{institution="aveiro",job="gateway",pod="a"}': "1x30"},
        GATEWAYS,
        20,
    ),
    Case(
        "GatewayMissing",
        "warning",
        {'up{institution="evora",job="gateway",pod="a"}': "1x30"},
        {**GATEWAYS, 'up{institution="aveiro",job="gateway",pod="c"}': "0x30"},
        20,
        quiet_why="a third one ends",
    ),
    Case(
        "StoredObjectsMissing",
        "warning",
        {**COUNTED, **sent(f"0+{MIB}x500"), **archive("files", "7x500")},
        {**COUNTED, **sent(f"0+{MIB}x500"), **archive("files", "7x400 8x100")},
        HOURS + 40,
    ),
    Case(
        "StoredObjectsMissing",
        "warning",
        {**COUNTED, **sent(f"0+{10 * MIB}x500"), **archive("files", "7x500")},
        # The first objects of a day, which nobody has counted yet.
        {**COUNTED, **sent(f"0x400 0+{10 * MIB}x100"), **archive("files", "7x500")},
        HOURS + 40,
        quiet_why="the next count is to come",
    ),
    Case(
        "EmptyFiles",
        "critical",
        archive("empty_files", "1x30"),
        archive("empty_files", "0x30"),
        5,
    ),
    Case("StorageNearlyFull", "warning", volume("81x60"), volume("80x60"), 30),
    Case(
        "StorageNearlyFull",
        "critical",
        {**volume("91x60", "index"), **volume("91x60", "index", "worker-2")},
        volume("90x60", "index"),
        30,
    ),
    Case("StorageFullnessUnknown", "warning", volume("10x60"), WATCHED_VOLUMES, 50),
    Case(
        "StorageFullnessUnknown",
        "warning",
        {},
        {**volume("10x60"), **volume("0x60", "index")},
        50,
        2,
        quiet_why="a volume is empty",
    ),
    Case(
        "IndexIncomplete",
        "warning",
        {**archive("files", "10x300"), **archive("indexed", "9x300")},
        {**archive("files", "10x300"), **archive("indexed", "10x300")},
        200,
    ),
    Case(
        "IndexIncomplete",
        "warning",
        {**archive("files", "10+1x300"), **archive("indexed", "9+1x300")},
        # Behind for an hour, as in a burst; then more is indexed than the count of files says.
        {**archive("files", "10x300"), **archive("indexed", "9x60 11x240")},
        200,
        quiet_why="it caught up",
    ),
    Case("IndexStale", "warning", archive("reconciled_timestamp_seconds", "0x400"), COUNTED, 240),
    Case(
        "IndexStale",
        "warning",
        {},
        archive("reconciled_timestamp_seconds", "0x59 3600x59 7200x59 10800x90"),
        240,
        quiet_why="it is made hourly",
    ),
    Case("CertificateNearItsEnd", "warning", certificate(20 * DAY), certificate(30 * DAY), 90),
    Case("CertificateNearItsEnd", "critical", certificate(6 * DAY), certificate(20 * DAY), 90),
    Case(
        "PoolDrift",
        "critical",
        {POOL: "0x60"},
        {POOL: "1x60", POOL.replace("every-x3", "home-x2"): "0x60"},
        30,
        quiet_why="another class's pool drifts",
    ),
)
