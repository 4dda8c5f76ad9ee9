"""Storage: Ceph made of the machines' devices, residency classes, institutions' repositories."""

from components.storage.ceph import Ceph
from components.storage.ceph_cluster import ceph_namespace
from components.storage.nfs import FileServerRepository, NfsDriver
from components.storage.operators import Operators
from components.storage.repository import Repository
from components.storage.repository_manifests import RepositorySpec

__all__ = [
    "Ceph",
    "FileServerRepository",
    "NfsDriver",
    "Operators",
    "Repository",
    "RepositorySpec",
    "ceph_namespace",
]
