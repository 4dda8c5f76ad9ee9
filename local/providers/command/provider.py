"""The servicer: which call of the engine does what to which resource.

Owns the life cycle, as in ``commandController.go`` of the official plugin: ``create`` at creation;
on a changed input ``update``, or else ``create`` again; ``delete`` at the end; a preview connects
nowhere. The work itself is in `local_runs`, `remote_runs` and `copying`.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any, Final

import grpc
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2

from local.providers.command import properties
from local.providers.command.connections import parse_connection
from local.providers.command.copying import copy_to_remote
from local.providers.command.diff import diff
from local.providers.command.executions import (
    STDERR_VARIABLE,
    STDOUT_VARIABLE,
    Execution,
    Logging,
    Output,
)
from local.providers.command.local_runs import LocalRun, run_local
from local.providers.command.redaction import redaction_of
from local.providers.command.remote_runs import run_remote
from local.providers.command.sources import parse_source
from local.providers.command.tasks import Tasks
from local.providers.engine import Engine
from local.providers.failures import ProviderError
from local.providers.serving import PluginServicer
from local.providers.values import UNKNOWN, Secret, decode, encode, has_secret, reveal_object

_RESOURCES: Final = (
    properties.LOCAL_COMMAND,
    properties.REMOTE_COMMAND,
    properties.COPY_TO_REMOTE,
)
_COPY_FILE: Final = "command:remote:CopyFile"
_OUTPUTS: Final = ("stdout", "stderr")


class CommandProvider(PluginServicer):
    """Commands and copies as resources."""

    title = "the stand-in command plugin"
    version = "1.2.1"

    def __init__(self, engine: Engine) -> None:
        """Start the loop in which everything runs until the engine cancels."""
        super().__init__(engine)
        self._tasks = Tasks(engine.cancelled)

    def Check(  # noqa: N802 gRPC's name
        self,
        request: provider_pb2.CheckRequest,
        context: grpc.ServicerContext,  # noqa: ARG002 gRPC's signature
    ) -> provider_pb2.CheckResponse:
        """Refuse what can't work, and fill in defaults."""
        self._require_known(request.type)
        inputs, failures = properties.check(request.type, decode(request.news))
        return provider_pb2.CheckResponse(
            inputs=encode(inputs),
            failures=[
                provider_pb2.CheckFailure(property=failure.property, reason=failure.reason)
                for failure in failures
            ],
        )

    def Diff(  # noqa: N802 gRPC's name
        self,
        request: provider_pb2.DiffRequest,
        context: grpc.ServicerContext,  # noqa: ARG002 gRPC's signature
    ) -> provider_pb2.DiffResponse:
        """Compare the inputs alone; nothing is asked of a machine."""
        return diff(decode(request.old_inputs), decode(request.news))

    def Create(  # noqa: N802 gRPC's name
        self,
        request: provider_pb2.CreateRequest,
        context: grpc.ServicerContext,  # noqa: ARG002 gRPC's signature
    ) -> provider_pb2.CreateResponse:
        """Run ``create``, or copy."""
        inputs = decode(request.properties)
        if request.preview:
            return provider_pb2.CreateResponse(properties=_previewed(request.type, inputs))
        state = self._apply("create", request, inputs, {})
        prefix = "" if request.type == properties.COPY_TO_REMOTE else request.name
        return provider_pb2.CreateResponse(id=f"{prefix}{secrets.token_hex(4)}", properties=state)

    def Update(  # noqa: N802 gRPC's name
        self,
        request: provider_pb2.UpdateRequest,
        context: grpc.ServicerContext,  # noqa: ARG002 gRPC's signature
    ) -> provider_pb2.UpdateResponse:
        """Run ``update`` or else ``create``, or copy again."""
        inputs = decode(request.news)
        if request.preview:
            return provider_pb2.UpdateResponse(properties=_previewed(request.type, inputs))
        step = "update" if "update" in inputs else "create"
        return provider_pb2.UpdateResponse(
            properties=self._apply(step, request, inputs, decode(request.olds))
        )

    def Delete(  # noqa: N802 gRPC's name
        self,
        request: provider_pb2.DeleteRequest,
        context: grpc.ServicerContext,  # noqa: ARG002 gRPC's signature
    ) -> Empty:
        """Run ``delete``; a copy stays where it is."""
        state = decode(request.properties)
        if request.type != properties.COPY_TO_REMOTE:
            self._run("delete", request, state, state)
        return Empty()

    def Read(  # noqa: N802 gRPC's name
        self,
        request: provider_pb2.ReadRequest,
        context: grpc.ServicerContext,  # noqa: ARG002 gRPC's signature
    ) -> provider_pb2.ReadResponse:
        """Give back what is known: the result of a command can't be looked up."""
        return provider_pb2.ReadResponse(
            id=request.id, properties=request.properties, inputs=request.inputs
        )

    def Invoke(  # noqa: N802 gRPC's name
        self,
        request: provider_pb2.InvokeRequest,
        context: grpc.ServicerContext,  # noqa: ARG002 gRPC's signature
    ) -> provider_pb2.InvokeResponse:
        """Run ``local.run``, also in a preview, as the official plugin does."""
        if request.tok != properties.RUN:
            raise self.unsupported(f"The function {request.tok}")
        inputs, failures = properties.check(request.tok, decode(request.args))
        if failures:
            raise ProviderError(" ".join(failure.reason for failure in failures))
        execution = self._execution("command", inputs, {}, "")
        output = self._tasks.run(run_local(execution, _local_run(inputs)))
        return provider_pb2.InvokeResponse(**{"return": _with_output(inputs, output)})

    def _require_known(self, token: str) -> None:
        if token == _COPY_FILE:
            raise ProviderError(
                "command:remote:CopyFile is deprecated and not supported by "
                f"{self.title}; use command:remote:CopyToRemote with a FileAsset as source."
            )
        if token not in _RESOURCES:
            raise self.unsupported(f"The resource type {token}")

    def _apply(
        self,
        step: str,
        request: provider_pb2.CreateRequest | provider_pb2.UpdateRequest,
        inputs: Mapping[str, Any],
        old: Mapping[str, Any],
    ) -> Struct:
        if request.type != properties.COPY_TO_REMOTE:
            return _with_output(inputs, self._run(step, request, inputs, old))
        known = reveal_object(inputs)
        connection = parse_connection(known["connection"])
        report = self._reporter(request.urn)
        self._warn_of_trust(known, request.urn)
        work = copy_to_remote(
            parse_source(known["source"]), known["remotePath"], connection, report
        )
        self._tasks.run(work, request.timeout)
        return encode(inputs)

    def _run(
        self,
        step: str,
        request: provider_pb2.CreateRequest
        | provider_pb2.UpdateRequest
        | provider_pb2.DeleteRequest,
        inputs: Mapping[str, Any],
        old: Mapping[str, Any],
    ) -> Output:
        """Run one of a command's steps; without that step, give the old output."""
        if step not in inputs:
            known = reveal_object(old)
            return Output(*(known.get(name, "") for name in _OUTPUTS))
        execution = self._execution(step, inputs, old, request.urn)
        known = reveal_object(inputs)
        if request.type == properties.LOCAL_COMMAND:
            return self._tasks.run(run_local(execution, _local_run(known)), request.timeout)
        self._warn_of_trust(known, request.urn)
        connection = parse_connection(known["connection"])
        return self._tasks.run(run_remote(execution, connection), request.timeout)

    def _execution(
        self, step: str, inputs: Mapping[str, Any], old: Mapping[str, Any], urn: str
    ) -> Execution:
        known, before = reveal_object(inputs), reveal_object(old)
        previous = {
            variable: before[name]
            for variable, name in ((STDOUT_VARIABLE, "stdout"), (STDERR_VARIABLE, "stderr"))
            if known.get("addPreviousOutputInEnv", True) and before.get(name)
        }
        return Execution(
            step=step,
            command=known[step],
            stdin=known.get("stdin", ""),
            environment=known.get("environment", {}),
            previous=previous,
            logging=Logging(known.get("logging", Logging.BOTH)),
            redaction=redaction_of(inputs, old),
            report=self._reporter(urn),
        )

    def _reporter(self, urn: str) -> Callable[[str], None]:
        return lambda line: self.engine.status(line, urn)

    def _warn_of_trust(self, known: Mapping[str, Any], urn: str) -> None:
        connection = known["connection"]
        for each in (connection, connection.get("proxy")):
            if each is not None and "hostKey" not in each:
                self.engine.warning(
                    f"The host key of {each['host']}:{each['port']} is not checked, since "
                    "`connection` has no `hostKey`: anybody in between can read and change what "
                    "is sent. Pin the machine's public host key.",
                    urn,
                )


def _local_run(known: Mapping[str, Any]) -> LocalRun:
    return LocalRun(directory=known.get("dir"), interpreter=known.get("interpreter", ()))


def _previewed(token: str, inputs: Mapping[str, Any]) -> Struct:
    if token == properties.COPY_TO_REMOTE:
        return encode(inputs)
    return encode({**inputs, **dict.fromkeys(_OUTPUTS, UNKNOWN)})


def _with_output(inputs: Mapping[str, Any], output: Output) -> Struct:
    """Make the state: the inputs and what the command printed.

    What a command prints may hold what it was given, so a secret input makes both outputs secret.
    The connection doesn't count: it is always secret, and the command never sees it.
    """
    given = {name: value for name, value in inputs.items() if name != "connection"}
    values: dict[str, Any] = {"stdout": output.stdout, "stderr": output.stderr}
    if has_secret(given):
        values = {name: Secret(value) for name, value in values.items()}
    return encode({**inputs, **values})
