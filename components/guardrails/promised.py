"""From the catalogue and its placement to what admission holds.

Owns which promises there are, and their words for people. Doesn't own the parameter objects
(:mod:`components.guardrails.promises`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.catalog.platform import NfsStorage
from components.catalog.vocabulary import Survive
from components.guardrails.promises import ClassPromise, InstitutionPromise
from components.isolation.isolation import manifests as isolation
from components.storage import nfs_manifests, repository_manifests
from components.storage.filesystem import ceph_filesystem

if TYPE_CHECKING:
    from components.catalog import Catalog
    from components.isolation import IsolationSpec
    from components.manifests import Manifest
    from components.placement import Placement, ResidencyClass
    from components.storage import RepositorySpec


def promised_classes(catalog: Catalog, placement: Placement) -> tuple[ClassPromise, ...]:
    """What is promised of each residency class; none where a file server stores."""
    if isinstance(catalog.platform.storage, NfsStorage):
        return ()
    return tuple(
        ClassPromise(
            filesystem=ceph_filesystem(residency),
            institutions=tuple(
                name for name, found in placement.of.items() if found.name == residency.name
            ),
            words=words(residency),
            boundary=residency.spread.boundary,
        )
        for residency in placement.classes
    )


def promised_institution(
    catalog: Catalog,
    placement: Placement,
    inside: IsolationSpec,
    stored: RepositorySpec,
) -> InstitutionPromise:
    """What is promised to one institution, as its isolation and repository are deployed."""
    name = stored.institution
    return InstitutionPromise(
        institution=name,
        words=words(placement.of[name]),
        readers=catalog.institutions[name].service.readers.max,
        deployed=(*isolation(inside), *_repository(catalog, stored)),
        armed=catalog.stack(name) in catalog.armed,
    )


def words(residency: ResidencyClass) -> str:
    """A class's promise for people, such as ``2 copies in faro, none lost with a disk``."""
    spread = residency.spread
    kept = f"{spread.words(spread.pieces)} in {', '.join(residency.data_centres)}"
    if spread.survives is Survive.NONE:
        return kept
    return f"{kept}, no examination lost with a {spread.survives.value}"


def _repository(catalog: Catalog, stored: RepositorySpec) -> tuple[Manifest, ...]:
    storage, claims = catalog.platform.storage, repository_manifests.claims(stored)
    if isinstance(storage, NfsStorage):
        return (nfs_manifests.storage_class(stored, storage), *claims)
    return (
        repository_manifests.subvolume_group(stored),
        *repository_manifests.ceph_clients(stored),
        repository_manifests.storage_class(stored),
        *claims,
    )
