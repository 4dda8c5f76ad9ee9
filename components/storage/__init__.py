"""Storage: Ceph made of the machines' devices, residency classes, institutions' repositories."""

from components.storage.ceph import Ceph
from components.storage.repository import Repository
from components.storage.repository_manifests import RepositorySpec

__all__ = ["Ceph", "Repository", "RepositorySpec"]
