"""The kubernetes plugin called as the engine calls it, in this process."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, provider_pb2

from local.providers.engine import Engine
from local.providers.kubernetes.provider import KubernetesServicer
from local.providers.values import decode, encode

_CONTEXT = cast("grpc.ServicerContext", None)


@dataclass(frozen=True)
class Log:
    """An engine that remembers what it was told."""

    lines: list[str] = field(default_factory=list)

    def Log(self, request: engine_pb2.LogRequest, timeout: float) -> None:  # noqa: ARG002, N802 gRPC's
        self.lines.append(request.message)


@dataclass(frozen=True)
class Made:
    """A resource after an operation, as the engine keeps it."""

    urn: str
    inputs: dict[str, Any]
    id: str
    state: dict[str, Any]


class Driver:
    """One configured provider."""

    def __init__(self, **settings: str) -> None:
        self.log = Log()
        engine = Engine(cast("engine_pb2_grpc.EngineStub", self.log))
        self.servicer = KubernetesServicer(engine)
        request = provider_pb2.ConfigureRequest(args=encode(settings))
        self.servicer.Configure(request, _CONTEXT)

    def close(self) -> None:
        self.servicer.close()

    def check(
        self, token: str, name: str, inputs: Mapping[str, Any], old: Mapping[str, Any] | None = None
    ) -> provider_pb2.CheckResponse:
        request = provider_pb2.CheckRequest(
            urn=urn(token, name), news=encode(inputs), olds=encode(old or {}), randomSeed=b"seed"
        )
        return self.servicer.Check(request, _CONTEXT)

    def preview(self, token: str, name: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
        checked = self.check(token, name, inputs).inputs
        request = provider_pb2.CreateRequest(urn=urn(token, name), properties=checked, preview=True)
        return decode(self.servicer.Create(request, _CONTEXT).properties)

    def create(self, token: str, name: str, inputs: Mapping[str, Any], timeout: float = 20) -> Made:
        checked = self.check(token, name, inputs).inputs
        request = provider_pb2.CreateRequest(
            urn=urn(token, name), properties=checked, timeout=timeout
        )
        answer = self.servicer.Create(request, _CONTEXT)
        return Made(request.urn, decode(checked), answer.id, decode(answer.properties))

    def diff(self, made: Made, inputs: Mapping[str, Any], *ignored: str) -> dict[str, Any]:
        token, name = made.urn.split("::")[2:]
        checked = self.check(token, name, inputs, made.inputs).inputs
        request = provider_pb2.DiffRequest(
            urn=made.urn,
            id=made.id,
            olds=encode(made.state),
            old_inputs=encode(made.inputs),
            news=checked,
            ignoreChanges=ignored,
        )
        answer = self.servicer.Diff(request, _CONTEXT)
        return {
            path: provider_pb2.PropertyDiff.Kind.Name(change.kind)
            for path, change in answer.detailedDiff.items()
        }

    def update(
        self,
        made: Made,
        inputs: Mapping[str, Any],
        *,
        preview: bool = False,
        ignored: tuple[str, ...] = (),
    ) -> Made:
        token, name = made.urn.split("::")[2:]
        checked = self.check(token, name, inputs, made.inputs).inputs
        request = provider_pb2.UpdateRequest(
            urn=made.urn,
            id=made.id,
            olds=encode(made.state),
            old_inputs=encode(made.inputs),
            news=checked,
            timeout=20,
            preview=preview,
            ignoreChanges=ignored,
        )
        answer = self.servicer.Update(request, _CONTEXT)
        return Made(made.urn, decode(checked), made.id, decode(answer.properties))

    def read(self, made: Made) -> Made:
        request = provider_pb2.ReadRequest(
            urn=made.urn,
            id=made.id,
            properties=encode(made.state),
            inputs=encode(made.inputs),
        )
        answer = self.servicer.Read(request, _CONTEXT)
        return Made(made.urn, decode(answer.inputs), answer.id, decode(answer.properties))

    def delete(self, made: Made, timeout: float = 20) -> None:
        request = provider_pb2.DeleteRequest(
            urn=made.urn,
            id=made.id,
            properties=encode(made.state),
            old_inputs=encode(made.inputs),
            timeout=timeout,
        )
        self.servicer.Delete(request, _CONTEXT)


def urn(token: str, name: str) -> str:
    """Give the URN of a resource of a stack ``dev`` of a project ``tests``."""
    return f"urn:pulumi:dev::tests::{token}::{name}"
