"""The simulated cluster for real: started, killed, healed, stopped."""

import os
import socket
import ssl
import stat

import httpx
import psutil
import pytest
import yaml

from local.simulation.machines import Machine
from local.simulation.processes import CONTROL_PLANE, OPERATORS, running
from local.simulation.settings import is_free
from tests.local.simulation.running_cluster import MACHINES, HalfMade, RunningCluster, eventually

pytestmark = pytest.mark.environment

_READY = '{range .items[*]}{.metadata.name}={.status.conditions[?(@.type=="Ready")].status} {end}'


def _ready_nodes(cluster: RunningCluster) -> set[str]:
    listed = cluster.kubectl("get", "nodes", "-o", f"jsonpath={_READY}").split()
    return {name for name, status in (each.split("=") for each in listed) if status == "True"}


class TestStarting:
    def test_a_start_that_was_killed_half_way_is_made_anew(
        self, half_made: HalfMade, cluster: RunningCluster
    ) -> None:
        assert half_made.left
        assert set() == half_made.left & set(cluster.pids().values())
        assert {*CONTROL_PLANE, OPERATORS} == cluster.pids().keys()

    def test_every_machine_is_a_ready_node(self, cluster: RunningCluster) -> None:
        assert {"control-1", "worker-1", "worker-2", "worker-3"} == _ready_nodes(cluster)

    def test_a_second_start_changes_nothing_and_says_so(self, cluster: RunningCluster) -> None:
        kubeconfig, pids = cluster.start(), cluster.pids()
        again = cluster.command("start")
        assert (kubeconfig, pids) == (again.stdout, cluster.pids())
        assert "The simulated cluster is running; nothing to do.\n" == again.stderr

    def test_a_changed_document_adds_resizes_and_removes_nodes(
        self, cluster: RunningCluster
    ) -> None:
        changed = (*MACHINES[:2], Machine("worker-2", "worker", 16, "1024Gi"))
        added = Machine("worker-9", "worker", 4, "16Gi")
        cluster.start((*changed, added))
        assert {"control-1", "worker-1", "worker-2", "worker-9"} == _ready_nodes(cluster)
        assert "1Ti" == cluster.field(".status.capacity.memory", "node/worker-2")
        cluster.start()
        assert {machine.name for machine in MACHINES} == _ready_nodes(cluster)

    def test_a_wrong_document_is_refused_in_a_sentence(self, cluster: RunningCluster) -> None:
        refused = cluster.command("start", document='{"nodes": [{"name": "W"}]}')
        assert (1, "") == (refused.returncode, refused.stdout)
        assert "nodes[0]: name is 'W'" in refused.stderr
        assert "Traceback" not in refused.stderr


class TestHealing:
    @pytest.mark.parametrize(
        "killed",
        [("kube-apiserver",), (OPERATORS,), (*CONTROL_PLANE, OPERATORS)],
        ids=["the API server", "the operators", "everything"],
    )
    def test_a_start_brings_back_what_was_killed_with_kubeconfig_and_data(
        self, cluster: RunningCluster, killed: tuple[str, ...]
    ) -> None:
        kubeconfig = cluster.folder.kubeconfig.read_text()
        cluster.apply(
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "kept"}, "data": {}}
        )
        cluster.kill(*killed)
        assert kubeconfig == cluster.command("start", "--resume").stdout
        assert {*CONTROL_PLANE, OPERATORS} == cluster.pids().keys()
        assert "configmap/kept\n" == cluster.kubectl("get", "configmap/kept", "-o", "name")

    def test_a_lost_kubeconfig_is_written_again(self, cluster: RunningCluster) -> None:
        kubeconfig = cluster.folder.kubeconfig.read_text()
        cluster.folder.kubeconfig.unlink()
        assert kubeconfig == cluster.start()

    def test_a_recycled_process_number_is_not_taken_for_ours(self, cluster: RunningCluster) -> None:
        cluster.kill("kube-scheduler")
        pid_file = cluster.folder.kwok / "pids" / "kube-scheduler.pid"
        pid_file.write_text(str(os.getpid()))
        cluster.command("start", "--resume")
        assert "kube-scheduler" in cluster.pids()
        assert str(os.getpid()) != pid_file.read_text()

    def test_a_stranger_on_its_port_is_named(self, cluster: RunningCluster) -> None:
        port = _api_address(cluster)[1]
        cluster.kill("kube-apiserver")
        assert eventually(lambda: is_free(port))
        with socket.create_server(("127.0.0.1", port)):
            refused = cluster.command("start", "--resume")
        assert 1 == refused.returncode
        assert f"kube-apiserver needs port {port}" in refused.stderr
        assert f"process {os.getpid()} (" in refused.stderr

    def test_status_names_what_has_stopped(self, cluster: RunningCluster) -> None:
        cluster.kill("kwok-controller")
        lines = cluster.command("status").stdout.splitlines()
        assert "degraded" == lines[0]
        assert ["kwok-controller"] == [line.split()[0] for line in lines if "stopped" in line]


class TestSafety:
    def test_it_listens_on_loopback_only(self, cluster: RunningCluster) -> None:
        addresses = {
            connection.laddr.ip
            for group in running(cluster.folder).values()
            for process in group
            for connection in process.net_connections(kind="inet")
            if connection.status == psutil.CONN_LISTEN and connection.laddr
        }
        assert {"127.0.0.1"} == addresses

    def test_an_anonymous_user_is_refused(self, cluster: RunningCluster) -> None:
        host, port = _api_address(cluster)
        certificate = str(cluster.folder.certificates / "ca.crt")
        trust = ssl.create_default_context(cafile=certificate)
        url = f"https://{host}:{port}/api/v1/nodes"
        answer = httpx.get(url, verify=trust, trust_env=False)
        assert (403, "Forbidden") == (answer.status_code, answer.json()["reason"])

    def test_bodies_of_writes_are_audited_but_not_of_secrets(self, cluster: RunningCluster) -> None:
        for kind in ("Secret", "ConfigMap"):
            body = {"metadata": {"name": "audited"}, "immutable": True}
            cluster.apply({"apiVersion": "v1", "kind": kind, **body})
        log = (cluster.folder.logs / "audit.log").read_text()
        bodies = {
            kind: any(
                f'"resource":"{kind}","namespace":"default","name":"audited"' in line
                and "requestObject" in line
                for line in log.splitlines()
            )
            for kind in ("secrets", "configmaps")
        }
        assert {"secrets": False, "configmaps": True} == bodies

    def test_the_kubeconfig_is_for_its_user_only(self, cluster: RunningCluster) -> None:
        assert 0o600 == stat.S_IMODE(cluster.folder.kubeconfig.stat().st_mode)


class TestStopping:
    def test_with_data_kept_a_start_brings_everything_back(self, cluster: RunningCluster) -> None:
        kubeconfig = cluster.start()
        assert 0 == cluster.command("stop", "--keep-data").returncode
        assert {} == cluster.pids()
        assert "stopped" == cluster.command("status").stdout.splitlines()[0]
        assert kubeconfig == cluster.command("start", "--resume").stdout

    def test_it_leaves_no_process_and_no_file(self, cluster: RunningCluster) -> None:
        assert 0 == cluster.command("stop").returncode
        assert {} == cluster.pids()
        assert not (cluster.state / "local").exists()
        assert "absent" == cluster.command("status").stdout.splitlines()[0]
        assert 0 == cluster.command("stop").returncode


def _api_address(cluster: RunningCluster) -> tuple[str, int]:
    settings = yaml.safe_load(cluster.folder.kubeconfig.read_text())
    url = httpx.URL(settings["clusters"][0]["cluster"]["server"])
    assert url.port
    return url.host, url.port
