"""A host key is one whole line, whatever stands behind it; a damaged one goes to no machine."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.catalog.host_keys import parse_host_key
from tests.components.catalog.made_cluster import ed25519, host_key

MADE_BY_SSH_KEYGEN = (
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"
)
GOOD = {
    "ed25519": MADE_BY_SSH_KEYGEN,
    "ecdsa": host_key("ecdsa-sha2-nistp256", b"nistp256", b"\x04" + b"\x11" * 64),
    "rsa": host_key("ssh-rsa", b"\x01\x00\x01", b"\x00" + b"\xa5" * 512),
}


class TestWholeLines:
    """The line of the machine's file is taken as it is."""

    @pytest.mark.parametrize("kind", GOOD)
    def test_a_key_of_each_type_is_taken(self, kind: str) -> None:
        assert GOOD[kind] == parse_host_key(GOOD[kind])

    @pytest.mark.parametrize("behind", [" root@worker-1", " a comment of words", "\n", "  "])
    def test_what_stands_behind_the_key_is_left_out(self, behind: str) -> None:
        assert MADE_BY_SSH_KEYGEN == parse_host_key(MADE_BY_SSH_KEYGEN + behind)


class TestDamage:
    """Everything else is refused in words."""

    @pytest.mark.parametrize(
        "found",
        [
            "",
            None,
            5,
            "ssh-ed25519",
            "ssh-ed25519 ",
            "ssh-ed25519 AAAA",
            "ssh-ed25519 not/base64!",
            "ssh-dss AAAAB3NzaC1kc3MAAACB",
            MADE_BY_SSH_KEYGEN.removeprefix("ssh-ed25519 "),
            f"worker-1 {MADE_BY_SSH_KEYGEN}",
            f"{MADE_BY_SSH_KEYGEN}\n{MADE_BY_SSH_KEYGEN}",
            "-----BEGIN OPENSSH PRIVATE KEY-----",
            f"{MADE_BY_SSH_KEYGEN} {'x' * 5000}",
        ],
    )
    def test_no_key_at_all_is_refused(self, found: object) -> None:
        with pytest.raises(ValueError, match=r"^found .*allowed is one whole line as in /etc/ssh"):
            parse_host_key(found)

    @pytest.mark.parametrize(
        ("claimed", "kind"), [("ssh-rsa", "ed25519"), ("ssh-rsa", "ecdsa"), ("ssh-ed25519", "rsa")]
    )
    def test_a_type_that_the_key_does_not_have_is_refused(self, claimed: str, kind: str) -> None:
        _, blob = GOOD[kind].split()
        with pytest.raises(ValueError, match="the same as in the key behind it"):
            parse_host_key(f"{claimed} {blob}")

    @given(st.sampled_from(sorted(GOOD)), st.data())
    def test_a_key_that_was_cut_off_is_refused(self, kind: str, data: st.DataObject) -> None:
        start = GOOD[kind].index(" ") + 1
        end = data.draw(st.integers(start, len(GOOD[kind].rstrip("=")) - 3))
        with pytest.raises(ValueError, match="allowed is one whole line"):
            parse_host_key(GOOD[kind][:end])

    def test_a_key_with_something_added_is_refused(self) -> None:
        longer = host_key("ssh-ed25519", b"\x01" * 32, b"\x02")
        with pytest.raises(ValueError, match="allowed is one whole line"):
            parse_host_key(longer)

    @given(st.text(max_size=60) | st.text("ssh-rsaedAB5219 \n=+/", max_size=60))
    def test_any_text_is_a_key_or_a_sentence(self, found: str) -> None:
        try:
            assert found.strip().startswith(parse_host_key(found))
        except ValueError as error:
            assert str(error).startswith("found ")  # noqa: PT017 - both ends are right

    @given(st.integers(1, 255))
    def test_what_was_taken_is_taken_again(self, number: int) -> None:
        once = parse_host_key(f"{ed25519(number)} comment")
        assert once == parse_host_key(once)
