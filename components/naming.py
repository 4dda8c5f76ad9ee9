"""Names that several stacks must agree on, as functions of the catalogue alone.

Owns them, so that an institution's stack can name what the platform's made without asking it.
Doesn't own the names of residency classes: those are part of a placement.
"""

from __future__ import annotations

from typing import Final

PROJECT: Final = "imaging"
DATA_CENTRE_LABEL: Final = "topology.rook.io/datacenter"
"""Rook turns this label's value into the CRUSH bucket of a data centre (research/rook.md §1.4)."""
ZONE_LABEL: Final = "topology.kubernetes.io/zone"
"""Above the data centre in CRUSH, so its values differ from data centres' names."""
INSTITUTION_LABEL: Final = "imaging/institution"

CEPH_NAMESPACE: Final = "rook-ceph"
CEPH_CLUSTER: Final = "rook-ceph"
CEPHFS_DRIVER: Final = f"{CEPH_NAMESPACE}.cephfs.csi.ceph.com"
"""The CSI driver is named after its operator's namespace."""


def namespace(institution: str) -> str:
    """Where everything of an institution lives."""
    return institution


def subvolume_group(institution: str) -> str:
    """Its group in the class's filesystem, which is also the cluster ID that CSI knows it by."""
    return institution


def storage_class(institution: str) -> str:
    """The class of its volumes; storage classes have no namespace."""
    return f"imaging-{institution}"


def reader_claim(claim: str) -> str:
    """The claim through which readers see, and can't change, what ingest writes through another."""
    return f"{claim}-readers"


def ingest_client(institution: str) -> str:
    """The Ceph user that may write its examinations."""
    return f"{institution}-ingest"


def reader_client(institution: str) -> str:
    """The Ceph user that may only read them."""
    return f"{institution}-reader"


def client_secret(client: str) -> str:
    """The Secret in which Rook puts a CephClient's key."""
    return f"rook-ceph-client-{client}"
