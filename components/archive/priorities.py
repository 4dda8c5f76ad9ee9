"""Which of the archive's pods give way when an environment is short of machines.

Owns the two classes. Doesn't own who makes them: they have no namespace, so an environment's
platform does. An examination that can't be received is worse than one that is shown later, so
ingest goes before readers; both go before whatever names no class.
"""

from __future__ import annotations

from typing import Final

import pulumi

from components.manifests import Manifest, register

INGEST: Final = "imaging-ingest"
READERS: Final = "imaging-readers"


class Priorities(pulumi.ComponentResource):
    """The classes that the pods of all institutions name; the platform has them."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("imaging:archive:Priorities", name, {}, opts)
        for manifest in priority_classes():
            register(manifest, pulumi.ResourceOptions(parent=self))
        self.register_outputs({})


def priority_classes() -> tuple[Manifest, Manifest]:
    """Build the classes of ingest and readers."""
    return (
        _priority(INGEST, 200_000, "Ingest: receives and stores examinations."),
        _priority(READERS, 100_000, "Readers: answer queries and downloads."),
    )


def _priority(name: str, value: int, description: str) -> Manifest:
    return {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": name},
        "value": value,
        "globalDefault": False,
        "preemptionPolicy": "PreemptLowerPriority",
        "description": description,
    }
