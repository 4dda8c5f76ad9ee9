"""What the program registers for a platform and for an institution."""

from __future__ import annotations

import pulumi
import pytest

from tests.recording import Recording, is_secret, record

PLATFORM = {
    "kubeconfig": "kubeconfig",
    "residencyClasses": ["every-x3-8870cf", "home-faro-x2-2aa0e9"],
}


@pytest.fixture(scope="module")
def platform() -> Recording:
    return record("local")


@pytest.fixture(scope="module")
def aveiro() -> Recording:
    return record("local.aveiro", PLATFORM)


@pytest.fixture(scope="module")
def evora() -> Recording:
    return record("local.evora", PLATFORM)


@pytest.fixture(scope="module")
def production() -> Recording:
    return record("production")


class TestProvider:
    """No object ever goes to a cluster that the shell happens to point at."""

    @pytest.mark.parametrize("stack", ["platform", "aveiro", "evora"])
    def test_every_kubernetes_object_has_the_environments_provider(
        self, stack: str, request: pytest.FixtureRequest
    ) -> None:
        recording: Recording = request.getfixturevalue(stack)
        objects = [r for r in recording.resources.values() if r.type.startswith("kubernetes:")]
        provider = "pulumi:providers:kubernetes::kubernetes::"

        assert len(objects) > 3
        assert [] == [each.urn for each in objects if provider not in each.provider]

    def test_its_identity_is_constant_so_that_a_new_kubeconfig_replaces_nothing(
        self, platform: Recording
    ) -> None:
        (provider,) = platform.of_type("pulumi:providers:kubernetes").values()

        assert "imaging-local" == provider.inputs["clusterIdentifier"]

    def test_the_kubeconfig_is_a_secret_in_both_kinds_of_stack(
        self, platform: Recording, aveiro: Recording
    ) -> None:
        providers = [
            each
            for recording in (platform, aveiro)
            for each in recording.of_type("pulumi:providers:kubernetes").values()
        ]

        assert [True, True] == [is_secret(each.inputs["kubeconfig"]) for each in providers]
        assert is_secret(platform.outputs["kubeconfig"])


class TestOrder:
    """What Rook and CRUSH need first is there first."""

    def test_every_node_has_its_data_centre_before_ceph(self, platform: Recording) -> None:
        labels = {each.urn for each in platform.of_type("kubernetes:core/v1:NodePatch").values()}
        (ceph,) = platform.of_type("imaging:storage:Ceph").values()

        assert 4 == len(labels)
        assert labels <= ceph.dependencies

    def test_filesystems_wait_for_the_ceph_cluster(self, platform: Recording) -> None:
        (cluster,) = platform.of_type("kubernetes:ceph.rook.io/v1:CephCluster").values()
        filesystems = platform.of_type("kubernetes:ceph.rook.io/v1:CephFilesystem").values()

        assert 2 == len(filesystems)
        assert all(cluster.urn in each.dependencies for each in filesystems)

    def test_a_filesystem_waits_until_its_data_centres_are_in_the_crush_map(
        self, platform: Recording
    ) -> None:
        gates = platform.of_type("kubernetes:batch/v1:Job")
        filesystems = platform.of_type("kubernetes:ceph.rook.io/v1:CephFilesystem")
        home = filesystems["cephfilesystem-home-faro-x2-2aa0e9"].dependencies

        assert {"job-gate-lisbon", "job-gate-porto", "job-gate-faro"} == set(gates)
        assert gates["job-gate-faro"].urn in home
        assert gates["job-gate-porto"].urn not in home
        assert {each.urn for each in gates.values()} <= filesystems[
            "cephfilesystem-every-x3-8870cf"
        ].dependencies

    def test_readers_wait_for_ingest_which_makes_the_index(self, aveiro: Recording) -> None:
        sets = aveiro.of_type("kubernetes:apps/v1:StatefulSet")

        assert {"statefulset-ingest", "statefulset-readers"} == set(sets)
        assert sets["statefulset-ingest"].urn in sets["statefulset-readers"].dependencies

    def test_pods_come_into_a_namespace_that_is_closed_already(self, aveiro: Recording) -> None:
        def rests_on(later: str, earlier: str) -> bool:
            """Whether a component waits for what another is made of."""
            (component,) = aveiro.of_type(f"imaging:{later}").values()
            return any(f"imaging:{earlier}$" in urn for urn in component.dependencies)

        assert rests_on("storage:Repository", "isolation:Isolation")
        assert rests_on("archive:Archive", "storage:Repository")
        assert rests_on("gateway:Gateway", "archive:Archive")

    def test_snapshots_are_scheduled_where_a_recovery_point_is_promised(
        self, aveiro: Recording, evora: Recording
    ) -> None:
        jobs = "kubernetes:batch/v1:Job"

        assert {"job-snapshots-aveiro"} == set(aveiro.of_type(jobs))
        assert {} == evora.of_type(jobs)


class TestSeparation:
    """Editing one institution changes that institution alone."""

    def test_an_institutions_objects_lie_in_its_namespace_or_bear_its_name(
        self, evora: Recording
    ) -> None:
        objects = [r for r in evora.resources.values() if r.type.startswith("kubernetes:")]
        places = [each.inputs["metadata"] for each in objects]

        assert [] == [
            place
            for place in places
            if place.get("namespace") != "evora" and "evora" not in place["name"]
        ]

    def test_no_object_of_an_institution_names_another(self, evora: Recording) -> None:
        assert [] == [each.urn for each in evora.resources.values() if "aveiro" in str(each.inputs)]

    def test_the_platform_makes_a_filesystem_for_every_class_in_use(
        self, platform: Recording
    ) -> None:
        found = platform.of_type("kubernetes:ceph.rook.io/v1:CephFilesystem")

        assert {f"cephfilesystem-{name}" for name in PLATFORM["residencyClasses"]} == set(found)


class TestComponents:
    """A component's intent is in its inputs, its children are its own."""

    def test_every_object_belongs_to_a_component(self, platform: Recording) -> None:
        objects = [r for r in platform.resources.values() if r.type.startswith("kubernetes:")]
        outside = [each.name for each in objects if "imaging:" not in each.parent.split("::")[2]]

        assert ["namespace-rook-ceph"] == outside

    def test_the_repositorys_intent_can_be_judged_on_the_component(self, evora: Recording) -> None:
        (repository,) = evora.of_type("imaging:storage:Repository").values()

        assert {
            "institution": "evora",
            "filesystem": "home-faro-x2-2aa0e9",
            "capacity": 10 * 2**40,
        } == repository.inputs


class TestOperators:
    """Where pods run, Rook's operators are there before what they act on; in that order."""

    def test_the_drivers_follow_the_operator_and_ceph_follows_both(
        self, production: Recording
    ) -> None:
        releases = production.of_type("kubernetes:helm.sh/v3:Release")
        (operators,) = production.of_type("imaging:storage:Operators").values()
        (ceph,) = production.of_type("imaging:storage:Ceph").values()

        rook, drivers = releases["rook-ceph"], releases["ceph-csi-drivers"]
        assert rook.urn in drivers.dependencies
        assert {rook.urn, drivers.urn} <= ceph.dependencies
        assert releases["kube-prometheus-stack"].urn in ceph.dependencies
        assert "imaging:cluster:NodeLabels" in str(operators.dependencies)

    def test_versions_are_pinned(self, production: Recording) -> None:
        releases = production.of_type("kubernetes:helm.sh/v3:Release").values()

        assert {
            "rook-ceph": "v1.20.6",
            "ceph-csi-drivers": "1.0.4",
            "cert-manager": "v1.21.2",
            "cilium": "1.20.2",
            "keda": "2.21.0",
            "metrics-server": "3.13.1",
            "kube-prometheus-stack": "91.2.1",
        } == {each.name: each.inputs["version"] for each in releases}

    def test_no_operator_is_deployed_where_none_could_run(self, platform: Recording) -> None:
        assert {} == platform.of_type("kubernetes:helm.sh/v3:Release")

    def test_without_a_kubeconfig_a_preview_reaches_no_cluster(self) -> None:
        (provider,) = record("comparison").of_type("pulumi:providers:kubernetes").values()

        assert "https://127.0.0.1:1" in str(provider.inputs["kubeconfig"])


class TestMachines:
    """A cluster that the program makes has a network before anything else is asked of it."""

    def test_machines_come_first_then_their_network_then_all_else(
        self, production: Recording
    ) -> None:
        steps = production.of_type("command:remote:Command")
        (network,) = production.of_type("imaging:network:Cilium").values()
        labels = production.of_type("imaging:cluster:NodeLabels")["nodes"]

        assert 15 * 6 - 1 + 1 == len(steps)  # the founder isn't invited; one reads the kubeconfig
        assert {each.urn for each in steps.values()} <= network.dependencies
        assert "Cilium" in str(labels.dependencies)

    def test_the_kubeconfig_that_it_made_is_a_secret(self, production: Recording) -> None:
        (provider,) = production.of_type("pulumi:providers:kubernetes").values()

        assert is_secret(provider.inputs["kubeconfig"])
        assert is_secret(production.outputs["kubeconfig"])


class TestSummary:
    """An institution's stack exports what `make status` prints."""

    def test_it_says_what_was_promised_and_where_it_lies(self, aveiro: Recording) -> None:
        assert {
            "name": "aveiro",
            "residencyClass": "every-x3-8870cf",
            "copies": 3,
            "dataCentres": ["faro", "lisbon", "porto"],
            "survives": "data-centre",
            "readers": {"min": 1, "max": 3},
            "endpoint": "https://gateway.aveiro.svc:8443",
        } == aveiro.outputs["summary"]


class TestStackNames:
    """A stack without a file is refused in a sentence."""

    def test_an_unknown_institution_names_those_that_exist(self) -> None:
        with pytest.raises(pulumi.RunError, match=r"local\.aveiro, local\.evora"):
            record("local.braga")

    def test_an_unknown_environment_names_those_that_exist(self) -> None:
        with pytest.raises(pulumi.RunError, match="did you mean 'local'"):
            record("lokal")
