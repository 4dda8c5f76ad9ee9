"""Whatever stands in the stack files, people get a catalogue or sentences, never a traceback."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from components.catalog import Catalog, Refused
from components.placement import Placement, place
from tests.components.builders import Stacks, good_institution, good_platform
from tests.components.catalog.damage import VALUES, damaged
from tests.components.catalog.made_cluster import made_platform


def outcome(stacks: Stacks) -> Catalog | Refused:
    """The catalogue, or what was refused."""
    try:
        return stacks.load()
    except Refused as refused:
        return refused


def assert_readable(found: Catalog | Refused) -> None:
    """Each refusal has its three parts, on one line; a catalogue has a placement or refusals."""
    if isinstance(found, Catalog):
        assert isinstance(_placed(found), Placement | Refused)
        return
    for refusal in found.refusals:
        assert refusal.file.startswith("stacks/Pulumi.local")
        assert refusal.key
        assert refusal.sentence
    assert len(found.refusals) <= len(str(found).splitlines())


def _placed(catalog: Catalog) -> Placement | Refused:
    try:
        return place(catalog)
    except Refused as refused:
        return refused


class TestAnything:
    """No value, no bytes and no combination of both ends in another exception."""

    @given(damaged(good_institution()))
    def test_in_an_institution(self, value: Any) -> None:  # noqa: ANN401 - YAML
        assert_readable(outcome(Stacks(institutions={"aveiro": value})))

    @given(damaged(good_platform()))
    def test_in_a_platform(self, value: Any) -> None:  # noqa: ANN401 - YAML
        assert_readable(outcome(Stacks(value)))

    @given(damaged(made_platform(("lisbon", "porto", "faro"), ssh={}, endpoint="api")))
    def test_in_a_platform_of_bare_machines(self, value: Any) -> None:  # noqa: ANN401 - YAML
        assert_readable(outcome(Stacks(value)))

    @given(VALUES, VALUES)
    def test_in_place_of_both(self, platform: object, institution: object) -> None:
        assert_readable(outcome(Stacks(platform, {"aveiro": institution})))

    @given(st.binary(max_size=200))
    def test_in_bytes(self, content: bytes) -> None:
        assert_readable(outcome(Stacks(raw={"Pulumi.local.aveiro.yaml": content})))

    @given(st.text("config:imgn{}[]&*!<?- \n\t'\"|>#%@", max_size=80))
    def test_in_characters_that_mean_something_to_yaml(self, content: str) -> None:
        assert_readable(outcome(Stacks(raw={"Pulumi.local.aveiro.yaml": content.encode()})))
