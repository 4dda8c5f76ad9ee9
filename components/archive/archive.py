"""The component that deploys one institution's archive.

Owns the registration and its order. Doesn't own any manifest.
"""

from __future__ import annotations

import pulumi

from components.archive import accounts, ingest, readers, reconciliation
from components.archive.spec import ArchiveSpec
from components.manifests import Manifest, register


class Archive(pulumi.ComponentResource):
    """One ingest, many readers; nobody reaches them but through the gateway."""

    def __init__(
        self, name: str, spec: ArchiveSpec, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        intent = {"institution": spec.institution, "home": spec.home, "image": spec.image}
        super().__init__("imaging:archive:Archive", name, intent, opts)
        people = register(accounts.manifest(spec), pulumi.ResourceOptions(parent=self))
        writer = self._deploy(ingest.manifests(spec), [people])
        # The autoscaler's to decide; each update would undo it otherwise.
        self._deploy(readers.manifests(spec), [people, writer], ["spec.replicas"])
        self._deploy(reconciliation.manifests(spec), [writer])
        self.register_outputs({})

    @staticmethod
    def pods(spec: ArchiveSpec) -> tuple[Manifest, ...]:
        """Build everything that makes pods, for whoever adds up what they need."""
        return (*ingest.manifests(spec), *readers.manifests(spec), *reconciliation.manifests(spec))

    def _deploy(
        self,
        manifests: tuple[Manifest, ...],
        after: list[pulumi.CustomResource],
        decided_elsewhere: list[str] | None = None,
    ) -> pulumi.CustomResource:
        """Register a workload's objects, the one that makes pods last and after all others."""
        *before, pods = manifests
        needed = [register(each, pulumi.ResourceOptions(parent=self)) for each in before]
        options = pulumi.ResourceOptions(
            parent=self, depends_on=[*needed, *after], ignore_changes=decided_elsewhere
        )
        return register(pods, options)
