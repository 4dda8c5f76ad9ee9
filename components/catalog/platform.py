"""What an environment's stack file says: its data centres, machines, disks and storage.

Owns the keys below ``imaging:platform`` and the limits of each alone. Doesn't own those of the
cluster (:mod:`components.catalog.cluster`), nor what spans machines or institutions
(:mod:`components.catalog.crosschecks`).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StrictInt

from components.catalog.alerting import Receiver
from components.catalog.closed import Closed
from components.catalog.cluster import Cluster
from components.catalog.host_keys import HostKey
from components.catalog.names import (
    DataCentreName,
    DeviceName,
    DomainName,
    ImageReference,
    MachineName,
    TimeZone,
    ZoneName,
)
from components.catalog.networks import Address
from components.catalog.quantities import Bytes, Duration
from components.catalog.vocabulary import DeviceClass, Role


class DataCentre(Closed):
    """A site whose loss is one event; it becomes a CRUSH bucket of its name."""

    title: Annotated[str, Field(min_length=1, max_length=80)]
    """The site's name for people."""
    round_trip: Duration | None = None
    """The longest network round trip to another data centre of the environment."""
    time_zone: TimeZone | None = None
    """The time zone of those who work there, for example Europe/Lisbon; opening hours need it."""
    zone: ZoneName | None = None
    """What its nodes' label topology.kubernetes.io/zone says, by which Services prefer endpoints
    nearby; zone-<name> if left out. On a cloud, the provider's own."""


class Device(Closed):
    """A disk or partition that is given to Ceph whole."""

    name: DeviceName
    """The device's path on its machine, one that no restart changes: below /dev/disk/by-partuuid
    for a partition, by-id or by-path for a whole disk. In a simulated environment, any name."""
    size: Bytes
    """Its size."""
    device_class: Annotated[DeviceClass, Field(alias="class")]
    """What it is made of: hdd, ssd or nvme."""


class Machine(Closed):
    """One machine of the cluster."""

    name: MachineName
    """Its host name."""
    role: Role
    """control-plane or worker."""
    data_centre: DataCentreName
    """The data centre in which it stands."""
    cpu: Annotated[StrictInt, Field(ge=1, le=1024)]
    """Processors."""
    memory: Bytes
    """Memory."""
    system_disk: DeviceName | None = None
    """The disk of its operating system, so that no part of it is ever given to Ceph."""
    devices: tuple[Device, ...] = ()
    """The disks and partitions that Ceph gets, on workers only."""
    address: Address | None = None
    """The address at which SSH and the other machines reach it; needed with cluster.kind:
    machines."""
    host_key: HostKey | None = None
    """Its SSH host key, the line in its /etc/ssh/ssh_host_ed25519_key.pub, by which it is told from
    an impostor; needed with cluster.kind: machines."""


class CephStorage(Closed):
    """The machines' devices, merged into one Ceph cluster."""

    backend: Literal["ceph"]
    """Ceph, deployed by Rook."""
    device_class: DeviceClass | None = None
    """The class of device that holds examinations; needed where machines have several."""


class NfsStorage(Closed):
    """A file server that is there already, for the comparison with Ceph.

    It stores in one place, as often as the server's own disks do, which nobody promises here; it
    takes no snapshots, and keeps institutions apart by directory only.
    """

    backend: Literal["nfs"]
    """A file server, by NFS 4.1."""
    server: Annotated[str, Field(min_length=1, max_length=253, pattern=r"^[A-Za-z0-9.:-]+$")]
    """Its address or host name."""
    path: Annotated[str, Field(max_length=256, pattern=r"^(/[A-Za-z0-9._-]+)+$")]
    """The directory that it exports."""
    data_centre: DataCentreName
    """The data centre in which it stands."""
    capacity: Bytes
    """What the directory may hold."""


class Images(Closed):
    """The container images that nobody publishes, so that each environment names its own."""

    dicoogle: ImageReference
    """Dicoogle 3.5.1 with its lucene plugin and this project's durable-storage, pinned by tag or
    digest."""


class Platform(Closed):
    """One environment: what it is made of and what it offers to institutions."""

    title: Annotated[str, Field(min_length=1, max_length=80)]
    """The environment's name for people."""
    cluster: Cluster
    """How its Kubernetes cluster comes to be."""
    data_centres: Annotated[
        Mapping[DataCentreName, DataCentre],
        Field(min_length=1, json_schema_extra={"additionalProperties": False}),
        AfterValidator(MappingProxyType),
    ]
    """Its data centres by name."""
    machines: Annotated[tuple[Machine, ...], Field(min_length=1)]
    """Its machines."""
    domain: DomainName | None = None
    """The domain below which each institution has a host name of its own; without one, nothing
    outside the cluster reaches the web services."""
    images: Images
    """Container images."""
    storage: Annotated[CephStorage | NfsStorage, Field(discriminator="backend")]
    """What stores the examinations."""
    alert_receivers: tuple[Receiver, ...] = ()
    """Who hears of alerts; without any, people must look themselves."""
    runbooks: Annotated[str, Field(pattern=r"^https://[^\s]*[^\s/]$", max_length=200)] | None = None
    """Where docs/runbooks is read, without a slash at its end; alerts lead there."""


def zone(platform: Platform, data_centre: str) -> str:
    """The Kubernetes zone of a data centre; never its own name, which Rook refuses."""
    return platform.data_centres[data_centre].zone or f"zone-{data_centre}"
