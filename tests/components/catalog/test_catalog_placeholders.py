"""What somebody must still fill is found wherever it stands, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from ipaddress import ip_address
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.catalog import Refusal, Refused
from components.catalog.placeholders import PLACEHOLDER_HOST_KEY, placeholders
from tests.components.builders import KeyPath, Stacks, changed, good_institution
from tests.components.catalog.made_cluster import made_platform

DIGEST: Final = f"@sha256:{'0' * 64}"


def filled_platform() -> dict[str, Any]:
    """A platform with nothing left to fill, and a value for every key that may hold a host."""
    platform = made_platform(
        endpoint="cluster.hospital.pt",
        imageMirror="https://mirror.hospital.pt",
        sources={"kubernetes": "https://mirror.hospital.pt/k8s"},
    )
    mail = {"kind": "mail", "to": "a@hospital.pt", "sender": "b@hospital.pt"}
    return platform | {
        "domain": "imaging.hospital.pt",
        "images": {"dicoogle": "registry.hospital.pt/dicoogle:3.5.1"},
        "runbooks": "https://docs.hospital.pt/runbooks",
        "alertReceivers": [
            {"name": "night", "channel": {**mail, "server": "mail.hospital.pt:587"}},
        ],
    }


def filled_institution() -> dict[str, Any]:
    """An institution with nothing left to fill."""
    peer = ("dicom", "moveDestinations", 0, "address")
    institution: dict[str, Any] = changed(good_institution(), peer, "10.30.0.1")
    institution["dicom"]["networks"] = ["10.30.0.0/24"]
    return institution


def found(platform: dict[str, Any], institution: dict[str, Any] | None = None) -> list[Refusal]:
    """The placeholders in these two."""
    institution = institution or filled_institution()
    return list(placeholders(Stacks(platform, {"aveiro": institution}).load()))


def texts(value: object, path: KeyPath = ()) -> Iterator[KeyPath]:
    """Where a value holds a text."""
    if isinstance(value, str):
        yield path
    elif isinstance(value, dict | list):
        steps = value.items() if isinstance(value, dict) else enumerate(value)
        for step, inside in steps:
            yield from texts(inside, (*path, step))


HOSTS: Final[list[tuple[KeyPath, str, str]]] = [
    (("cluster", "endpoint"), "api.example.org", "cluster.endpoint"),
    (("cluster", "endpoint"), "2001:db8::7", "cluster.endpoint"),
    (("cluster", "imageMirror"), "https://192.0.2.7:5000", "cluster.imageMirror"),
    (("cluster", "imageMirror"), "https://[2001:db8::7]:5000", "cluster.imageMirror"),
    (
        ("cluster", "sources", "kubernetes"),
        "http://mirror.test/deb/",
        "cluster.sources.kubernetes",
    ),
    (("machines", 2, "address"), "198.51.100.7", "machines[2].address"),
    (("domain",), "imaging.example.net", "domain"),
    (("images", "dicoogle"), "example.com/dicoogle:3.5.1", "images.dicoogle"),
    (("images", "dicoogle"), f"registry.invalid:5000/dicoogle{DIGEST}", "images.dicoogle"),
    (("runbooks",), "https://docs.example.org/runbooks", "runbooks"),
    (
        ("alertReceivers", 0, "channel", "to"),
        "night@example.org",
        "alertReceivers[0].channel.to",
    ),
    (
        ("alertReceivers", 0, "channel", "server"),
        "203.0.113.5:587",
        "alertReceivers[0].channel.server",
    ),
]


class TestFound:
    """An example is found, at the key as the file writes it, with what belongs there."""

    @pytest.mark.parametrize(("path", "value", "key"), HOSTS)
    def test_a_host_or_an_address_for_examples(self, path: KeyPath, value: str, key: str) -> None:
        (refusal,) = found(changed(filled_platform(), path, value))
        place = ("stacks/Pulumi.local.yaml", f"imaging:platform.{key}")
        assert place == (refusal.file, refusal.key)
        assert refusal.sentence.startswith(f"found {value}, ")
        assert "write your own. The key says: " in refusal.sentence

    def test_a_host_key_at_every_machine_that_has_it(self) -> None:
        platform = filled_platform()
        for index in (1, 3):
            platform["machines"][index]["hostKey"] = f"{PLACEHOLDER_HOST_KEY} root@worker"
        keys = [each.key for each in found(platform)]
        expected = [f"imaging:platform.machines[{index}].hostKey" for index in (1, 3)]
        assert expected == keys

    def test_a_partition(self) -> None:
        name = "/dev/disk/by-partuuid/00000000-0000-0000-0000-000000000003"
        (refusal,) = found(changed(filled_platform(), ("machines", 1, "devices", 0, "name"), name))
        assert "imaging:platform.machines[1].devices[0].name" == refusal.key
        assert "write the name that lsblk -o NAME,PARTUUID shows there" in refusal.sentence

    def test_a_file_server(self) -> None:
        platform = filled_platform() | {
            "storage": {
                "backend": "nfs",
                "server": "192.0.2.50",
                "path": "/exports",
                "dataCentre": "faro",
                "capacity": "80Ti",
            }
        }
        assert ["imaging:platform.storage.server"] == [each.key for each in found(platform)]

    def test_in_an_institutions_file(self) -> None:
        institution = changed(filled_institution(), ("dicom", "networks", 0), "192.0.2.0/25")
        (refusal,) = found(filled_platform(), institution)
        place = ("stacks/Pulumi.local.aveiro.yaml", "imaging:institution.dicom.networks[0]")
        assert place == (refusal.file, refusal.key)
        assert refusal.sentence.startswith("found 192.0.2.0/25, an address for examples")

    def test_in_any_text_that_may_be_any_text(self) -> None:
        platform = filled_platform()
        taken = 0
        for path in texts(platform):
            with suppress(Refused):
                catalog = Stacks(changed(platform, path, "a.example.org"), {}).load()
                taken += 1
                assert 1 == len(list(placeholders(catalog))), path
        assert taken > 5


class TestNotFound:
    """What is a hospital's own is left alone."""

    def test_files_that_are_filled_hold_none(self) -> None:
        assert [] == found(filled_platform())

    @pytest.mark.parametrize(
        "title",
        [
            "Test",
            "Example",
            "Hospital of Aveiro",
            "10:30 [",
            "http://[",
            "//",
            "latest.",
            "test run",
        ],
    )
    def test_a_title_is_no_host(self, title: str) -> None:
        assert [] == found(filled_platform() | {"title": title})

    @pytest.mark.parametrize("domain", ["myexample.org", "example.org.pt", "test.pt", "attest.eu"])
    def test_a_name_that_only_looks_like_one(self, domain: str) -> None:
        assert [] == found(filled_platform() | {"domain": domain})

    @given(st.ip_addresses(v=4))
    def test_exactly_the_documentations_addresses(self, address: object) -> None:
        expected = str(address).startswith(("192.0.2.", "198.51.100.", "203.0.113."))
        peer: KeyPath = ("dicom", "moveDestinations", 0, "address")
        institution = changed(filled_institution(), peer, str(address))
        assert expected == ([] != found(filled_platform(), institution))

    @given(st.integers(0, 255), st.sampled_from([0xC0000200, 0xC6336400, 0xCB007100]))
    def test_all_of_them(self, last: int, network: int) -> None:
        peer: KeyPath = ("dicom", "moveDestinations", 0, "address")
        institution = changed(filled_institution(), peer, str(ip_address(network + last)))
        assert 1 == len(found(filled_platform(), institution))
