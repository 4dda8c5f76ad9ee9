"""What an environment's stack file says: its data centres, machines, disks and cluster.

Owns the keys below ``imaging:platform`` and the limits of each alone. Doesn't own what spans
machines or institutions (:mod:`components.catalog.crosschecks`).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StrictInt

from components.catalog.closed import Closed
from components.catalog.names import DataCentreName, ImageReference, MachineName
from components.catalog.quantities import Bytes, Duration
from components.catalog.vocabulary import ClusterKind, DeviceClass, Role


class DataCentre(Closed):
    """A site whose loss is one event; it becomes a CRUSH bucket of its name."""

    title: Annotated[str, Field(min_length=1, max_length=80)]
    """The site's name for people."""
    round_trip: Duration | None = None
    """The longest network round trip to another data centre of the environment."""


class Device(Closed):
    """A disk or partition that is given to Ceph whole."""

    name: Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[A-Za-z0-9/._:-]+$")]
    """The device's path or short name on its machine."""
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
    devices: tuple[Device, ...] = ()
    """The disks and partitions that Ceph gets, on workers only."""


class Cluster(Closed):
    """The environment's Kubernetes cluster."""

    kind: ClusterKind
    """simulated: a real control plane with simulated nodes, in which no pod runs; existing: made
    by somebody else, its kubeconfig is the secret imaging:kubeconfig of this stack."""


class CephStorage(Closed):
    """The machines' devices, merged into one Ceph cluster."""

    backend: Literal["ceph"]
    """Ceph, deployed by Rook."""
    device_class: DeviceClass | None = None
    """The class of device that holds examinations; needed where machines have several."""


class Images(Closed):
    """The container images that nobody publishes, so that each environment names its own."""

    dicoogle: ImageReference
    """Dicoogle 3.5.1 with its lucene and file-storage plugins, pinned by tag or digest."""


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
    images: Images
    """Container images."""
    storage: CephStorage
    """What stores the examinations."""
