"""Whether a cluster can be made of the machines: reachable, told apart, a quorum, room for pods.

Owns what must hold before the first connection where the program makes the cluster itself. Doesn't
own what only a machine knows, such as its system and its disks, nor the names of storage devices
(:mod:`components.catalog.devices`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final, NamedTuple

from components.catalog.cluster import Machines
from components.catalog.placeholders import PLACEHOLDER_HOST_KEY
from components.catalog.vocabulary import Role

if TYPE_CHECKING:
    from components.catalog.networks import Address, Network
    from components.catalog.platform import Machine, Platform

_MINORS: Final = ("1.35", "1.36")
"""Those for which the steps on the machines were tried."""
_SITES: Final = 3
"""From so many data centres on, and as many control planes, none may be needed alone."""
_NODE_PREFIX: Final = {4: 24, 6: 64}
"""What the controller manager gives each node of the pod network, by IP version."""
_MOST_NODES: Final = 16
"""Bits that kubeadm takes at most for the number of nodes (its ``PodSubnetNodeMaskMaxDiff``)."""
_SERVICES: Final = {4: (12, 24), 6: (108, 120)}
"""The widest prefix that kubeadm takes for Services (20 bits of addresses), and the narrowest that
holds this platform's: some for each institution."""
_POD_KEY: Final = "cluster.podNetwork"
_SERVICE_KEY: Final = "cluster.serviceNetwork"


class Problem(NamedTuple):
    """What is wrong: the key's path below ``imaging:platform``, and the sentence."""

    key: str
    sentence: str


def problems(platform: Platform) -> Iterator[Problem]:
    """All that is wrong with machines and their cluster; nothing for clusters of another kind."""
    cluster, machines = platform.cluster, platform.machines
    if not isinstance(cluster, Machines):
        return
    yield from _missing(machines)
    yield from _shared(machines)
    yield from _quorum(machines, len(platform.data_centres))
    yield from _versions(cluster)
    yield from _sizes(cluster, len(machines))
    yield from _overlaps(cluster, machines)
    yield from _families(cluster, machines)


def _missing(machines: Sequence[Machine]) -> Iterator[Problem]:
    for index, machine in enumerate(machines):
        at = f"machines[{index}]"
        if machine.address is None:
            yield Problem(
                f"{at}.address",
                f"the key is missing; add the address at which SSH reaches {machine.name}",
            )
        elif _is_nobodys(machine.address):
            yield Problem(
                f"{at}.address",
                f"found {machine.address}, which leads to no other machine; write the address at "
                f"which SSH and the other machines reach {machine.name}",
            )
        if machine.host_key is None:
            yield Problem(
                f"{at}.hostKey",
                f"the key is missing; add the line in /etc/ssh/ssh_host_ed25519_key.pub of "
                f"{machine.name}, read on its console, so that no impostor gets the cluster's keys",
            )


def _is_nobodys(address: Address) -> bool:
    return (
        address.is_loopback
        or address.is_unspecified
        or address.is_multicast
        or address.is_link_local
    )


def _shared(machines: Sequence[Machine]) -> Iterator[Problem]:
    for address, names in _groups((each.address, each.name) for each in machines):
        yield Problem(
            "machines",
            f"{names} have the same address, {address}; give each its own",
        )
    keys = ((each.host_key, each.name) for each in machines)
    for _, names in _groups(pair for pair in keys if pair[0] != PLACEHOLDER_HOST_KEY):
        yield Problem(
            "machines",
            f"{names} have the same host key, as machines cloned from one disk do, so that one "
            "could pose as another; on all but one make new keys (rm /etc/ssh/ssh_host_*, then "
            "ssh-keygen -A) and a new /etc/machine-id, restart sshd, and write the new keys here",
        )


def _groups(pairs: Iterable[tuple[Hashable | None, str]]) -> Iterator[tuple[Hashable, str]]:
    """What several machines share, with their names."""
    owners: dict[Hashable, list[str]] = {}
    for shared, name in pairs:
        if shared is not None:
            owners.setdefault(shared, []).append(name)
    for shared, names in owners.items():
        if len(names) > 1:
            yield shared, " and ".join(names)


def _quorum(machines: Sequence[Machine], data_centres: int) -> Iterator[Problem]:
    """Etcd works while more than half of the control planes do."""
    homes = Counter(each.data_centre for each in machines if each.role is Role.CONTROL_PLANE)
    planes = homes.total()
    quorum = planes // 2 + 1
    if planes and planes % 2 == 0:
        yield Problem(
            "machines",
            f"there are {planes} control planes; etcd works while {quorum} of them do, so that "
            f"they survive no more losses than {planes - 1} would, with one more machine to lose: "
            "add a control plane, or make a worker of one",
        )
    if min(planes, data_centres) < _SITES:
        return
    for name, held in sorted(homes.items()):
        if held >= quorum:
            yield Problem(
                "machines",
                f"{held} of {planes} control planes stand in {name}; etcd works while {quorum} of "
                f"them do, so the loss of {name} would stop the cluster in all data centres: "
                f"leave {(planes - 1) // 2} there at most, and move the others",
            )


def _versions(cluster: Machines) -> Iterator[Problem]:
    if cluster.version.rpartition(".")[0] not in _MINORS:
        yield Problem(
            "cluster.version",
            f"found {cluster.version}; allowed is a version of {' or '.join(_MINORS)}: name one",
        )


def _sizes(cluster: Machines, machines: int) -> Iterator[Problem]:
    pods, services = cluster.pod_network, cluster.service_network
    node = _NODE_PREFIX[pods.version]
    needed = node - (machines - 1).bit_length()
    widest = node - _MOST_NODES
    if not widest <= pods.prefixlen <= needed:
        yield Problem(
            _POD_KEY,
            f"found {pods}; each of the {machines} machines gets a /{node} of it: allowed is a "
            f"prefix from /{widest} to /{needed}",
        )
    widest, narrowest = _SERVICES[services.version]
    if not widest <= services.prefixlen <= narrowest:
        yield Problem(
            _SERVICE_KEY,
            f"found {services}; allowed is a prefix from /{widest}, the widest that Kubernetes "
            f"takes, to /{narrowest}",
        )


def _overlaps(cluster: Machines, machines: Sequence[Machine]) -> Iterator[Problem]:
    pods, services = cluster.pod_network, cluster.service_network
    if pods.overlaps(services):
        yield Problem(
            _SERVICE_KEY,
            f"found {services}, which overlaps podNetwork, {pods}; a pod and a Service would have "
            "one address: choose a network apart from it",
        )
    for key, network in ((_POD_KEY, pods), (_SERVICE_KEY, services)):
        inside = [each.name for each in machines if each.address and each.address in network]
        if inside:
            more = f" and {len(inside) - 3} more" if inside[3:] else ""
            yield Problem(
                key,
                f"found {network}, in which {', '.join(inside[:3])}{more} have their addresses; "
                "nobody would reach them from a pod: choose a network that the hospital uses "
                "nowhere",
            )
        if _lies_in(cluster.endpoint, network):
            yield Problem(
                "cluster.endpoint",
                f"found {cluster.endpoint}, which lies in {key.removeprefix('cluster.')}, "
                f"{network}; nobody outside the cluster would reach it: choose an address of the "
                "hospital's network",
            )


def _lies_in(host: str | None, network: Network) -> bool:
    try:
        return ip_address(host or "") in network
    except ValueError:
        return False


def _families(cluster: Machines, machines: Sequence[Machine]) -> Iterator[Problem]:
    """The API server refuses to listen on IPv6 for Services of IPv4, and the other way round."""
    family = cluster.pod_network.version
    if cluster.service_network.version != family:
        yield Problem(
            _SERVICE_KEY,
            f"found {cluster.service_network}, and podNetwork is IPv{family}; a cluster speaks one "
            "of both: make both networks IPv4, or both IPv6",
        )
    for index, machine in enumerate(machines):
        if machine.address and machine.address.version != family:
            yield Problem(
                f"machines[{index}].address",
                f"found {machine.address}, and podNetwork is IPv{family}; a cluster speaks one of "
                "both: give all machines and both networks the same",
            )
