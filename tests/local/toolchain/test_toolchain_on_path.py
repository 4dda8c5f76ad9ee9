"""What the user already has is used where it fits, and only there."""

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.toolchain import on_path
from local.toolchain.provision import provide
from local.toolchain.tools import GoProgram, Tool, VersionRange, parse_version
from tests.local.toolchain.fake_machine import Machine


class TestAToolOnPath:
    """A tool on PATH in an accepted version is used as it is; nothing is made."""

    def test_is_used_in_an_accepted_version(self, machine: Machine) -> None:
        script = machine.script("widget", "echo 'widget version v1.2.9 linux/amd64'")
        toolchain = provide([machine.widget()], machine.cache)

        assert script == toolchain.path("widget")
        assert "found on PATH" == toolchain.programs["widget"].origin
        assert [] == machine.builds()

    @pytest.mark.parametrize(
        "body",
        [
            "echo v1.3.0",
            "echo v1.1.9",
            "echo v1.2.4-dispatcher",
            "echo no version here",
            "echo v1.2.9; exit 3",
        ],
    )
    def test_is_passed_over_in_any_other(self, machine: Machine, body: str) -> None:
        machine.script("widget", body)

        assert {} == on_path.find(machine.widget(), machine.cache)

    def test_is_passed_over_when_it_never_answers(
        self, machine: Machine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(on_path, "_PATIENCE", 0.2)
        machine.script("widget", "exec sleep 30")

        assert {} == on_path.find(machine.widget(), machine.cache)

    def test_is_passed_over_when_it_can_not_be_run(self, machine: Machine) -> None:
        (machine.path / "widget").write_bytes(b"\x7fELF of another machine")
        (machine.path / "widget").chmod(0o755)

        assert {} == on_path.find(machine.widget(), machine.cache)

    def test_is_not_a_link_into_our_own_cache(self, machine: Machine) -> None:
        ours = machine.cache / "tools" / "widget"
        ours.parent.mkdir(parents=True)
        machine.script("widget", "echo v1.2.3").rename(ours)
        (machine.path / "widget").symlink_to(ours)

        assert {} == on_path.find(machine.widget(), machine.cache)


def _with_host(machine: Machine) -> Tool:
    """Return the widget with a second program."""
    widget = machine.widget()
    host = GoProgram(machine.module, "example.test/cmd/widget-host")
    return replace(widget, programs=MappingProxyType({**widget.programs, "widget-host": host}))


class TestAToolOfTwoPrograms:
    """Such as an engine and its language host: they are only taken together."""

    def test_is_passed_over_when_one_is_missing(self, machine: Machine) -> None:
        machine.script("widget", "echo v1.2.3")
        tool = _with_host(machine)

        assert {} == on_path.find(tool, machine.cache)

    def test_is_found_where_a_link_on_path_leads(self, machine: Machine, tmp_path: Path) -> None:
        elsewhere = tmp_path / "opt"
        elsewhere.mkdir()
        for name in ("widget", "widget-host"):
            machine.script(name, "echo v1.2.3").rename(elsewhere / name)
        (machine.path / "widget").symlink_to(elsewhere / "widget")
        tool = _with_host(machine)
        found = on_path.find(tool, machine.cache)

        assert elsewhere / "widget-host" == found["widget-host"]


class TestVersions:
    """A version is read wherever a tool prints it."""

    @given(st.tuples(*[st.integers(0, 999)] * 3), st.sampled_from(["", "v", "Kubernetes v"]))
    def test_are_read_from_what_a_tool_prints(
        self, version: tuple[int, int, int], before: str
    ) -> None:
        major, minor, patch = version
        printed = f"{before}{major}.{minor}.{patch} go1.26 (linux/amd64)"

        assert version == parse_version(printed)

    def test_with_build_metadata_are_taken(self) -> None:
        assert (1, 36, 3) == parse_version("Client Version: v1.36.3+k3s1")

    @given(st.tuples(*[st.integers(0, 9)] * 2), st.tuples(*[st.integers(0, 9)] * 2))
    def test_a_range_holds_its_start_and_not_its_end(
        self, one: tuple[int, int], other: tuple[int, int]
    ) -> None:
        start, end = min(one, other), max(one, other)
        accepted = VersionRange(start, end)

        assert (start < end) == ((*start, 0) in accepted)
        assert (*end, 0) not in accepted
