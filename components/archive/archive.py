"""The component that deploys one institution's archive.

Owns the registration and its order. Doesn't own any manifest.
"""

from __future__ import annotations

import pulumi

from components.archive import ingest, readers
from components.archive.spec import ArchiveSpec
from components.manifests import Manifest, register


class Archive(pulumi.ComponentResource):
    """One ingest, many readers.

    Attributes:
        endpoint: where the readers answer inside the cluster.
    """

    endpoint: str

    def __init__(
        self, name: str, spec: ArchiveSpec, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        intent = {"institution": spec.institution, "home": spec.home, "image": spec.image}
        super().__init__("imaging:archive:Archive", name, intent, opts)
        writer = self._deploy(ingest.manifests(spec), [])
        self._deploy(readers.manifests(spec), [writer])
        self.endpoint = readers.endpoint(spec.institution)
        self.register_outputs({"endpoint": self.endpoint})

    def _deploy(
        self, manifests: tuple[Manifest, ...], after: list[pulumi.CustomResource]
    ) -> pulumi.CustomResource:
        """Register a workload's objects, its set of pods last and after all others."""
        *before, pods = manifests
        needed = [register(each, pulumi.ResourceOptions(parent=self)) for each in before]
        options = pulumi.ResourceOptions(parent=self, depends_on=[*needed, *after])
        return register(pods, options)
