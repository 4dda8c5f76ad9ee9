"""What an environment's stack file says of its Kubernetes cluster: how it comes to be.

Owns the keys below ``cluster``, which differ by ``kind``, and the limits of each alone. Doesn't own
the machines, nor whether a cluster's networks suit them (:mod:`components.catalog.machines`).
"""

from __future__ import annotations

import re
from ipaddress import IPv4Network
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field, StrictInt, WithJsonSchema

from components import pins
from components.catalog.closed import Closed
from components.catalog.networks import Host, Network, Url
from components.catalog.refusal import shown
from components.catalog.vocabulary import ClusterKind

_EXACT: Final = r"^[0-9]{1,2}\.[0-9]{1,3}\.[0-9]{1,3}$"


def _exact(found: object) -> str:
    if not isinstance(found, str) or not re.fullmatch(_EXACT.strip("^$"), found):
        raise ValueError(
            f"found {shown(found)}; allowed is an exact version of three numbers, for example "
            f"{pins.KUBERNETES}, so that a machine added later gets the same"
        )
    return found


class Simulated(Closed):
    """A real control plane with simulated nodes, in which no pod runs."""

    kind: Literal[ClusterKind.SIMULATED]
    """A real control plane with simulated nodes, in which no pod runs."""


class Existing(Closed):
    """A cluster that somebody else made."""

    kind: Literal[ClusterKind.EXISTING]
    """Made by somebody else; its kubeconfig is the secret imaging:kubeconfig of this stack."""


class Ssh(Closed):
    """How to log in to the machines."""

    user: Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_-]{0,31}$")] = "root"
    """Who logs in, with the key that is the secret imaging:sshKey of this stack; anybody but root
    needs sudo without a password."""
    port: Annotated[StrictInt, Field(ge=1, le=65535)] = 22
    """Where sshd listens."""


class Sources(Closed):
    """The apt repositories of a hospital whose machines reach no other."""

    kubernetes: Url | None = None
    """An apt repository with kubeadm, kubelet and kubectl; left out: that of the project."""
    containerd: Url | None = None
    """An apt repository with containerd.io; left out: that of Docker."""


class Machines(Closed):
    """A cluster that this program makes of bare machines, over SSH."""

    kind: Literal[ClusterKind.MACHINES]
    """Made of this environment's machines, over SSH; each has address and hostKey."""
    version: Annotated[
        str, BeforeValidator(_exact), WithJsonSchema({"type": "string", "pattern": _EXACT})
    ] = pins.KUBERNETES
    """The exact version of Kubernetes."""
    endpoint: Host | None = None
    """The host name or address at which people and Pulumi reach the API server; left out: the
    address of the first control plane."""
    ssh: Ssh = Ssh()
    """As whom and at which port this program logs in to the machines."""
    pod_network: Network = IPv4Network("10.244.0.0/16")
    """The addresses of pods; nothing else in the hospital's network may have one of them."""
    service_network: Network = IPv4Network("10.96.0.0/16")
    """The addresses of Services; nothing else in the hospital's network may have one of them."""
    sources: Sources = Sources()
    """Where packages come from, for machines that don't reach their makers' repositories."""
    image_mirror: Url | None = None
    """A registry that mirrors registry.k8s.io, for machines that don't reach it."""


Cluster = Annotated[Simulated | Existing | Machines, Field(discriminator="kind")]
