"""What kubeadm is told when a cluster begins and when a machine joins."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from components.cluster import control_plane_files as files
from components.cluster import kubeadm
from components.cluster.plan import ClusterPlan
from tests.components.cluster.cluster_plans import a_plan


def of_kind(documents: Sequence[Mapping[str, Any]], kind: str) -> Mapping[str, Any]:
    """The only document of a kind."""
    (found,) = [each for each in documents if each["kind"] == kind]
    return found


def founded(kind: str, plan: ClusterPlan | None = None) -> Mapping[str, Any]:
    """A document with which a cluster begins."""
    return of_kind(kubeadm.founding(plan or a_plan(3, 2)), kind)


def arguments(part: Mapping[str, Any]) -> dict[str, str]:
    """The extra arguments of a component, by name."""
    return {each["name"]: each["value"] for each in part["extraArgs"]}


class TestApiServer:
    """It records, encrypts and judges from its first request on."""

    def test_it_reads_the_files_that_the_machine_gets(self) -> None:
        found = arguments(founded("ClusterConfiguration")["apiServer"])

        assert {
            "admission-control-config-file": files.ADMISSION,
            "audit-policy-file": files.AUDIT_POLICY,
            "encryption-provider-config": files.KEYS,
        } == {key: value for key, value in found.items() if value.startswith(f"{files.FOLDER}/")}

    def test_it_writes_an_audit_log_that_is_bounded(self) -> None:
        found = arguments(founded("ClusterConfiguration")["apiServer"])

        assert {
            "audit-log-path": "/var/log/kubernetes/audit.log",
            "audit-log-maxage": "30",
            "audit-log-maxbackup": "10",
            "audit-log-maxsize": "100",
        } == {key: value for key, value in found.items() if key.startswith("audit-log-")}

    def test_it_sees_the_folders_of_these_files(self) -> None:
        volumes = founded("ClusterConfiguration")["apiServer"]["extraVolumes"]

        assert [(files.FOLDER, True), (files.AUDIT_LOG_FOLDER, False)] == [
            (each["mountPath"], each["readOnly"]) for each in volumes
        ]
        assert all(each["mountPath"] == each["hostPath"] for each in volumes)

    def test_its_certificate_has_every_name_by_which_it_is_reached(self) -> None:
        assert ["api.example.org", "127.0.0.1", "10.20.0.1", "10.20.0.2", "10.20.0.3"] == founded(
            "ClusterConfiguration"
        )["apiServer"]["certSANs"]

    def test_an_endpoint_that_is_a_control_plane_stands_once(self) -> None:
        found = founded("ClusterConfiguration", a_plan(1, 1, endpoint="10.20.0.1"))

        assert ["10.20.0.1", "127.0.0.1"] == found["apiServer"]["certSANs"]

    @pytest.mark.parametrize("part", ["apiServer", "controllerManager", "scheduler"])
    def test_nothing_shows_profiles(self, part: str) -> None:
        assert "false" == arguments(founded("ClusterConfiguration")[part])["profiling"]


class TestCluster:
    """All machines share a version, networks, and a way to the API servers."""

    def test_it_has_the_plans_version_and_networks(self) -> None:
        found = founded("ClusterConfiguration")

        assert ("production", "v1.36.3") == (found["clusterName"], found["kubernetesVersion"])
        assert {
            "podSubnet": "10.244.0.0/16",
            "serviceSubnet": "10.96.0.0/16",
            "dnsDomain": "cluster.local",
        } == found["networking"]

    def test_every_machine_reaches_it_through_its_own_haproxy(self) -> None:
        plan = a_plan(2, 1)
        ways = [
            kubeadm.joining(plan, each)["discovery"]["bootstrapToken"]["apiServerEndpoint"]
            for each in plan.machines[1:]
        ]

        assert "127.0.0.1:7443" == founded("ClusterConfiguration")["controlPlaneEndpoint"]
        assert ["127.0.0.1:7443"] * 2 == ways

    def test_kubelets_have_certificates_that_can_be_verified(self) -> None:
        found = founded("KubeletConfiguration")

        assert found["serverTLSBootstrap"] is True
        assert found["rotateCertificates"] is True


class TestKubeProxy:
    """It is there exactly where no network plugin replaces it."""

    def test_without_its_configuration_it_is_left_out(self) -> None:
        assert ["addon/kube-proxy"] == founded("InitConfiguration")["skipPhases"]
        assert ["InitConfiguration", "ClusterConfiguration", "KubeletConfiguration"] == [
            each["kind"] for each in kubeadm.founding(a_plan())
        ]

    @pytest.mark.parametrize("configuration", [{"mode": "iptables"}, {}])
    def test_with_its_configuration_it_is_there(self, configuration: dict[str, str]) -> None:
        plan = a_plan(kube_proxy=configuration)

        assert "skipPhases" not in founded("InitConfiguration", plan)
        assert {
            "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
            "kind": "KubeProxyConfiguration",
            **configuration,
        } == founded("KubeProxyConfiguration", plan)


class TestMachines:
    """Each machine registers as what the plan says it is."""

    def test_the_founder_advertises_its_own_address(self) -> None:
        found = founded("InitConfiguration")

        assert {"advertiseAddress": "10.20.0.1", "bindPort": 6443} == found["localAPIEndpoint"]
        assert "control-1" == found["nodeRegistration"]["name"]

    def test_another_control_plane_advertises_its_own(self) -> None:
        plan = a_plan(3, 2)
        found = kubeadm.joining(plan, plan.machines[1])

        assert {"advertiseAddress": "10.20.0.2", "bindPort": 6443} == found["controlPlane"][
            "localAPIEndpoint"
        ]

    def test_a_worker_advertises_none(self) -> None:
        plan = a_plan(3, 2)

        assert "controlPlane" not in kubeadm.joining(plan, plan.machines[3])

    def test_each_kubelet_has_the_machines_address(self) -> None:
        plan = a_plan(2, 2)
        documents = [
            founded("InitConfiguration", plan),
            *(kubeadm.joining(plan, each) for each in plan.machines[1:]),
        ]

        assert [[{"name": "node-ip", "value": each.address}] for each in plan.machines] == [
            each["nodeRegistration"]["kubeletExtraArgs"] for each in documents
        ]

    def test_workers_alone_have_no_taint(self) -> None:
        plan = a_plan(2, 1)
        first = founded("InitConfiguration", plan)["nodeRegistration"]
        second, worker = (
            kubeadm.joining(plan, each)["nodeRegistration"] for each in plan.machines[1:]
        )

        # Where none is said, kubeadm taints a control plane.
        assert ["no taints", "no taints", []] == [
            each.get("taints", "no taints") for each in (first, second, worker)
        ]

    def test_what_is_tolerated_is_tolerated_by_kubeadm_too(self) -> None:
        plan = a_plan(1, 1, tolerated=("Swap", "SystemVerification"))
        documents = [
            founded("InitConfiguration", plan),
            kubeadm.joining(plan, plan.machines[1]),
        ]

        assert [["Swap", "SystemVerification"]] * 2 == [
            each["nodeRegistration"]["ignorePreflightErrors"] for each in documents
        ]

    def test_nothing_is_tolerated_by_itself(self) -> None:
        assert "ignorePreflightErrors" not in founded("InitConfiguration")["nodeRegistration"]


class TestSecrets:
    """No document holds one; words in capitals mark where the machine puts them."""

    def test_a_joining_machine_gets_marks(self) -> None:
        plan = a_plan(2, 1)
        second, worker = (kubeadm.joining(plan, each) for each in plan.machines[1:])

        assert "CERTIFICATE_KEY" == second["controlPlane"]["certificateKey"]
        assert {
            "apiServerEndpoint": "127.0.0.1:7443",
            "token": "TOKEN",
            "caCertHashes": ["CA_HASH"],
        } == worker["discovery"]["bootstrapToken"]

    @pytest.mark.parametrize(
        ("mark", "machine", "times"),
        [
            ("TOKEN", 1, 1),
            ("CA_HASH", 1, 1),
            ("CERTIFICATE_KEY", 1, 1),
            ("TOKEN", 2, 1),
            ("CA_HASH", 2, 1),
            ("CERTIFICATE_KEY", 2, 0),
        ],
    )
    def test_each_mark_stands_once(self, mark: str, machine: int, times: int) -> None:
        plan = a_plan(2, 1)

        assert times == json.dumps(kubeadm.joining(plan, plan.machines[machine])).count(mark)

    def test_the_founder_gets_neither_a_token_nor_a_key(self) -> None:
        found = founded("InitConfiguration")

        assert "certificateKey" not in found
        assert all("token" not in each for each in found["bootstrapTokens"])

    def test_a_token_without_authentication_has_no_groups_and_so_is_refused(self) -> None:
        used = [each.get("usages") for each in founded("InitConfiguration")["bootstrapTokens"]]

        # Where none is said, kubeadm takes both.
        assert [] == [each for each in used if each is not None and "authentication" not in each]
