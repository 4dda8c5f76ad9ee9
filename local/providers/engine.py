"""The engine that started a plugin: its log, and its wish to stop.

Owns no process and no server; `local.providers.serving` does.
"""

import sys
import threading
from dataclasses import dataclass, field

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc


@dataclass(frozen=True)
class Engine:
    """The engine that started us.

    Attributes:
        stub: its service, for the log.
        cancelled: set once the engine is gone or asks us to stop; every wait ends with it.

    """

    stub: engine_pb2_grpc.EngineStub
    cancelled: threading.Event = field(default_factory=threading.Event)

    def info(self, message: str, urn: str = "") -> None:
        """Show a line to the user."""
        self._log(engine_pb2.LogRequest(severity=engine_pb2.INFO, message=message, urn=urn))

    def warning(self, message: str, urn: str = "") -> None:
        """Show a warning to the user."""
        self._log(engine_pb2.LogRequest(severity=engine_pb2.WARNING, message=message, urn=urn))

    def status(self, message: str, urn: str) -> None:
        """Show what a resource waits for, until its next status."""
        self._log(
            engine_pb2.LogRequest(
                severity=engine_pb2.INFO, message=message, urn=urn, ephemeral=True
            )
        )

    def _log(self, request: engine_pb2.LogRequest) -> None:
        try:
            self.stub.Log(request, timeout=5)
        except grpc.RpcError:
            print(request.message, file=sys.stderr, flush=True)  # noqa: T201 the last resort
