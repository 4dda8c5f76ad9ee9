"""The gates, run for real: their script against a stand-in for Ceph's command line."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from components.catalog import load
from components.storage.gates import gate, gate_client, storage_hosts

STACKS = Path(__file__).resolve().parents[3] / "stacks"


@pytest.fixture
def ceph(tmp_path: Path) -> Path:
    """A ``ceph`` that lists one host more at each call, and keeps what it was given."""
    program = tmp_path / "bin" / "ceph"
    program.parent.mkdir()
    program.write_text(
        "#!/bin/bash\n"
        f'echo "$@" >> {tmp_path}/calls\n'
        f"cp ceph.conf {tmp_path}/conf; cp keyring {tmp_path}/key\n"
        f'seq "$(wc -l < {tmp_path}/calls)"\n'
    )
    program.chmod(0o755)
    sleep = program.with_name("sleep")
    sleep.write_text("#!/bin/sh\n")
    sleep.chmod(0o755)
    return tmp_path


def run(folder: Path, hosts: int) -> subprocess.CompletedProcess[str]:
    (container,) = gate("faro", hosts)["spec"]["template"]["spec"]["containers"]
    given = {
        "DATA_CENTRE": "faro",
        "HOSTS": str(hosts),
        "MONITORS": "a=192.0.2.1:3300,b=192.0.2.2:3300",
        "CEPH_USER": "gate",
        "CEPH_KEY": "a-secret",
        "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
    }
    return subprocess.run(
        container["command"],
        cwd=folder,
        env=given,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


class TestGate:
    """A gate opens when every storage host of its data centre is in the CRUSH map."""

    def test_it_waits_for_the_last_host(self, ceph: Path) -> None:
        result = run(ceph, 3)

        assert 0 == result.returncode, result.stderr
        assert ["waiting for 3 hosts in faro"] * 2 == result.stdout.splitlines()

    def test_it_asks_all_monitors_for_its_data_centre(self, ceph: Path) -> None:
        run(ceph, 1)

        assert "mon_host = 192.0.2.1:3300,192.0.2.2:3300" in (ceph / "conf").read_text()
        assert "--id gate osd crush ls faro" in (ceph / "calls").read_text()

    def test_the_key_stands_in_no_command_line(self, ceph: Path) -> None:
        run(ceph, 1)

        assert "a-secret" not in (ceph / "calls").read_text()
        assert "key = a-secret" in (ceph / "key").read_text()

    def test_its_key_may_change_nothing(self) -> None:
        assert {"mon": "allow r"} == gate_client()["spec"]["caps"]

    def test_there_is_one_for_every_data_centre_with_its_number_of_hosts(self) -> None:
        production = load(STACKS, "production").platform

        assert {"lisbon": 4, "porto": 4, "faro": 4} == storage_hosts(production)
