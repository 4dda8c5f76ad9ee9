"""A cluster of machines that is registered alone, and whose machines answer.

Owns the recorder of its steps, and how one is found. Doesn't own any assertion.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from unittest import mock

import pulumi
from pulumi.runtime.proto import resource_pb2

from components.cluster import MachinesCluster
from components.cluster.plan import ClusterPlan
from tests.components.cluster.cluster_plans import KEY, a_plan
from tests.recording import Recording, Registration, is_secret, record

COMMAND: Final = "command:remote:Command"
TOKEN: Final = "abcdef.0123456789abcdef"  # noqa: S105 - of an invitation to nowhere
SMALL: Final = a_plan(1, 3)
LARGE: Final = a_plan(3, 2)


@dataclass
class RecordedCluster(Recording):
    """A recorder that answers what a machine would print, and keeps which outputs are secret.

    Attributes:
        secret_outputs: the outputs that are secrets whatever they say, by resource.
    """

    secret_outputs: dict[str, list[str]] = field(default_factory=dict)

    def RegisterResource(self, request: Any) -> resource_pb2.RegisterResourceResponse:  # noqa: N802, ANN401
        self.secret_outputs[request.name] = list(request.additionalSecretOutputs)
        response = super().RegisterResource(request)
        if request.type == COMMAND:
            response.object.update({"stdout": f"TOKEN='{TOKEN}' # for {request.name}"})
        return response


def registered(plan: ClusterPlan) -> RecordedCluster:
    """Register a cluster alone."""

    def program() -> None:
        cluster = MachinesCluster("cluster", plan, pulumi.Output.secret(KEY))
        pulumi.export("kubeconfig", cluster.kubeconfig)

    with (
        mock.patch("tests.recording._program", program),
        mock.patch("tests.recording.Recording", RecordedCluster),
    ):
        recording = record("production")
    assert isinstance(recording, RecordedCluster)
    return recording


def step(recording: Recording, name: str) -> Registration:
    return recording.of_type(COMMAND)[name]


def plain(value: object) -> Any:  # noqa: ANN401 - any value that may be a secret
    """A value, whether it is marked as a secret or not."""
    return value["value"] if is_secret(value) and isinstance(value, Mapping) else value
