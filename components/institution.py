"""The composition of one institution in an environment.

Owns what belongs to an institution and its order. Doesn't own any resource itself.
"""

from __future__ import annotations

from typing import Any

import pulumi

from components import naming, pins
from components.archive import Archive, ArchiveSpec, readers, sentinel
from components.catalog import Catalog
from components.catalog.institution import Institution
from components.catalog.platform import NfsStorage
from components.certificates import ISSUER
from components.entrance import Entrance, EntranceSpec
from components.gateway import Gateway, GatewaySpec, limits, objects
from components.guardrails import Promise, Staff, promised_institution
from components.isolation import Isolation, IsolationSpec, demand
from components.isolation.demand import Size
from components.manifests import Manifest
from components.monitoring import RUNBOOKS, Claims, Watch, WatchSpec, fulfilments, promises
from components.placement import Placement, ResidencyClass
from components.platform_reference import kubeconfig
from components.provider import kubernetes_provider
from components.settled import settled
from components.storage import FileServerRepository, Repository, RepositorySpec
from components.storage.filesystem import file_pool


def deploy(catalog: Catalog, placement: Placement, name: str) -> None:
    """Register an institution: a closed namespace, repository, archive, gateway, entrances."""
    promise, residency = catalog.institutions[name], placement.of[name]
    for network in promise.dicom.plaintext_networks:
        pulumi.log.warn(f"{name} takes DICOM without TLS from {network}: whoever listens reads it")
    config = pulumi.Output.all(
        kubeconfig(catalog, residency), settled(catalog, name, residency)
    ).apply(lambda both: str(both[0]))
    provider = kubernetes_provider(catalog.environment, config)

    def after(*needed: pulumi.Resource) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(providers=[provider], depends_on=list(needed))

    archive, gateway = _archive(catalog, residency, name), _gateway(catalog, name)
    inside = _isolation(name, promise, archive, gateway)
    stored, storage = _repository(name, residency, promise), catalog.platform.storage
    held = Promise("promise", promised_institution(catalog, placement, inside, stored), after())
    isolation = Isolation("isolation", inside, after(held))
    Staff("staff", name, after(isolation))
    repository = (
        FileServerRepository("repository", stored, storage, after(isolation))
        if isinstance(storage, NfsStorage)
        else Repository("repository", stored, after(isolation))
    )
    behind = Archive("archive", archive, after(repository))
    door = Gateway("gateway", gateway, after(behind))
    Watch("watch", _watch(catalog, residency, name, gateway), after(behind, door))
    Entrance("entrance", _entrance(catalog, name, promise), after(door))
    pulumi.export("summary", summary(catalog, residency, name, door.endpoint))


def summary(
    catalog: Catalog, residency: ResidencyClass, name: str, endpoint: str
) -> dict[str, Any]:
    """Tell an institution's promise as it was deployed; the shape of ``make status``."""
    readers = catalog.institutions[name].service.readers
    return {
        "name": name,
        "residencyClass": residency.name,
        "copies": residency.spread.size,
        "dataCentres": list(residency.data_centres),
        "survives": residency.spread.survives.value,
        "readers": {"min": readers.min, "max": readers.max},
        "endpoint": endpoint,
    }


def _repository(name: str, residency: ResidencyClass, promise: Institution) -> RepositorySpec:
    return RepositorySpec(
        institution=name,
        filesystem=residency.name,
        capacity=promise.capacity,
        recovery_point=promise.recovery_point,
        snapshots=promise.snapshots,
        pool=file_pool(residency),
    )


def _archive(catalog: Catalog, residency: ResidencyClass, name: str) -> ArchiveSpec:
    promise = catalog.institutions[name]
    return ArchiveSpec(
        institution=name,
        image=catalog.platform.images.dicoogle,
        home=promise.home,
        leaves_home=len(residency.data_centres) > 1,
        promise=promise,
        users=pulumi.Config(naming.PROJECT).get_secret_object("users"),
    )


def _gateway(catalog: Catalog, name: str) -> GatewaySpec:
    promise, host = catalog.institutions[name], _host(catalog, name)
    inside = f"gateway.{naming.namespace(name)}.svc"
    return GatewaySpec(
        environment=catalog.environment,
        institution=name,
        image=pins.ENVOY_IMAGE,
        issuer=ISSUER,
        hosts=(inside,) if host is None else (host, inside),
        access=promise.access,
        readiness_path=sentinel.readiness_path(name),
        limits=limits(promise.service.readers),
        networks=promise.dicom.plaintext_networks,
    )


def _isolation(
    name: str, promise: Institution, archive: ArchiveSpec, gateway: GatewaySpec
) -> IsolationSpec:
    return IsolationSpec(
        institution=name,
        demand=demand(_pods(archive, gateway), {"readers": promise.service.readers.max}),
        move_destinations=promise.dicom.move_destinations,
        plaintext_networks=promise.dicom.plaintext_networks,
    )


def claims(catalog: Catalog, placement: Placement) -> Claims:
    """What a reader claims, and what an institution's other pods claim at most."""
    others = Size()
    for name, residency in placement.of.items():
        pods = _pods(_archive(catalog, residency, name), _gateway(catalog, name))
        others |= demand(pods, {"readers": 0}).all
    return Claims(readers.SIZE.cpu, readers.SIZE.memory, others.cpu, others.memory)


def _pods(archive: ArchiveSpec, gateway: GatewaySpec) -> tuple[Manifest, ...]:
    return (*Archive.pods(archive), *objects.manifests(gateway))


def _watch(
    catalog: Catalog, residency: ResidencyClass, name: str, gateway: GatewaySpec
) -> WatchSpec:
    promise = catalog.institutions[name]
    return WatchSpec(
        institution=name,
        filesystem=residency.name,
        promises=promises(promise),
        time_zone=catalog.platform.data_centres[promise.home].time_zone or "Etc/UTC",
        gateways=gateway.replicas,
        reader_cpu=readers.SIZE.cpu,
        fulfilments=fulfilments(name, promise, residency.name),
        runbooks=catalog.platform.runbooks or RUNBOOKS,
    )


def _entrance(catalog: Catalog, name: str, promise: Institution) -> EntranceSpec:
    return EntranceSpec(
        institution=name,
        host=_host(catalog, name),
        networks=promise.dicom.networks,
        plaintext_networks=promise.dicom.plaintext_networks,
    )


def _host(catalog: Catalog, name: str) -> str | None:
    """The institution's name below the environment's domain, by which the outside reaches it."""
    domain = catalog.platform.domain
    return None if domain is None else f"{name}.{domain}"
