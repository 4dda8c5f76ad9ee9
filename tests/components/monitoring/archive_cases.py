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
    Series,
    archive,
    certificate,
    ready,
    sent,
    up,
    volume,
)

GIB: Final = 2**30


def told(figure: str, values: str, component: str = "ingest", **labels: str) -> Series:
    """What a Dicoogle tells, as Prometheus has it."""
    known = {"institution": "aveiro", "job": "dicoogle", "component": component}
    every = {**known, "pod": f"{component}-0", **labels}
    text = ",".join(f'{name}="{value}"' for name, value in every.items())
    name = figure if figure == "up" else f"imaging_dicoogle_{figure}"
    return {f"{name}{{{text}}}": values}


def stored(values: str, outcome: str = "written") -> Series:
    return told("objects_stored_total", values, outcome=outcome)


def refused(values: str, reason: str, component: str = "ingest") -> Series:
    return told("objects_refused_total", values, component, reason=reason)


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
        # One object, which isn't there.
        {**COUNTED, **stored("0x200 1x300"), **archive("files", "7x500")},
        {**COUNTED, **stored("0x200 1x300"), **archive("files", "7x250 8x250")},
        HOURS + 40,
    ),
    Case(
        "StoredObjectsMissing",
        "warning",
        # A third of them isn't there.
        {**COUNTED, **stored("0+3x500"), **archive("files", "7+2x500")},
        # The first objects of a day, which nobody has counted yet.
        {**COUNTED, **stored("0x400 0+10x100"), **archive("files", "7x500")},
        HOURS + 40,
        quiet_why="the next count is to come",
    ),
    Case(
        "StoredObjectsMissing",
        "warning",
        {**COUNTED, **stored("0+3x500"), **archive("files", "7x500")},
        {
            **COUNTED,
            **sent(f"0+{10 * MIB}x500"),
            **stored("0+3x500", "duplicate"),
            **archive("files", "7x500"),
        },
        HOURS + 40,
        quiet_why="the same objects come again",
    ),
    Case(
        "ObjectsRefused",
        "warning",
        {**refused("0x10 1x50", "bad_uid"), **refused("0x10 2x50", "read_only", "readers")},
        refused("5x60", "bad_uid"),
        30,
        alerts=2,
        quiet_why="none more",
    ),
    Case(
        "ObjectsRefused",
        "critical",
        refused("0+1x60", "no_space"),
        {**refused("0x5 1x60", "write_failed"), **refused("0+1x60", "bad_uid")},
        50,
        quiet_why="one write failed and one sender sends what is no object",
    ),
    Case("ConflictsKeptAside", "warning", stored("0x5 1x30", "conflict"), stored("0+1x30"), 20),
    Case(
        "StorageBelowFloor",
        "critical",
        told("free_bytes", f"{GIB - 1}x30"),
        {**told("free_bytes", f"{GIB}x30"), **told("free_bytes", "0x30", "readers")},
        20,
    ),
    Case(
        "IndexBehind",
        "warning",
        told("journal_oldest_seconds", "0+60x60"),
        # As long as a burst takes; then the next objects.
        told("journal_oldest_seconds", "0+60x14 0+60x14 0+60x30"),
        35,
        quiet_why="each object is indexed in time",
    ),
    Case(
        "ReaderBehind",
        "warning",
        {
            **told("index_documents", "100x5 200x60"),
            **told("index_documents", "100x65", "readers"),
            **told("index_documents", "100x5 200x60", "readers", pod="readers-1"),
        },
        # A burst that readers see a minute later.
        {
            **told("index_documents", "100+600x65"),
            **told("index_documents", "100x1 100+600x64", "readers"),
        },
        40,
        quiet_why="it follows",
    ),
    Case("IngestUnwatched", "warning", told("up", "0x60"), told("up", "1x60"), 30),
    Case(
        "IngestUnwatched",
        "warning",
        told("up", "1x60", "readers"),
        told("up", "1x20 0x5 1x40"),
        40,
        quiet_why="it is started anew",
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
