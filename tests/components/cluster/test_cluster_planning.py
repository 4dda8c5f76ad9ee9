"""What the plan of a cluster takes from stack files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from components import pins
from components.catalog.cluster import Machines
from components.cluster import plan
from components.cluster.plan import AptSource, ClusterPlan
from tests.components.builders import GIB, Stacks
from tests.components.catalog.made_cluster import ed25519, made_platform


def planned(platform: Mapping[str, Any]) -> ClusterPlan:
    """The plan of an environment with this platform."""
    catalog = Stacks(platform=platform).load()
    assert isinstance(catalog.platform.cluster, Machines)
    return plan(catalog, catalog.platform.cluster)


def of(controls: int = 1, **cluster: Any) -> ClusterPlan:  # noqa: ANN401 - YAML
    """The plan of a made platform; keywords are cluster's."""
    return planned(made_platform(("lisbon", "porto", "faro")[:controls], **cluster))


class TestOrder:
    """Control planes come first, otherwise as in the stack file."""

    def test_control_planes_come_first_wherever_they_stand(self) -> None:
        platform = made_platform(("lisbon", "porto", "faro"))
        machines = platform["machines"]
        platform["machines"] = [machines[number] for number in (4, 1, 5, 0, 3, 2)]
        found = [machine.name for machine in planned(platform).machines]

        assert [
            *("control-2", "control-1", "control-3"),
            *("worker-porto", "worker-faro", "worker-lisbon"),
        ] == found

    def test_the_first_of_them_founds_the_cluster(self) -> None:
        found = of(3)

        assert "control-1" == found.founder.name
        assert ["control-1", "control-2", "control-3"] == [
            machine.name for machine in found.control_planes
        ]


class TestMachines:
    """Each machine is as its stack file says."""

    def test_a_worker_has_its_address_key_labels_devices_and_size(self) -> None:
        found = of().machines[-1]

        assert ("worker-faro", "10.20.0.4", ed25519(4)) == (
            found.name,
            found.address,
            found.host_key,
        )
        assert not found.control_plane
        assert {
            "topology.rook.io/datacenter": "faro",
            "topology.kubernetes.io/zone": "zone-faro",
        } == found.labels
        assert ("/dev/disk/by-id/nvme-faro",) == found.devices
        assert (8, 64 * GIB) == (found.cpu, found.memory)

    def test_nobody_changes_its_labels_later(self) -> None:
        labels: Any = of().machines[0].labels

        with pytest.raises(TypeError):
            labels["another"] = "value"


class TestDefaults:
    """What a stack file leaves out follows from what it says."""

    def test_the_endpoint_is_the_first_control_planes_address(self) -> None:
        assert "10.20.0.1" == of(3).endpoint

    def test_an_endpoint_that_is_named_is_taken(self) -> None:
        assert "api.example.org" == of(3, endpoint="api.example.org").endpoint

    def test_version_networks_and_login_are_the_catalogues(self) -> None:
        found = of()

        assert pins.KUBERNETES == found.version
        assert ("10.244.0.0/16", "10.96.0.0/16") == (found.pod_network, found.service_network)
        assert ("root", 22) == (found.user, found.port)

    def test_login_and_networks_that_are_named_are_taken(self) -> None:
        found = of(
            ssh={"user": "operator", "port": 2222},
            podNetwork="172.20.0.0/16",
            serviceNetwork="172.21.0.0/16",
        )

        assert ("operator", 2222) == (found.user, found.port)
        assert ("172.20.0.0/16", "172.21.0.0/16") == (found.pod_network, found.service_network)

    def test_nothing_is_tolerated_and_kube_proxy_is_replaced(self) -> None:
        found = of()

        assert ((), None) == (found.tolerated, found.kube_proxy)
        assert found.image_mirror is None

    def test_a_mirror_of_images_that_is_named_is_taken(self) -> None:
        mirror = "https://mirror.example.org"

        assert mirror == of(imageMirror=mirror).image_mirror


class TestSources:
    """Packages come from their makers, or from the hospital's mirrors."""

    @pytest.mark.parametrize(("version", "minor"), [(pins.KUBERNETES, "1.36"), ("1.35.0", "1.35")])
    def test_each_minor_version_has_its_own_repository(self, version: str, minor: str) -> None:
        root = f"https://pkgs.k8s.io/core:/stable:/v{minor}/deb"

        assert (
            AptSource(f"{root}/ /", f"{root}/Release.key") == of(version=version).kubernetes_source
        )

    def test_containerd_comes_from_docker_for_the_machines_distribution(self) -> None:
        docker = "https://download.docker.com/linux/DISTRIBUTION"

        assert AptSource(f"{docker} CODENAME stable", f"{docker}/gpg") == of().containerd_source

    @pytest.mark.parametrize("slash", ["", "/"])
    def test_mirrors_that_are_named_are_taken(self, slash: str) -> None:
        root = "https://apt.example.org"
        found = of(sources={"kubernetes": f"{root}/k8s{slash}", "containerd": f"{root}/c{slash}"})

        assert AptSource(f"{root}/k8s/ /", f"{root}/k8s/Release.key") == found.kubernetes_source
        assert AptSource(f"{root}/c/ /", f"{root}/c/Release.key") == found.containerd_source
