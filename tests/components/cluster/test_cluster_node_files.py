"""The files that each machine gets before it is a node, as their readers read them."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from components.cluster import node_files as files
from components.cluster.plan import LOCAL_ENDPOINT
from tests.components.cluster.cluster_plans import a_plan

MIRROR = "https://mirror.example.org/v2/k8s"


class TestHaproxy:
    """Every machine reaches every API server that says it is ready."""

    @pytest.mark.parametrize("controls", [1, 3, 5])
    def test_it_balances_to_exactly_the_control_planes(self, controls: int) -> None:
        found = re.findall(
            r"^ +server (\S+) (\S+)$", files.haproxy(a_plan(controls, 3)), re.MULTILINE
        )

        assert [
            (f"control-{number}", f"10.20.0.{number}:6443") for number in range(1, controls + 1)
        ] == found

    def test_it_listens_on_loopback_alone(self) -> None:
        found = re.findall(r"^ +bind (.*)$", files.haproxy(a_plan()), re.MULTILINE)

        assert [LOCAL_ENDPOINT] == found
        assert found[0].startswith("127.0.0.1:")

    def test_it_asks_an_api_server_whether_it_is_ready(self) -> None:
        found = files.haproxy(a_plan())

        assert "http-check send meth GET uri /readyz\n" in found
        assert "http-check expect status 200\n" in found
        assert "default-server check check-ssl verify none " in found

    def test_workers_change_nothing_in_it(self) -> None:
        assert files.haproxy(a_plan(3, 1)) == files.haproxy(a_plan(3, 9))

    def test_haproxy_takes_it(self, tmp_path: Path) -> None:
        haproxy = shutil.which("haproxy", path="/usr/sbin:/usr/bin")
        if haproxy is None:
            pytest.skip("haproxy isn't installed")
        (tmp_path / "haproxy.cfg").write_text(files.haproxy(a_plan(3)))
        result = subprocess.run(
            [haproxy, "-c", "-q", "-f", str(tmp_path / "haproxy.cfg")],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

        assert (0, "") == (result.returncode, result.stderr)


class TestContainerd:
    """It shares the kubelet's cgroups, and finds a mirror and a machine's own files."""

    def test_its_cgroups_are_systemds(self) -> None:
        found = tomllib.loads(files.containerd())["plugins"]["io.containerd.cri.v1.runtime"]

        assert {
            "runtime_type": "io.containerd.runc.v2",
            "options": {"SystemdCgroup": True},
        } == found["containerd"]["runtimes"]["runc"]

    def test_it_is_of_the_version_that_containerd_2_writes(self) -> None:
        assert 3 == tomllib.loads(files.containerd())["version"]

    def test_it_reads_mirrors_where_they_are_written(self) -> None:
        found = tomllib.loads(files.containerd())["plugins"]["io.containerd.cri.v1.images"]

        assert "/etc/containerd/certs.d" == found["registry"]["config_path"]
        assert "/etc/containerd/certs.d/registry.k8s.io/hosts.toml" == files.MIRROR_FILE

    def test_a_machine_may_deviate(self) -> None:
        assert ["/etc/containerd/conf.d/*.toml"] == tomllib.loads(files.containerd())["imports"]


class TestMirror:
    """Where a mirror is named, it is all that is asked."""

    def test_it_is_asked_and_nobody_else(self) -> None:
        assert {
            "server": MIRROR,
            "host": {MIRROR: {"capabilities": ["pull", "resolve"]}},
        } == tomllib.loads(files.mirror(MIRROR))

    def test_its_file_is_there_where_one_is_named(self) -> None:
        found = files.node_files(a_plan(image_mirror=MIRROR))

        assert files.mirror(MIRROR) == found[files.MIRROR_FILE]

    def test_its_file_is_missing_where_none_is(self) -> None:
        assert files.MIRROR_FILE not in files.node_files(a_plan())


class TestKernel:
    """What pods' traffic and Ceph's mounts need of the kernel."""

    def test_each_line_of_modules_is_one_name(self) -> None:
        found = files.node_files(a_plan())[files.MODULES_FILE].splitlines()

        assert {"overlay", "br_netfilter", "rbd", "ceph"} <= set(found)
        assert [] == [line for line in found if not re.fullmatch(r"[a-z_0-9]+", line)]

    def test_packets_are_forwarded_and_seen(self) -> None:
        lines = files.node_files(a_plan())[files.SYSCTLS_FILE].splitlines()
        found = dict(line.split(" = ") for line in lines)

        assert "1" == found["net.ipv4.ip_forward"]
        assert "1" == found["net.bridge.bridge-nf-call-iptables"]
