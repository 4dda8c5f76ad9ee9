"""Properties on the wire and as Python values."""

from typing import Any

from google.protobuf.struct_pb2 import Struct
from hypothesis import given
from hypothesis import strategies as st

from local.providers.values import (
    SIGNATURE,
    UNKNOWN,
    Secret,
    decode,
    encode,
    has_secret,
    has_unknown,
    mark_secrets,
    reveal,
)

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False).filter(lambda each: not each.is_integer()),
    st.text(),
    st.just(UNKNOWN),
)
KEYS = st.text().filter(lambda key: key != SIGNATURE)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(KEYS, inner, max_size=3),
        inner.map(Secret),
    ),
    max_leaves=10,
)
PROPERTIES = st.dictionaries(KEYS, VALUES, max_size=4)


class TestRoundTrip:
    @given(PROPERTIES)
    def test_gives_the_same_values_back(self, properties: dict[str, Any]) -> None:
        assert properties == decode(encode(properties))

    def test_gives_whole_numbers_back_as_integers(self) -> None:
        found = decode(encode({"whole": 3.0, "broken": 0.5}))

        assert "{'whole': 3, 'broken': 0.5}" == str(found)

    def test_leaves_assets_signed(self) -> None:
        asset = {SIGNATURE: "c44067f5952c0a294b673a41bacd8c17", "text": "x", "hash": "y"}

        assert {"source": asset} == decode(encode({"source": asset}))

    def test_knows_the_unknowns_of_every_type(self) -> None:
        wire = Struct()
        wire.update({"object": "dd056dcd-154b-4c76-9bd3-c8f88648b5ff"})

        assert {"object": UNKNOWN} == decode(wire)


class TestSecrets:
    @given(VALUES)
    def test_are_gone_when_revealed(self, value: Any) -> None:  # noqa: ANN401 any value
        assert False is has_secret(reveal(value))

    @given(VALUES)
    def test_stay_unknown_when_revealed(self, value: Any) -> None:  # noqa: ANN401 any value
        assert has_unknown(value) == has_unknown(reveal(value))

    @given(VALUES)
    def test_are_found_again_by_a_model(self, value: Any) -> None:  # noqa: ANN401 any value
        marked = mark_secrets(reveal(value), value)

        assert has_secret(value) == has_secret(marked)
        assert reveal(value) == reveal(marked)

    def test_cover_a_whole_list_whose_length_changed(self) -> None:
        assert Secret(["a", "b"]) == mark_secrets(["a", "b"], [Secret("a")])

    def test_never_show(self) -> None:
        assert "hidden" not in f"{Secret('hidden')!r} {Secret('hidden')}"
