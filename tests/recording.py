"""Runs the real program against a recorder in place of the engine.

Owns the one place that touches Pulumi's semi-public protocol. Doesn't own any assertion. What it
isn't: no diff against a state, no provider, no server (research/pulumi.md §4, level B).
"""

from __future__ import annotations

import asyncio
import contextvars
import runpy
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi
from google.protobuf import empty_pb2, json_format
from pulumi.runtime.proto import provider_pb2, resource_pb2

ROOT = Path(__file__).resolve().parents[1]
_PROJECT = "imaging"
_SECRET = "4dabf18193072939515e22adb298388d"  # noqa: S105 - the protocol's mark of a secret
_FEATURES: Any = [0, 1, 3, 5, 6, 7, 8, 9, 10, 11]  # all but 2, output values


@dataclass(frozen=True)
class Registration:
    """One resource as the program registered it."""

    urn: str
    type: str
    name: str
    parent: str
    provider: str
    dependencies: frozenset[str]
    inputs: Mapping[str, Any]


@dataclass
class Recording:
    """What a run of the program asked of the engine."""

    stack: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    resources: dict[str, Registration] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def of_type(self, kind: str) -> dict[str, Registration]:
        """All registrations of a type, by name."""
        return {each.name: each for each in self.resources.values() if each.type == kind}

    # The engine's side of the protocol; its methods' names are the protocol's.
    def GetDeploymentInfo(self, _: object) -> resource_pb2.DeploymentInfo:  # noqa: N802
        return resource_pb2.DeploymentInfo(
            project=_PROJECT, stack=self.stack, dryRun=True, supportedFeatures=_FEATURES
        )

    def SupportsFeature(self, request: Any) -> resource_pb2.SupportsFeatureResponse:  # noqa: N802, ANN401
        return resource_pb2.SupportsFeatureResponse(hasSupport=request.id != "outputValues")

    def RegisterResource(self, request: Any) -> resource_pb2.RegisterResourceResponse:  # noqa: N802, ANN401
        chain = request.parent.split("::")[2] if request.parent else ""
        top = chain in {"", "pulumi:pulumi:Stack"}
        kind = request.type if top else f"{chain}${request.type}"
        urn = f"urn:pulumi:{self.stack}::{_PROJECT}::{kind}::{request.name}"
        with self.lock:
            if urn in self.resources:
                raise ValueError(f"the program registers {urn} twice")
            self.resources[urn] = Registration(
                urn,
                request.type,
                request.name,
                request.parent,
                request.provider,
                frozenset(request.dependencies),
                json_format.MessageToDict(request.object),
            )
        return resource_pb2.RegisterResourceResponse(urn=urn, id="", object=request.object)

    def ReadResource(self, request: Any) -> resource_pb2.ReadResourceResponse:  # noqa: N802, ANN401
        response = resource_pb2.ReadResourceResponse(urn=f"urn:{request.name}")
        response.properties.update({"name": request.id, "outputs": self.answers})
        return response

    def RegisterResourceOutputs(self, request: Any) -> empty_pb2.Empty:  # noqa: N802, ANN401
        if "pulumi:pulumi:Stack" in request.urn.split("::")[2]:
            self.outputs = json_format.MessageToDict(request.outputs)
        return empty_pb2.Empty()

    def RegisterPackage(self, _: object) -> resource_pb2.RegisterPackageResponse:  # noqa: N802
        return resource_pb2.RegisterPackageResponse(ref="recorded")

    def SignalAndWaitForShutdown(self, _: object) -> empty_pb2.Empty:  # noqa: N802
        return empty_pb2.Empty()

    def Invoke(self, request: Any) -> provider_pb2.InvokeResponse:  # noqa: N802, ANN401
        raise ValueError(f"the program invokes {request.tok}")


def record(stack: str, platform: Mapping[str, Any] | None = None) -> Recording:
    """Run the program for a stack; ``platform`` are the outputs of its platform's stack."""
    recording = Recording(stack, platform or {})

    async def run() -> None:
        settings = pulumi.runtime.Settings(
            project=_PROJECT,
            stack=stack,
            monitor=recording,
            dry_run=True,
            organization="organization",
            root_directory=str(ROOT),
        )
        pulumi.runtime.configure(settings)
        await pulumi.runtime.run_in_stack(_program)

    contextvars.copy_context().run(asyncio.run, run())
    return recording


def _program() -> None:
    runpy.run_path(str(ROOT / "__main__.py"), run_name="__main__")


def is_secret(value: object) -> bool:
    """Whether a recorded value is marked as secret."""
    return isinstance(value, Mapping) and _SECRET in value
