"""What a good catalogue parses to, and that nothing changes it afterwards."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import time, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from components.catalog import Catalog, Deed, DeviceClass, Role, Survive, Where, load
from components.catalog.institution import Grant
from components.catalog.platform import Device
from components.catalog.quantities import OpeningHours, Weekday
from tests.components.builders import ABSENT, Stacks, changed, good_institution, good_platform

STACKS = Path(__file__).resolve().parents[3] / "stacks"
TIB = 2**40


@pytest.fixture(scope="module")
def local() -> Catalog:
    """The committed stack files of the simulated environment."""
    return load(STACKS, "local")


class TestValues:
    """A key in a file is a typed value in the catalogue."""

    def test_institutions_stand_in_alphabetical_order(self, local: Catalog) -> None:
        assert ["aveiro", "evora"] == list(local.institutions)

    def test_a_promise_of_replication(self, local: Catalog) -> None:
        found = local.institutions["aveiro"].replication
        assert (Where.ALL_DATA_CENTRES, 3, Survive.DATA_CENTRE) == (
            found.where,
            found.copies,
            found.survive,
        )

    def test_capacity_is_bytes_and_recovery_point_a_time(self, local: Catalog) -> None:
        aveiro = local.institutions["aveiro"]
        assert (20 * TIB, timedelta(hours=1)) == (aveiro.capacity, aveiro.recovery_point)

    def test_a_grant(self, local: Catalog) -> None:
        granted = Grant(institution="evora", may=(Deed.QUERY, Deed.RETRIEVE))
        assert (granted,) == local.institutions["aveiro"].access

    def test_a_promise_of_service(self, local: Catalog) -> None:
        service = local.institutions["aveiro"].service
        assert (timedelta(milliseconds=800), 99.9) == (service.latency.p95, service.availability)
        assert (1, 3, 20) == (service.readers.min, service.readers.max, service.readers.in_flight)
        hours = OpeningHours(Weekday.Mon, Weekday.Fri, time(7), time(20))
        assert hours == service.opening_hours

    def test_a_move_destination(self, local: Catalog) -> None:
        (peer,) = local.institutions["aveiro"].dicom.move_destinations
        expected = ("WORKSTATION1", ip_address("192.0.2.10"), 11112)
        assert expected == (peer.ae_title, peer.address, peer.port)

    def test_a_machine_with_its_devices(self, local: Catalog) -> None:
        worker = local.platform.machines[1]
        assert ("worker-1", Role.WORKER, "lisbon", 16, 64 * 2**30) == (
            worker.name,
            worker.role,
            worker.data_centre,
            worker.cpu,
            worker.memory,
        )
        vdb = Device(name="vdb", size="48Ti", device_class=DeviceClass.SSD)
        assert vdb == worker.devices[0]

    def test_what_may_be_left_out_has_its_default(self) -> None:
        value = good_institution()
        for path in [
            ("recoveryPoint",),
            ("access",),
            ("service", "availability"),
            ("service", "readers", "inFlight"),
            ("service", "openingHours"),
            ("dicom", "moveDestinations"),
        ]:
            value = changed(value, path, ABSENT)
        found = Stacks(institutions={"aveiro": value}).load().institutions["aveiro"]
        assert (None, (), 99.9, 20, None, ()) == (
            found.recovery_point,
            found.access,
            found.service.availability,
            found.service.readers.in_flight,
            found.service.opening_hours,
            found.dicom.move_destinations,
        )

    def test_whole_numbers_are_fine_where_numbers_are_asked(self) -> None:
        value = changed(good_institution(), ("service", "availability"), 99)
        found = Stacks(institutions={"aveiro": value}).load()
        assert 99.0 == found.institutions["aveiro"].service.availability

    def test_the_order_is_that_of_names_not_of_files(self) -> None:
        two = {"a-b": good_institution("A"), "a": good_institution("B")}
        assert ["a", "a-b"] == list(Stacks(institutions=two).load().institutions)

    def test_an_environment_may_have_no_institution_yet(self) -> None:
        assert {} == Stacks(institutions={}).load().institutions

    def test_the_order_of_files_and_keys_changes_nothing(self) -> None:
        two = {"aveiro": good_institution("A"), "evora": good_institution("B")}
        turned = {name: dict(reversed(value.items())) for name, value in reversed(two.items())}
        platform = dict(reversed(good_platform().items()))
        assert Stacks(institutions=two).load() == Stacks(platform, turned).load()

    def test_other_environments_files_are_not_looked_at(self) -> None:
        broken = {"Pulumi.poc.yaml": b"{", "Pulumi.locale.aveiro.yaml": b"{"}
        assert ["aveiro"] == list(Stacks(raw=broken).load().institutions)

    def test_keys_of_other_pulumi_projects_may_stand_beside(self) -> None:
        with Stacks().folder() as folder:
            file = folder / "Pulumi.local.yaml"
            file.write_text(file.read_text() + "  aws:region: eu-west-1\n")
            assert "local" == load(folder, "local").environment

    def test_yaml_merges_may_overwrite_what_they_bring(self) -> None:
        with Stacks().folder() as folder:
            file = folder / "Pulumi.local.aveiro.yaml"
            content = file.read_text().replace("    title:", "    <<: *shared\n    title:")
            anchors = "environment: {base: &base {title: A}, d: {e: &shared {<<: *base, title: B}}}"
            file.write_text(f"{anchors}\n{content}")
            title = load(folder, "local").institutions["aveiro"].title
        assert "Hospital of Aveiro" == title


class TestStackNames:
    """Names of stacks and files follow from the catalogue alone."""

    def test_the_platform_is_the_environments_stack(self, local: Catalog) -> None:
        assert ("local", "stacks/Pulumi.local.yaml") == (local.stack(), local.file())

    def test_an_institution_has_a_stack_of_its_own(self, local: Catalog) -> None:
        assert ("local.evora", "stacks/Pulumi.local.evora.yaml") == (
            local.stack("evora"),
            local.file("evora"),
        )


class TestFrozen:
    """Nothing that was checked can be changed afterwards."""

    def test_the_catalogue(self, local: Catalog) -> None:
        with pytest.raises(FrozenInstanceError):
            local.environment = "poc"  # type: ignore[misc]

    @pytest.mark.parametrize(
        ("of", "attribute"),
        [
            (lambda found: found.platform, "title"),
            (lambda found: found.platform.machines[0], "data_centre"),
            (lambda found: found.platform.data_centres["faro"], "round_trip"),
            (lambda found: found.institutions["aveiro"], "home"),
            (lambda found: found.institutions["aveiro"].replication, "copies"),
            (lambda found: found.institutions["aveiro"].access[0], "may"),
        ],
    )
    def test_values(self, local: Catalog, of: Any, attribute: str) -> None:  # noqa: ANN401 - values of any type
        with pytest.raises(ValidationError, match="frozen"):
            setattr(of(local), attribute, "other")

    @pytest.mark.parametrize(
        "mapping",
        [lambda found: found.institutions, lambda found: found.platform.data_centres],
        ids=["institutions", "data centres"],
    )
    def test_mappings(self, local: Catalog, mapping: Any) -> None:  # noqa: ANN401 - values of any type
        with pytest.raises(TypeError, match="does not support item assignment"):
            mapping(local)["other"] = None

    def test_lists_became_tuples(self, local: Catalog) -> None:
        aveiro = local.institutions["aveiro"]
        held = [local.platform.machines, aveiro.access, aveiro.access[0].may]
        assert [tuple] * 3 == [type(each) for each in held]
