"""The list of endpoints: its patterns, and the table in docs that is made from it."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from components.gateway.endpoint import Endpoint
from components.gateway.endpoint_table import render
from components.gateway.endpoints import OPEN, REFUSED

TABLE = Path(__file__).resolve().parents[3] / "docs" / "endpoints.md"
PIECES = ("uid=1.2", "uid=*", "uid=", "uid=%2A", "psize=10", "psize=99999", "query=a", "x=1", "")


def takes(endpoint: Endpoint, target: str) -> bool:
    patterns = (endpoint.target, *endpoint.demands)
    return all(re.fullmatch(pattern, target) for pattern in patterns)


class TestPatterns:
    def test_each_takes_its_own_example(self) -> None:
        for endpoint in OPEN:
            query = f"?{endpoint.example}" if endpoint.example else ""

            assert takes(endpoint, f"{endpoint.path}{query}")

    @given(st.lists(st.sampled_from(PIECES), max_size=5))
    def test_a_download_has_a_uid_and_nothing_but_uids(self, pieces: list[str]) -> None:
        (download,) = [each for each in OPEN if each.path == "/legacy/file"]
        expected = bool(pieces) and {*pieces} == {"uid=1.2"}

        assert expected == takes(download, f"/legacy/file?{'&'.join(pieces)}")

    @given(st.text(st.sampled_from("0123456789.*?~\\%{}+ &=;#/aA"), max_size=12))
    def test_a_uid_is_digits_and_dots(self, value: str) -> None:
        (download,) = [each for each in OPEN if each.path == "/legacy/file"]
        found = takes(download, f"/legacy/file?uid={value}")

        assert found is bool(re.fullmatch(r"[0-9.]+(&uid=[0-9.]+)*", value))


class TestList:
    def test_nothing_is_listed_twice(self) -> None:
        called = [(each.path, method) for each in (*OPEN, *REFUSED) for method in each.methods]

        assert len({*called}) == len(called)

    def test_what_is_open_only_reads_and_is_one_exact_path(self) -> None:
        assert {("GET",)} == {each.methods for each in OPEN}
        assert not [each.path for each in OPEN if "*" in each.path]

    def test_nothing_of_the_management_is_open(self) -> None:
        closed = ("/management", "/user", "/settings", "/index", "/logger", "/login", "/webui")

        assert not [each.path for each in OPEN if each.path.startswith(closed)]


class TestTable:
    def test_it_is_the_one_that_the_list_makes(self) -> None:
        assert render() == TABLE.read_text(), (
            "docs/endpoints.md is stale; make it anew with "
            "python -m components.gateway.endpoint_table > docs/endpoints.md"
        )
