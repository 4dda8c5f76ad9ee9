"""The scripts that run on machines: their form, whatever they are told, and however they end."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.cluster import steps
from components.cluster.plan import AptSource, ClusterPlan
from components.cluster.scripts import Setting, command, script
from tests.components.cluster.cluster_plans import a_plan, worker

PRELUDE: Final = Path(steps.__file__).parent / "scripts/prelude.sh"
BARE: Final = a_plan(3, 1)
RICH: Final = a_plan(
    2,
    machines=(*a_plan(2, 0).machines, worker(1, "/dev/disk/by-id/a b", "/dev/vdb")),
    user="operator",
    port=2222,
    endpoint="192.0.2.7",
    image_mirror="https://mirror.example.org/v2/k8s",
    kube_proxy={"mode": "iptables"},
    tolerated=("Swap", "time"),
    kubernetes_source=AptSource("http://10.0.0.1/k8s/ /", None),
)


def rendered(plan: ClusterPlan) -> Iterator[tuple[str, str]]:
    """Each script of a plan, by the name of its step and machine."""
    for machine in plan.machines:
        yield f"preflight {machine.name}", steps.preflight(plan, machine)
        yield f"prepare {machine.name}", steps.prepare(plan, machine)
        yield f"member {machine.name}", "TOKEN=''\n".join(steps.member(plan, machine))
        yield f"node {machine.name}", steps.node(plan, machine)
        yield f"invite {machine.name}", steps.invite(plan, machine)
    yield "kubeconfig", steps.kubeconfig(plan)


EVERY: Final = {
    f"{name} of {kind}": text
    for kind, plan in (("bare", BARE), ("rich", RICH))
    for name, text in rendered(plan)
}


def bash(
    text: str, *options: str, folder: Path | None = None, path: str = "/usr/bin:/bin"
) -> subprocess.CompletedProcess[str]:
    """Feed a script to a shell, byte by byte as it is."""
    result = subprocess.run(
        ["/bin/bash", *options, "-s", "--", "do"],
        input=text.encode(),
        cwd=folder,
        env={"PATH": path, "LC_ALL": "C.UTF-8"},
        capture_output=True,
        timeout=30,
        check=False,
    )
    said, complained = result.stdout.decode(), result.stderr.decode()
    return subprocess.CompletedProcess(result.args, result.returncode, said, complained)


class TestStyle:
    """Every script that a machine may get is one that a shell and a reviewer take."""

    def test_shellcheck_finds_nothing(self, tmp_path: Path) -> None:
        for name, text in EVERY.items():
            (tmp_path / f"{name}.sh").write_text(text)
        every = sorted(map(str, tmp_path.glob("*.sh")))
        result = subprocess.run(
            [str(Path(sys.executable).with_name("shellcheck")), "--shell=bash", *every],
            capture_output=True,
            text=True,
            check=False,
        )

        assert len(EVERY) == len(every)
        assert "" == result.stdout

    @pytest.mark.parametrize("name", EVERY)
    def test_bash_parses_it(self, name: str) -> None:
        result = bash(EVERY[name], "-n")

        assert (0, "", "") == (result.returncode, result.stdout, result.stderr)


class TestCutOff:
    """A script whose connection breaks half-way runs nothing."""

    @given(st.sampled_from(sorted(EVERY)), st.floats(0, 1, exclude_max=True))
    def test_cut_off_at_any_line_it_only_sets_variables(self, name: str, share: float) -> None:
        lines = EVERY[name].splitlines(keepends=True)
        result = bash("".join(lines[: int(share * len(lines))]), "-x", path="/nowhere")
        run = [line for line in result.stderr.splitlines() if line.startswith("+")]

        assert "" == result.stdout
        assert [] == [line for line in run if not re.match(r"\+ (set -|umask |export |\w+=)", line)]

    @given(share=st.floats(0, 1, exclude_max=True))
    def test_cut_off_anywhere_before_its_last_line_it_writes_nothing(
        self, tmp_path_factory: pytest.TempPathFactory, share: float
    ) -> None:
        folder = tmp_path_factory.mktemp("cut")
        text = with_body(folder, 'main() {\n  : >"$FILE"\n}\n', {"FILE": "written"})
        whole = bash(text, folder=folder)

        assert (0, "") == (whole.returncode, whole.stderr)
        (folder / "written").unlink()
        bash(text[: int(share * text.rindex("main "))], folder=folder)
        assert not (folder / "written").exists()

    def test_what_it_runs_cant_read_the_rest_of_it(self, tmp_path: Path) -> None:
        text = with_body(tmp_path, "main() { cat; }\n", {}) + ": the rest\n"

        assert (0, "") == (bash(text).returncode, bash(text).stdout)


def with_body(
    folder: Path,
    body: str,
    settings: Mapping[str, Setting],
    files: Mapping[str, str] | None = None,
) -> str:
    """A whole script with the real prelude and a body of our own."""
    (folder / "prelude.sh").write_text(PRELUDE.read_text())
    (folder / "body.sh").write_text(body)
    with mock.patch("components.cluster.scripts._FOLDER", folder):
        return script("body", settings, files)


# No shell variable holds a NUL, and no stack file a surrogate.
values = st.text(
    st.one_of(
        st.characters(exclude_characters="\0", exclude_categories=["Cs"]),
        st.sampled_from("'\"$`\\!(){}*?~#&|;<> \t\n\r"),
    )
)
hostile = st.one_of(values, st.sampled_from(["$(id)", "`id`", "'; id; '", "${HOME}", "-n", "a\n"]))


class TestSettings:
    """Whatever a setting holds, the script gets just that."""

    @given(one=hostile, several=st.lists(hostile, max_size=4).map(tuple))
    def test_values_come_out_as_they_went_in(
        self, tmp_path_factory: pytest.TempPathFactory, one: str, several: tuple[str, ...]
    ) -> None:
        folder = tmp_path_factory.mktemp("settings")
        body = 'main() { printf "%s\\0" "$ONE" "${SEVERAL[@]}"; }\n'
        result = bash(with_body(folder, body, {"ONE": one, "SEVERAL": several}))

        assert "" == result.stderr
        assert [one, *several, ""] == result.stdout.split("\0")

    @given(st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), hostile, min_size=1))
    def test_files_come_out_as_they_went_in(
        self, tmp_path_factory: pytest.TempPathFactory, documents: dict[str, str]
    ) -> None:
        folder = tmp_path_factory.mktemp("files")
        contents = {f"{folder}/out/{name}": json.dumps(text) for name, text in documents.items()}
        text = with_body(folder, "main() { write_files; }\n", {"MACHINE": "machine"}, contents)
        first = bash(text)
        written = {path: Path(path).stat().st_ino for path in contents}
        second = bash(text)

        assert ("", "") == (first.stderr, second.stderr)
        assert {path: f"{text}\n" for path, text in contents.items()} == {
            path: Path(path).read_text() for path in contents
        }
        assert written == {path: Path(path).stat().st_ino for path in contents}


class TestFiles:
    """A file that can't be written stops the step."""

    def test_a_folder_that_is_a_file_stops_it(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        body = "main() { write_files; echo went on; }\n"
        files = {f"{tmp_path}/file/below": "text"}
        result = bash(with_body(tmp_path, body, {"MACHINE": "machine"}, files))

        assert (1, "") == (result.returncode, result.stdout)
        assert f"{tmp_path}/file" in result.stderr


class TestCommandLine:
    """What every user of a machine can see says nothing but a verb."""

    def test_root_runs_a_shell(self) -> None:
        assert "bash -s -- leave" == command("root", "leave")

    def test_anybody_else_does_so_by_sudo_which_never_asks(self) -> None:
        assert "sudo -n bash -s -- stay" == command("operator", "stay")


class TestInvitation:
    """What a joining machine is told fits between the two texts of its step."""

    def test_it_takes_the_place_of_what_was_empty(self) -> None:
        head, tail = steps.member(BARE, worker(1))
        told = "TOKEN='abcdef.0123456789abcdef'\n"
        text = (head + told + tail).removesuffix('main "$@" </dev/null\n')

        assert "abcdef.0123456789abcdef\n" == bash(f'{text}echo "$TOKEN"\n').stdout

    @pytest.mark.parametrize("number", range(4))
    def test_the_texts_meet_at_the_end_of_the_settings(self, number: int) -> None:
        head, tail = steps.member(BARE, BARE.machines[number])

        assert head.endswith("\nENCRYPTION=''\n\n")
        assert tail.startswith("write_files() {\n")
