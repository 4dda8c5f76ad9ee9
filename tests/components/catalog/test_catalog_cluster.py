"""What a stack file says of its cluster, which differs by kind."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

import pytest

from components import pins
from components.catalog import ClusterKind
from components.catalog.cluster import Machines, Sources, Ssh
from components.catalog.vocabulary import Role
from tests.components.builders import Stacks, changed, good_platform
from tests.components.catalog.made_cluster import made_platform


def made(**cluster: Any) -> Machines:  # noqa: ANN401 - YAML
    """The cluster of a platform with these keys."""
    found = Stacks(made_platform(**cluster), institutions={}).load().platform.cluster
    assert isinstance(found, Machines)
    return found


def refused(**cluster: Any) -> tuple[str, str]:  # noqa: ANN401 - YAML
    """Key and sentence of the one refusal of a platform with these keys."""
    (refusal,) = Stacks(made_platform(**cluster), institutions={}).refusals()
    return refusal.key.removeprefix("imaging:platform.cluster."), refusal.sentence


class TestKinds:
    """A cluster takes the keys of its kind and no others."""

    @pytest.mark.parametrize("kind", list(ClusterKind))
    def test_each_kind_is_a_member_of_the_vocabulary(self, kind: ClusterKind) -> None:
        platform = changed(made_platform(), ("cluster",), {"kind": str(kind)})
        assert Stacks(platform, institutions={}).load().platform.cluster.kind is kind

    @pytest.mark.parametrize("kind", ["simulated", "existing"])
    @pytest.mark.parametrize("key", ["version", "endpoint", "ssh", "podNetwork", "imageMirror"])
    def test_what_only_machines_need_is_refused_elsewhere(self, kind: str, key: str) -> None:
        platform = changed(made_platform(), ("cluster",), {"kind": kind, key: "x"})
        (refusal,) = Stacks(platform, institutions={}).refusals()
        assert f"imaging:platform.cluster.{key}" == refusal.key
        assert "there is no such key; Allowed here: kind." == refusal.sentence

    def test_a_misspelt_kind_is_refused_with_the_nearest(self) -> None:
        key, sentence = refused(kind="machine")
        assert "kind" == key
        assert "did you mean 'machines'? Allowed here: existing, machines, simulated." in sentence

    def test_a_misspelt_key_is_refused_with_the_nearest(self) -> None:
        key, sentence = refused(podNetwrok="10.0.0.0/16")
        assert "podNetwrok" == key
        assert "did you mean 'podNetwork'?" in sentence

    def test_other_kinds_may_have_addresses_and_host_keys(self) -> None:
        platform = made_platform()
        platform["cluster"] = {"kind": "existing"}
        machine = Stacks(platform, institutions={}).load().platform.machines[0]
        assert (Role.CONTROL_PLANE, "10.20.0.1") == (machine.role, str(machine.address))

    def test_other_kinds_need_neither(self) -> None:
        assert None is Stacks(good_platform()).load().platform.machines[0].address


class TestDefaults:
    """A cluster of machines needs no key but its kind."""

    def test_all_may_be_left_out(self) -> None:
        found = made()
        assert (pins.KUBERNETES, None, Ssh(user="root", port=22), Sources(), None) == (
            found.version,
            found.endpoint,
            found.ssh,
            found.sources,
            found.image_mirror,
        )
        assert (ip_network("10.244.0.0/16"), ip_network("10.96.0.0/16")) == (
            found.pod_network,
            found.service_network,
        )

    def test_a_part_may_be_left_out(self) -> None:
        assert Ssh(user="root", port=2222) == made(ssh={"port": 2222}).ssh
        mirror = "https://mirror.hospital.pt/containerd"
        assert (None, mirror) == (
            made(sources={"containerd": mirror}).sources.kubernetes,
            made(sources={"containerd": mirror}).sources.containerd,
        )


class TestValues:
    """Each value alone."""

    @pytest.mark.parametrize("endpoint", ["cluster.hospital.pt", "api", "10.20.0.9", "fd00::9"])
    def test_a_host_or_an_address_is_an_endpoint(self, endpoint: str) -> None:
        assert endpoint == made(endpoint=endpoint).endpoint

    @pytest.mark.parametrize(
        "endpoint",
        [
            "",
            "10.20.0",
            "10.20.0.256",
            "api:6443",
            "https://api",
            "Api",
            "a_b",
            "api.",
            "fe80::1%x",
        ],
    )
    def test_anything_else_is_refused(self, endpoint: str) -> None:
        key, sentence = refused(endpoint=endpoint)
        assert "endpoint" == key
        assert f"found {endpoint!r}; allowed is a host name in lower case or" in sentence

    @pytest.mark.parametrize(
        "url",
        [
            "https://mirror.hospital.pt/core:/stable:/v1.36/deb/",
            "http://10.20.0.9:8080",
            "https://[fd00::9]/k8s",
        ],
    )
    def test_an_address_of_a_mirror_is_taken(self, url: str) -> None:
        assert url == made(imageMirror=url).image_mirror

    @pytest.mark.parametrize(
        "url",
        [
            "mirror.hospital.pt",
            "ftp://mirror",
            "https://",
            "https://user:word@mirror.hospital.pt",
            "https://mirror/$(reboot)",
            "https://mirror/a b",
            "https://mirror/a\n",
            "https://mirror/?token=1",
        ],
    )
    def test_what_holds_a_secret_or_a_command_is_refused(self, url: str) -> None:
        key, sentence = refused(sources={"kubernetes": url})
        assert "sources.kubernetes" == key
        assert "with no user, password or query in it" in sentence

    @pytest.mark.parametrize(
        ("found", "says"),
        [(1.36, "found 1.36; "), ("1.36", "found '1.36'; "), ("v1.36.3", "found 'v1.36.3'; ")],
    )
    def test_a_version_that_is_not_exact_is_refused(self, found: object, says: str) -> None:
        key, sentence = refused(version=found)
        assert "version" == key
        assert f"{says}allowed is an exact version of three numbers" in sentence

    @pytest.mark.parametrize(
        ("ssh", "key"),
        [
            ({"user": "Root"}, "ssh.user"),
            ({"user": "-oProxyCommand=x"}, "ssh.user"),
            ({"port": 0}, "ssh.port"),
            ({"port": "22"}, "ssh.port"),
        ],
    )
    def test_a_login_that_cannot_be_is_refused(self, ssh: dict[str, Any], key: str) -> None:
        assert key == refused(ssh=ssh)[0]

    @pytest.mark.parametrize("found", ["10.244.0.1/16", "10.244.0.0", "pods", 10, None])
    def test_a_network_with_bits_behind_its_prefix_is_refused(self, found: object) -> None:
        key, sentence = refused(podNetwork=found)
        assert "podNetwork" == key
        assert "10.244.0.0" == found or "allowed is a network in CIDR notation" in sentence
