"""The composition of one institution in an environment.

Owns what belongs to an institution and its order. Doesn't own any resource but its namespace.
"""

from __future__ import annotations

from typing import Any

import pulumi

from components import naming
from components.archive import Archive, ArchiveSpec
from components.catalog import Catalog
from components.manifests import Manifest, register
from components.placement import Placement, ResidencyClass
from components.platform_reference import kubeconfig
from components.provider import kubernetes_provider
from components.storage import Repository, RepositorySpec


def deploy(catalog: Catalog, placement: Placement, name: str) -> None:
    """Register an institution: namespace, repository, archive."""
    promise = catalog.institutions[name]
    residency = placement.of[name]
    provider = kubernetes_provider(catalog.environment, kubeconfig(catalog, residency))
    home = register(namespace(name), pulumi.ResourceOptions(provider=provider))
    inside = pulumi.ResourceOptions(providers=[provider], depends_on=[home])
    repository = Repository(
        "repository", RepositorySpec(name, residency.name, promise.capacity), inside
    )
    archive = Archive(
        "archive",
        ArchiveSpec(
            institution=name,
            image=catalog.platform.images.dicoogle,
            home=promise.home,
            leaves_home=len(residency.data_centres) > 1,
            promise=promise,
        ),
        pulumi.ResourceOptions(providers=[provider], depends_on=[repository]),
    )
    pulumi.export("summary", summary(catalog, residency, name, archive.endpoint))


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


def namespace(institution: str) -> Manifest:
    """Build an institution's namespace; its pods must pass Pod Security ``restricted``."""
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {
            "name": naming.namespace(institution),
            "labels": {
                naming.INSTITUTION_LABEL: institution,
                "pod-security.kubernetes.io/enforce": "restricted",
            },
        },
    }
