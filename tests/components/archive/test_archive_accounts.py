"""Accounts: hashes from the stack's secret, and never one that everybody knows."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import bcrypt
import pytest

from components.archive import accounts, ingest
from tests.components.archive.archives import AVEIRO, of_kind

HASH = "$2b$10$HnxAPszYzkFT0c6ut8lR5.IYVXf.IsCYNH7TRqOoDq7nVec8Yl87C"


def users(**people: str) -> list[dict[str, str]]:
    return [each.attrib for each in ET.fromstring(accounts.users_file(people))]


class TestUsersFile:
    """Dicoogle finds a file, with the people of the stack in it and nobody else."""

    def test_without_people_there_is_a_file_without_accounts(self) -> None:
        file = ET.fromstring(accounts.manifest(AVEIRO)["stringData"]["users.xml"])

        assert ("Users", []) == (file.tag, list(file))

    def test_each_has_name_and_hash_and_administers_nothing(self) -> None:
        assert [
            {"username": "ana", "hash": HASH, "admin": "false", "roles": ""},
            {"username": "rui", "hash": HASH, "admin": "false", "roles": ""},
        ] == users(rui=HASH, ana=HASH)

    def test_what_the_documented_command_prints_is_accepted(self) -> None:
        printed = bcrypt.hashpw(b"a password", bcrypt.gensalt(10)).decode()

        assert printed == users(ana=printed)[0]["hash"]


class TestRefusals:
    """A password in place of a hash goes no further, and isn't repeated."""

    @pytest.mark.parametrize("found", ["dicoogle", "", HASH[:-1], HASH.replace("$10$", "$04$"), 7])
    def test_what_is_no_hash_is_refused_and_not_shown(self, found: str) -> None:
        with pytest.raises(
            ValueError, match=r"imaging:users\.ana: .* isn't a bcrypt hash"
        ) as error:
            users(ana=found)

        assert not found or str(found) not in str(error.value)

    @pytest.mark.parametrize("name", ["", "a b", "a<b", "-a", "a" * 65])
    def test_what_is_no_user_name_is_refused(self, name: str) -> None:
        with pytest.raises(ValueError, match="imaging:users: found the user name"):
            users(**{name: HASH})


class TestRevision:
    """Dicoogle reads accounts once, so other accounts are other pods."""

    def test_other_accounts_start_the_pods_anew(self) -> None:
        found = [
            of_kind(ingest.manifests(spec), "StatefulSet")["template"]["metadata"]["annotations"]
            for spec in (AVEIRO, replace(AVEIRO, users={"ana": HASH}))
        ]

        assert found[0]["imaging/accounts"] != found[1]["imaging/accounts"]
        assert found[0]["imaging/settings"] == found[1]["imaging/settings"]
        assert HASH not in str(found)
