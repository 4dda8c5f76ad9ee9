"""What spans machines, institutions or files is refused, whatever else is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from components.catalog import Refusal
from tests.components.builders import (
    ABSENT,
    AMBIENT,
    KeyPath,
    Stacks,
    changed,
    good_institution,
    good_platform,
    machine,
)

PLATFORM_FILE = "stacks/Pulumi.local.yaml"
AVEIRO_FILE = "stacks/Pulumi.local.aveiro.yaml"
EVORA_FILE = "stacks/Pulumi.local.evora.yaml"


def refused_platform(path: KeyPath, value: object) -> Refusal:
    """The one refusal of a platform with this change, and of no institution."""
    (refusal,) = Stacks(changed(good_platform(), path, value), institutions={}).refusals()
    assert PLATFORM_FILE == refusal.file
    return refusal


def two(**evora: Any) -> dict[str, Any]:  # noqa: ANN401 - YAML
    """Two institutions; the keywords replace keys of the second."""
    return {"aveiro": good_institution("AVEIRO"), "evora": good_institution("EVORA") | evora}


class TestMachines:
    """Machines have names of their own, a data centre that exists, and disks where disks may be."""

    def test_an_unknown_data_centre_is_refused_with_the_nearest(self) -> None:
        refusal = refused_platform(("machines", 1, "dataCentre"), "lisbom")
        assert "imaging:platform.machines[1].dataCentre" == refusal.key
        expected = (
            "found 'lisbom'; there is no such data centre; did you mean 'lisbon'? "
            "Allowed here: faro, lisbon, porto."
        )
        assert expected == refusal.sentence

    def test_a_name_that_stands_twice_is_refused(self) -> None:
        refusal = refused_platform(("machines", 2, "name"), "worker-1")
        expected = ("imaging:platform.machines", "two machines are called 'worker-1'; rename one")
        assert expected == (refusal.key, refusal.sentence)

    def test_a_device_that_stands_twice_is_refused(self) -> None:
        refusal = refused_platform(("machines", 1, "devices", 1, "name"), "vd0")
        assert "imaging:platform.machines[1].devices" == refusal.key
        assert "the device 'vd0' of worker-1 stands twice; remove one" == refusal.sentence

    def test_a_device_of_a_control_plane_is_refused(self) -> None:
        refusal = refused_platform(("machines", 0, "devices"), machine("x", "y", "1Ti")["devices"])
        assert "imaging:platform.machines[0].devices" == refusal.key
        assert "control-1 is a control-plane machine" in refusal.sentence
        assert "allowed on workers only" in refusal.sentence

    def test_an_environment_without_control_plane_is_refused(self) -> None:
        refusal = refused_platform(("machines", 0, "role"), "worker")
        assert "there is no control-plane machine; add one" == refusal.sentence

    def test_an_environment_without_worker_is_refused(self) -> None:
        refusal = refused_platform(("machines",), good_platform()["machines"][:1])
        assert "there is no worker machine; add one" == refusal.sentence


class TestNamesInCrush:
    """CRUSH has one name space for its root, data centres and hosts (research/rook.md §1.4)."""

    def test_a_data_centre_called_as_a_machine_is_refused(self) -> None:
        refusal = refused_platform(("machines", 1, "name"), "porto")
        assert "imaging:platform.dataCentres" == refusal.key
        assert "'porto' is the name of a data centre and of a machine" in refusal.sentence
        assert "rename one" in refusal.sentence

    def test_a_machine_called_as_the_root_is_refused(self) -> None:
        refusal = refused_platform(("machines", 1, "name"), "default")
        assert "imaging:platform.machines" == refusal.key
        assert "the machine 'default' has the name of CRUSH's root; rename it" == refusal.sentence

    def test_a_data_centre_called_as_the_root_is_refused(self) -> None:
        refusal = refused_platform(("dataCentres", "default"), {"title": "Default"})
        assert "imaging:platform.dataCentres" == refusal.key
        expected = "the data centre 'default' has the name of CRUSH's root; rename it"
        assert expected == refusal.sentence

    def test_a_zone_with_the_value_of_its_data_centre_is_refused(self) -> None:
        refusal = refused_platform(("dataCentres", "faro", "zone"), "faro")
        assert "imaging:platform.dataCentres" == refusal.key
        assert "'faro' is the name of a data centre and of a zone" in refusal.sentence

    def test_a_data_centre_called_as_anothers_zone_is_refused(self) -> None:
        refusal = refused_platform(("dataCentres", "zone-faro"), {"title": "Faro's zone"})
        assert "'zone-faro' is the name of a data centre and of a zone" in refusal.sentence


class TestTimeZones:
    """Opening hours are hours of a place."""

    def test_opening_hours_in_no_time_zone_are_refused(self) -> None:
        platform = changed(good_platform(), ("dataCentres", "porto", "timeZone"), ABSENT)
        (refusal,) = Stacks(platform).refusals()

        assert "imaging:platform.dataCentres.porto.timeZone" == refusal.key
        assert refusal.sentence.startswith("the key is missing; aveiro has openingHours")

    def test_a_time_zone_that_is_none_is_refused(self) -> None:
        refusal = refused_platform(("dataCentres", "porto", "timeZone"), "Lisbon")

        assert "found 'Lisbon'; allowed is a time zone as IANA names it" in refusal.sentence

    def test_without_opening_hours_none_is_needed(self) -> None:
        platform = changed(good_platform(), ("dataCentres", "porto", "timeZone"), ABSENT)
        institution = changed(good_institution(), ("service", "openingHours"), ABSENT)

        assert Stacks(platform, institutions={"aveiro": institution}).load()


class TestDistances:
    """One cluster spans data centres up to 10 ms apart."""

    def test_farther_is_refused_with_what_was_found(self) -> None:
        refusal = refused_platform(("dataCentres", "faro", "roundTrip"), "11ms")
        assert "imaging:platform.dataCentres.faro.roundTrip" == refusal.key
        assert refusal.sentence.startswith("found 11ms; one cluster spans data centres up to 10ms")

    def test_whole_days_are_told_in_milliseconds(self) -> None:
        refusal = refused_platform(("dataCentres", "faro", "roundTrip"), "12d")
        assert refusal.sentence.startswith("found 1036800000ms;")

    def test_ten_milliseconds_are_allowed(self) -> None:
        platform = changed(good_platform(), ("dataCentres", "faro", "roundTrip"), "10ms")
        assert "faro" in Stacks(platform).load().platform.data_centres


class TestHomes:
    """An institution's home is one of the environment's data centres."""

    def test_an_unknown_one_is_refused_with_the_nearest(self) -> None:
        (refusal,) = Stacks(institutions=two(home="faroo")).refusals()
        assert (EVORA_FILE, "imaging:institution.home") == (refusal.file, refusal.key)
        expected = (
            "found 'faroo'; there is no such data centre; did you mean 'faro'? "
            "Allowed here: faro, lisbon, porto."
        )
        assert expected == refusal.sentence


class TestAETitles:
    """An AE title names one repository, and one destination of a repository."""

    def test_the_same_for_two_institutions_is_refused_with_the_other(self) -> None:
        twins = {"aveiro": good_institution("TWIN"), "evora": good_institution("TWIN")}
        (refusal,) = Stacks(institutions=twins).refusals()
        assert (EVORA_FILE, "imaging:institution.dicom.aeTitle") == (refusal.file, refusal.key)
        assert f"found 'TWIN', which aveiro uses already ({AVEIRO_FILE});" in refusal.sentence

    def test_case_counts(self) -> None:
        twins = {"aveiro": good_institution("TWIN"), "evora": good_institution("Twin")}
        assert ["aveiro", "evora"] == list(Stacks(institutions=twins).load().institutions)

    def test_the_same_for_two_destinations_is_refused(self) -> None:
        value = good_institution("EVORA")
        value["dicom"]["moveDestinations"] *= 2
        (refusal,) = Stacks(institutions={"evora": value}).refusals()
        key = "imaging:institution.dicom.moveDestinations"
        assert (EVORA_FILE, key) == (refusal.file, refusal.key)
        assert "the AE title 'WORKSTATION1' stands twice" in refusal.sentence

    def test_institutions_may_share_a_destination(self) -> None:
        assert ["aveiro", "evora"] == list(Stacks(institutions=two()).load().institutions)


class TestGrants:
    """A grant goes to one other institution that exists."""

    def test_to_nobody_is_refused_with_the_nearest(self) -> None:
        grants = [{"institution": "avero", "may": ["query"]}]
        (refusal,) = Stacks(institutions=two(access=grants)).refusals()
        key = "imaging:institution.access[0].institution"
        assert (EVORA_FILE, key) == (refusal.file, refusal.key)
        expected = (
            "found 'avero'; there is no such institution; did you mean 'aveiro'? "
            "Allowed here: aveiro."
        )
        assert expected == refusal.sentence

    def test_to_itself_is_refused(self) -> None:
        grants = [{"institution": "evora", "may": ["query"]}]
        (refusal,) = Stacks(institutions=two(access=grants)).refusals()
        assert "'evora' may do everything here already; remove it" == refusal.sentence

    def test_twice_to_the_same_is_refused(self) -> None:
        grants = [{"institution": "aveiro", "may": [deed]} for deed in ("query", "store")]
        (refusal,) = Stacks(institutions=two(access=grants)).refusals()
        assert "imaging:institution.access" == refusal.key
        assert "'aveiro' stands twice; merge the grants" == refusal.sentence

    @pytest.mark.parametrize(
        "broken", [b"{", b"config: {}\n", b"\xff"], ids=["YAML", "keys", "encoding"]
    )
    def test_to_one_whose_file_is_refused_is_no_grant_to_nobody(self, broken: bytes) -> None:
        value = good_institution() | {"access": [{"institution": "evora", "may": ["query"]}]}
        stacks = Stacks(institutions={"aveiro": value}, raw={"Pulumi.local.evora.yaml": broken})
        assert {EVORA_FILE} == {refusal.file for refusal in stacks.refusals()}

    def test_long_lists_of_institutions_are_cut(self) -> None:
        many = {f"hospital-{number:02}": good_institution(f"AE{number}") for number in range(25)}
        grants = [{"institution": "elsewhere", "may": ["query"]}]
        many["hospital-00"] |= {"access": grants}
        (refusal,) = Stacks(institutions=many).refusals()
        assert refusal.sentence.endswith("hospital-19, hospital-20 and 4 more.")


class TestEverythingAtOnce:
    """Who mends a catalogue sees all that is wrong, not the first of it."""

    def test_all_errors_of_all_files(self) -> None:
        platform = changed(good_platform(), ("machines", 1, "dataCentre"), "lisbom")
        first = good_institution("TWIN")
        first["replication"] |= {"copies": "three", "survive": "hots"}
        second = good_institution("TWIN") | {"home": "faroo", "capcity": "1Ti"}
        third = good_institution("TWIN") | {"access": [{"institution": "nobody", "may": ["query"]}]}
        fourth = good_institution("TWIN")
        stacks = Stacks(
            platform,
            {"a": first, "b": second, "c": third, "d": fourth, "Bad": good_institution()},
            {"Pulumi.local.e.yaml": b"{"},
        )
        expected = [
            ("stacks/Pulumi.local.Bad.yaml", "file name"),
            ("stacks/Pulumi.local.a.yaml", "imaging:institution.replication.copies"),
            ("stacks/Pulumi.local.a.yaml", "imaging:institution.replication.survive"),
            ("stacks/Pulumi.local.b.yaml", "imaging:institution.capcity"),
            ("stacks/Pulumi.local.c.yaml", "imaging:institution.access[0].institution"),
            ("stacks/Pulumi.local.d.yaml", "imaging:institution.dicom.aeTitle"),
            ("stacks/Pulumi.local.e.yaml", "YAML"),
            (PLATFORM_FILE, "imaging:platform.machines[1].dataCentre"),
        ]
        assert expected == [(refusal.file, refusal.key) for refusal in stacks.refusals()]

    def test_what_spans_institutions_though_the_platform_is_wrong(self) -> None:
        platform = changed(good_platform(), ("title",), 5)
        twins = {"aveiro": good_institution("TWIN"), "evora": good_institution("TWIN")}
        refusals = Stacks(platform, twins).refusals()
        expected = ["imaging:institution.dicom.aeTitle", "imaging:platform.title"]
        assert expected == [refusal.key for refusal in refusals]

    def test_a_wrong_promise_in_a_wrong_frame(self) -> None:
        content = b"config: {title: x, 'imaging:institution': {}}\nconfgi: {}\n"
        refusals = Stacks(institutions={}, raw={"Pulumi.local.a.yaml": content}).refusals()
        missing = ["capacity", "dicom", "home", "replication", "service", "title"]
        expected = [*(f"imaging:institution.{key}" for key in missing), AMBIENT, "confgi", "title"]
        assert sorted(expected) == [refusal.key for refusal in refusals]

    def test_a_wrong_promise_in_a_file_with_a_wrong_name(self) -> None:
        stacks = Stacks(institutions={"default": good_institution() | {"title": 5}})
        keys = [refusal.key for refusal in stacks.refusals()]
        assert ["file name", "imaging:institution.title"] == keys

    def test_each_is_a_line_of_its_own(self) -> None:
        value = good_institution() | {"title": 5, "home": None}
        lines = [str(refusal) for refusal in Stacks(institutions={"aveiro": value}).refusals()]
        assert [
            f"{AVEIRO_FILE}: imaging:institution.home: found nothing; allowed is a text.",
            f"{AVEIRO_FILE}: imaging:institution.title: found 5; allowed is a text.",
        ] == lines
