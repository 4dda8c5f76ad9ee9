"""Values that a type alone refuses: with file, key, what was found and what is allowed."""

from __future__ import annotations

from datetime import date
from typing import Final

import pytest

from tests.components.builders import (
    ABSENT,
    KeyPath,
    Stacks,
    changed,
    good_institution,
    good_platform,
)

NAN: Final = float("nan")
DEEDS: Final = "query, retrieve, store"
LOSSES: Final = "Allowed here: data-centre, disk, host, none."
LABEL: Final = "allowed is lower-case letters, digits and hyphens, a letter first"
ADDRESS: Final = "allowed is an IPv4 or IPv6 address, for example 192.0.2.10."
BYTES: Final = "a unit (Ki, Mi, Gi, Ti, Pi), for example 20Ti."
DURATION: Final = "a unit (ms, s, m, h, d), for example 800ms."
HOURS: Final = "allowed is days and hours, for example Mon-Fri 07:00-20:00."
REPERTOIRE: Final = "allowed are printable ASCII characters but the backslash"
BOOLEAN: Final = "(a bare yes, no, on or off is a boolean: quote it)"

REPLICATION: Final = ("replication",)
COPIES: Final = ("replication", "copies")
SURVIVE: Final = ("replication", "survive")
PEER: Final = ("dicom", "moveDestinations", 0)
AE_TITLE: Final = ("dicom", "aeTitle")
GRANT: Final = {"institution": "evora", "may": ["query"]}

INSTITUTION: Final[list[tuple[KeyPath, object, str, tuple[str, ...]]]] = [
    # Keys that don't exist, with the nearest that does.
    (("capcity",), "20Ti", "capcity", ("no such key", "did you mean 'capacity'?", "dicom, home")),
    (("replication", "copy"), 3, "replication.copy", ("did you mean 'copies'?", "survive, where")),
    (("service", "latency", "p59"), "1s", "service.latency.p59", ("did you mean 'p95'?",)),
    (
        (*PEER, "host"),
        "x",
        "dicom.moveDestinations[0].host",
        ("Allowed here: address, aeTitle, port.",),
    ),
    (("dicom", "ae_title_"), "X", "dicom.ae_title_", ("did you mean 'aeTitle'?",)),
    # Keys that are missing.
    (("home",), ABSENT, "home", ("is missing; add it", "Its regional data centre.")),
    (COPIES, ABSENT, "replication.copies", ("is missing; add it", "Copies of every object")),
    ((*PEER, "port"), ABSENT, "dicom.moveDestinations[0].port", ("is missing; add it",)),
    # Types.
    (("title",), 5, "title", ("found 5; allowed is a text.",)),
    (("title",), None, "title", ("found nothing; allowed is a text.",)),
    (("title",), date(2026, 11, 23), "title", ("found 2026-11-23 (", "date: quote it)")),
    (COPIES, "3", "replication.copies", ("found '3'; allowed is a whole number.",)),
    (COPIES, 3.0, "replication.copies", ("found 3.0; allowed is a whole number.",)),
    (COPIES, True, "replication.copies", (f"found true {BOOLEAN}", "a whole number.")),
    (REPLICATION, "3", "replication", ("found '3'; allowed is a mapping",)),
    (REPLICATION, None, "replication", ("found nothing; allowed is a mapping",)),
    (REPLICATION, [3], "replication", ("found a list; allowed is a mapping",)),
    (("access",), {"evora": ["query"]}, "access", ("found a mapping; allowed is a list.",)),
    (("access",), [dict(GRANT, may="query")], "access[0].may", ("found 'query'; ", "a list.")),
    (("service", "availability"), "high", "service.availability", ("found 'high'; ", "a number.")),
    # Ranges.
    (COPIES, 0, "replication.copies", ("found 0; allowed is at least 1.",)),
    (COPIES, 11, "replication.copies", ("found 11; allowed is at most 10.",)),
    (("service", "availability"), 100, "service.availability", ("found 100; ", "less than 100")),
    (("service", "availability"), 89.9, "service.availability", ("found 89.9; ", "at least 90")),
    (("service", "availability"), NAN, "service.availability", ("found nan; allowed is",)),
    (("service", "readers", "max"), 51, "service.readers.max", ("found 51; ", "at most 50.")),
    (("service", "readers", "inFlight"), 0, "service.readers.inFlight", ("at least 1.",)),
    (("service", "readers", "min"), 4, "service.readers", ("found min: 4 above max: 3",)),
    ((*PEER, "port"), 65536, "dicom.moveDestinations[0].port", ("found 65536; ", "at most 65535")),
    (("title",), "", "title", ("found ''; allowed is at least 1 character",)),
    (("title",), "x" * 81, "title", ("allowed is at most 80 characters.",)),
    # Vocabularies, with the nearest word.
    (SURVIVE, "hots", "replication.survive", ("found 'hots'; did you mean 'host'?", LOSSES)),
    (SURVIVE, False, "replication.survive", (f"found false {BOOLEAN}", LOSSES)),
    (SURVIVE, None, "replication.survive", ("found nothing;", LOSSES)),
    (
        ("replication", "where"),
        "all-datacentres",
        "replication.where",
        ("did you mean 'all-data-centres'?", "Allowed here: all-data-centres, home-data-centre."),
    ),
    (("access",), [dict(GRANT, may=["retreive"])], "access[0].may[0]", ("'retrieve'?", DEEDS)),
    (("access",), [dict(GRANT, may=[])], "access[0].may", ("found an empty list", DEEDS)),
    (("access",), [dict(GRANT, may=["store", "store"])], "access[0].may", ("store, store", DEEDS)),
    # Names.
    (("home",), "Porto", "home", ("found 'Porto'", LABEL)),
    (("home",), "a" * 25, "home", ("allowed is at most 24 characters.",)),
    (("access",), [dict(GRANT, institution="Evora")], "access[0].institution", (LABEL,)),
    # Quantities.
    (("capacity",), "20TB", "capacity", ("found '20TB'; allowed is a whole number", BYTES)),
    (("capacity",), "20Ti\n", "capacity", (r"found '20Ti\n'", BYTES)),
    (("capacity",), 20, "capacity", ("found 20; ", BYTES)),
    (("capacity",), None, "capacity", ("found nothing; ", BYTES)),
    (("capacity",), "0Ti", "capacity", ("found '0Ti'; ", BYTES)),
    (("capacity",), "9" * 5000 + "Ti", "capacity", ("at most 12 digits", BYTES)),
    (("capacity",), "512Mi", "capacity", ("found 512Mi; allowed is at least 1Gi.",)),
    (("recoveryPoint",), "1 hour", "recoveryPoint", ("found '1 hour'; ", DURATION)),
    (("recoveryPoint",), "9999999999d", "recoveryPoint", ("at most 9 digits", DURATION)),
    (("service", "latency", "p95"), "24ms", "service.latency.p95", ("found less than 25ms",)),
    (("service", "latency", "p95"), 800, "service.latency.p95", ("found 800; ", DURATION)),
    (("service", "openingHours"), "Mon-Fri", "service.openingHours", ("found 'Mon-Fri'; ", HOURS)),
    (("service", "openingHours"), "Mon 07:00-24:00", "service.openingHours", (HOURS,)),
    (("service", "openingHours"), "Mon 07:00-20:00\n", "service.openingHours", (HOURS,)),
    (("service", "openingHours"), "Mon 20:00-07:00", "service.openingHours", ("later than the",)),
    # AE titles: DICOM PS3.5 §6.2.
    (AE_TITLE, "A" * 17, "dicom.aeTitle", (f"found '{'A' * 17}'; ", "at most 16 characters.")),
    (AE_TITLE, "", "dicom.aeTitle", ("found ''; ", "at least 1 character")),
    (AE_TITLE, "ÉVORA", "dicom.aeTitle", ("found 'ÉVORA'; ", REPERTOIRE)),
    (AE_TITLE, "A\\B", "dicom.aeTitle", (r"found 'A\\B'; ", REPERTOIRE)),
    (AE_TITLE, "A\tB", "dicom.aeTitle", (r"found 'A\tB'; ", REPERTOIRE)),
    (AE_TITLE, "AVEIRO ", "dicom.aeTitle", ("found 'AVEIRO '; ", "no space at either end")),
    ((*PEER, "aeTitle"), "É", "dicom.moveDestinations[0].aeTitle", (REPERTOIRE,)),
    # Addresses.
    ((*PEER, "address"), "pacs", "dicom.moveDestinations[0].address", ("found 'pacs'; ", ADDRESS)),
    ((*PEER, "address"), 1, "dicom.moveDestinations[0].address", ("found 1; ", ADDRESS)),
    ((*PEER, "address"), "fe80::1%eth0", "dicom.moveDestinations[0].address", (ADDRESS,)),
    ((*PEER, "address"), True, "dicom.moveDestinations[0].address", ("found true", ADDRESS)),
    # A contradiction in itself.
    (COPIES, 1, "replication", ("loss of a data-centre with one copy", "copies: 2 or more")),
]

MACHINE: Final = ("machines", 1)
DEVICE: Final = (*MACHINE, "devices", 0)
PLATFORM: Final[list[tuple[KeyPath, object, str, tuple[str, ...]]]] = [
    (("machine",), [], "machine", ("did you mean 'machines'?", "cluster, dataCentres, domain")),
    (("storage", "class"), "ssd", "storage.class", ("Allowed here: backend, deviceClass.",)),
    (
        ("dataCentres", "faro", "rtt"),
        "1ms",
        "dataCentres.faro.rtt",
        ("no such key; Allowed here: roundTrip, timeZone, title, zone.",),
    ),
    (
        (*MACHINE, "CPU"),
        8,
        "machines[1].CPU",
        ("address, cpu, dataCentre, devices, hostKey, memory, name, role, systemDisk.",),
    ),
    ((*MACHINE, "cpu"), 0, "machines[1].cpu", ("found 0; allowed is at least 1.",)),
    ((*MACHINE, "memory"), "64GB", "machines[1].memory", ("found '64GB'; ", BYTES)),
    ((*MACHINE, "role"), "wroker", "machines[1].role", ("did you mean 'worker'?",)),
    ((*MACHINE, "name"), "worker_1", "machines[1].name", ("found 'worker_1'; ", LABEL)),
    ((*DEVICE, "class"), "sdd", "machines[1].devices[0].class", ("'ssd'?", "hdd, nvme, ssd.")),
    ((*DEVICE, "size"), 48, "machines[1].devices[0].size", ("found 48; ", BYTES)),
    ((*DEVICE, "name"), "/dev/s d", "machines[1].devices[0].name", ("found '/dev/s d'; ",)),
    (("cluster", "kind"), "simulate", "cluster.kind", ("did you mean 'simulated'?",)),
    (("cluster",), {}, "cluster.kind", ("the key is missing; add it.",)),
    (("cluster",), "simulated", "cluster", ("found 'simulated'; allowed is a mapping of keys",)),
    (("cluster", "version"), "1.36.3", "cluster.version", ("Allowed here: kind.",)),
    ((*MACHINE, "address"), "pacs", "machines[1].address", ("found 'pacs'; ", ADDRESS)),
    ((*MACHINE, "hostKey"), "AAAA", "machines[1].hostKey", ("found 'AAAA'; ", "one whole line")),
    (("storage", "backend"), "cehp", "storage.backend", ("did you mean 'ceph'?", "ceph, nfs")),
    (("storage",), {}, "storage.backend", ("the key is missing; add it.",)),
    (
        ("storage",),
        {"backend": "nfs", "server": "192.0.2.5", "path": "/exports", "dataCentre": "faro"},
        "storage.capacity",
        ("the key is missing; add it. It says: What the directory may hold.",),
    ),
    (("machines",), [], "machines", ("found []; allowed is at least 1 item",)),
    (("machines",), {"a": 1}, "machines", ("found a mapping; allowed is a list.",)),
    (("dataCentres",), {}, "dataCentres", ("found {}; allowed is at least 1 item",)),
    (("dataCentres",), ["faro"], "dataCentres", ("found a list; allowed is a mapping",)),
    (("dataCentres", "faro", "roundTrip"), "8", "dataCentres.faro.roundTrip", (DURATION,)),
    (("dataCentres", "Évora"), {"title": "x"}, "dataCentres.Évora", ("found 'Évora'; ", LABEL)),
    (("images", "dicoogle"), "dicoogle:latest", "images.dicoogle", ("an exact tag or a digest",)),
    (("images", "dicoogle"), "dicoogle", "images.dicoogle", ("found 'dicoogle'; ",)),
]


def _id(case: object) -> str:
    return f"{case!r:.40}" if not isinstance(case, tuple) else "/".join(map(str, case))[:60]


class TestInstitution:
    """One wrong value is one refusal, at that key, with all that is needed to mend it."""

    @pytest.mark.parametrize(("path", "value", "key", "says"), INSTITUTION, ids=_id)
    def test_refused(self, path: KeyPath, value: object, key: str, says: tuple[str, ...]) -> None:
        institutions = {
            "aveiro": changed(good_institution(), path, value),
            "evora": good_institution("EVORA"),
        }
        (refusal,) = Stacks(institutions=institutions).refusals()
        place = ("stacks/Pulumi.local.aveiro.yaml", f"imaging:institution.{key}")
        assert place == (refusal.file, refusal.key)
        assert [] == [part for part in says if part not in refusal.sentence], refusal.sentence


class TestPlatform:
    """The same of a platform's values."""

    @pytest.mark.parametrize(("path", "value", "key", "says"), PLATFORM, ids=_id)
    def test_refused(self, path: KeyPath, value: object, key: str, says: tuple[str, ...]) -> None:
        (refusal,) = Stacks(changed(good_platform(), path, value)).refusals()
        place = ("stacks/Pulumi.local.yaml", f"imaging:platform.{key}")
        assert place == (refusal.file, refusal.key)
        assert [] == [part for part in says if part not in refusal.sentence], refusal.sentence


class TestAsAWhole:
    """What stands below the one key must be a mapping."""

    @pytest.mark.parametrize(
        ("value", "found"), [(None, "nothing"), ([1], "a list"), ("text", "'text'"), (3, "3")]
    )
    def test_anything_else_is_refused(self, value: object, found: str) -> None:
        (refusal,) = Stacks(institutions={"aveiro": value}).refusals()
        expected = (
            "stacks/Pulumi.local.aveiro.yaml: imaging:institution: "
            f"found {found}; allowed is a mapping of keys to values."
        )
        assert expected == str(refusal)

    def test_a_secret_in_its_place_is_refused(self) -> None:
        refusals = Stacks(institutions={"aveiro": {"secure": "v1:abc"}}).refusals()
        assert "imaging:institution.secure" in {refusal.key for refusal in refusals}


class TestUpToTheLimits:
    """What lies just inside a limit is allowed."""

    @pytest.mark.parametrize(
        ("path", "value"),
        [
            (COPIES, 10),
            (("title",), "x" * 80),
            (("capacity",), "1Gi"),
            (("recoveryPoint",), "999999999d"),
            (("service", "availability"), 90),
            (("service", "readers", "min"), 3),
            (("service", "openingHours"), "Sun 00:00-23:59"),
            (AE_TITLE, "A" * 16),
            (AE_TITLE, "!'~ B"),
            ((*PEER, "port"), 1),
            ((*PEER, "address"), "2001:db8::1"),
        ],
        ids=_id,
    )
    def test_allowed(self, path: KeyPath, value: object) -> None:
        institution = changed(good_institution(), path, value)
        found = Stacks(institutions={"aveiro": institution}).load()
        assert ["aveiro"] == list(found.institutions)
